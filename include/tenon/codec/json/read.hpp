// From JSON text straight into a field, whatever kind it has.
#pragma once

#include <tenon/codec/json/read_container.hpp>
#include <tenon/codec/json/read_scalar.hpp>
#include <tenon/codec/json/reader.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/field.hpp>

#include <cstdint>

namespace tenon::codec::detail::json {

// read_object.hpp
template <class T>
char const* read_object(reader& r, char const* at, T& value);

/// Reads one value of the type of the field, whatever kind that is.
template <class T>
inline char const* read_value(reader& r, char const* at, T& value) {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean) {
        return read_boolean(r, at, value);
    } else if constexpr (kind == field_kind::integer) {
        return read_integer(r, at, value);
    } else if constexpr (kind == field_kind::floating) {
        return read_floating(r, at, value);
    } else if constexpr (kind == field_kind::enumeration) {
        return read_enum(r, at, value);
    } else if constexpr (kind == field_kind::string) {
        return read_string(r, at, value);
    } else if constexpr (kind == field_kind::string_view) {
        return read_borrowed(r, at, value);
    } else if constexpr (kind == field_kind::blob) {
        return read_owned_blob(r, at, value);
    } else if constexpr (kind == field_kind::blob_view) {
        return read_blob_view(r, at, value);
    } else if constexpr (kind == field_kind::span) {
        return read_span(r, at, value);
    } else if constexpr (kind == field_kind::sequence) {
        return read_sequence(r, at, value);
    } else if constexpr (kind == field_kind::array) {
        return read_array(r, at, value);
    } else if constexpr (kind == field_kind::optional) {
        return read_optional(r, at, value);
    } else if constexpr (kind == field_kind::map) {
        return read_map(r, at, value);
    } else if constexpr (kind == field_kind::variant) {
        return read_variant(r, at, value);
    } else if constexpr (kind == field_kind::tuple) {
        return read_tuple(r, at, value);
    } else if constexpr (kind == field_kind::duration) {
        typename T::rep count{};
        at = read_value(r, at, count);
        if (at != nullptr) value = T{count};
        return at;
    } else if constexpr (kind == field_kind::empty) {
        return read_null(r, at);
    } else if constexpr (kind == field_kind::attachment) {
        std::uint64_t size = 0;
        at                 = read_integer(r, at, size);
        if (at != nullptr) value.announce(size);
        return at;
    } else if constexpr (kind == field_kind::aggregate) {
        return read_object(r, at, value);
    } else {
        static_assert(tenon::detail::always_false<T>, "tenon: a field of this type cannot travel as JSON");
    }
}

}  // namespace tenon::codec::detail::json

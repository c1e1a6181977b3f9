// How many bytes a value takes in MessagePack, in its smallest form.
#pragma once

#include <tenon/codec/msgpack/format.hpp>
#include <tenon/codec/output.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tenon::codec::msgpack_detail {

inline constexpr std::size_t variable = static_cast<std::size_t>(-1);

constexpr std::size_t array_header_size(std::size_t count) noexcept { return count < 16 ? 1 : count < 65536 ? 3 : 5; }
constexpr std::size_t map_header_size(std::size_t count) noexcept { return array_header_size(count); }
constexpr std::size_t string_header_size(std::size_t size) noexcept {
    return size < 32 ? 1 : size < 256 ? 2 : size < 65536 ? 3 : 5;
}
constexpr std::size_t blob_header_size(std::size_t size) noexcept { return size < 256 ? 2 : size < 65536 ? 3 : 5; }

template <class T>
constexpr std::size_t integer_size(T value) noexcept {
    if (is_fixint(value)) return 1;
    if constexpr (std::is_signed_v<T>) {
        // Of numbers below zero one bit less than of others fits the bytes behind the first.
        if (value < 0) {
            auto const size = static_cast<std::uint64_t>(~value);
            return size <= INT8_MAX ? 2 : size <= INT16_MAX ? 3 : size <= INT32_MAX ? 5 : 9;
        }
    }
    auto const size = static_cast<std::uint64_t>(value);
    return size <= UINT8_MAX ? 2 : size <= UINT16_MAX ? 3 : size <= UINT32_MAX ? 5 : 9;
}

template <class... Sizes>
constexpr std::size_t sum_of_sizes(Sizes... sizes) noexcept {
    return ((sizes == variable) || ...) ? variable : (std::size_t{0} + ... + sizes);
}

/// What a struct takes besides its values.
template <class T>
inline constexpr std::size_t names_size = []<std::size_t... I>(std::index_sequence<I...>) {
    return (map_header_size(field_count<T>) + ... + key<T, I>.size);
}(std::make_index_sequence<field_count<T>>{});

/// The bytes that every `T` takes, or `variable` if that depends on the value.
template <class T>
consteval std::size_t compute_fixed_size() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean || kind == field_kind::empty) {
        return 1;
    } else if constexpr (kind == field_kind::floating) {
        return 1 + sizeof(T);
    } else if constexpr (kind == field_kind::duration) {
        return compute_fixed_size<typename T::rep>();
    } else if constexpr (kind == field_kind::blob && tenon::detail::tuple_like<T>) {
        return blob_header_size(std::tuple_size_v<T>) + std::tuple_size_v<T>;
    } else if constexpr (kind == field_kind::array) {
        constexpr std::size_t size = std::tuple_size_v<T>, one = compute_fixed_size<typename T::value_type>();
        return one == variable ? variable : array_header_size(size) + one * size;
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return sum_of_sizes(array_header_size(sizeof...(I)), compute_fixed_size<std::tuple_element_t<I, T>>()...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::aggregate) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return sum_of_sizes(names_size<T>, compute_fixed_size<field_type<T, I>>()...);
        }(std::make_index_sequence<field_count<T>>{});
    } else {
        return variable;
    }
}

template <class T>
inline constexpr std::size_t fixed_size = compute_fixed_size<T>();

/// The bytes that `value` takes.
template <class T>
constexpr std::size_t size_of(T const& value) noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (fixed_size<T> != variable) {
        return fixed_size<T>;
    } else if constexpr (kind == field_kind::integer) {
        return integer_size(value);
    } else if constexpr (kind == field_kind::enumeration) {
        return integer_size(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (kind == field_kind::duration) {
        return size_of(value.count());
    } else if constexpr (kind == field_kind::attachment) {
        return integer_size(std::uint64_t{value.size()});
    } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
        return string_header_size(value.size()) + value.size();
    } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
        return blob_header_size(value.size()) + value.size();
    } else if constexpr (kind == field_kind::sequence || kind == field_kind::span || kind == field_kind::array) {
        using element   = typename T::value_type;
        std::size_t sum = array_header_size(value.size());
        if constexpr (fixed_size<element> != variable) {
            return sum + value.size() * fixed_size<element>;
        } else {
            for (auto const& one : value) sum += size_of(one);
            return sum;
        }
    } else if constexpr (kind == field_kind::optional) {
        return value ? size_of(*value) : 1;
    } else if constexpr (kind == field_kind::map) {
        std::size_t sum = map_header_size(value.size());
        for (auto const& [name, mapped] : value) sum += size_of(name) + size_of(mapped);
        return sum;
    } else if constexpr (kind == field_kind::variant) {
        if (value.valueless_by_exception()) return 3;  // nil instead of index and value
        return 1 + integer_size(value.index()) +
               detail::visit_held(value, [](auto const& held) { return size_of(held); });
    } else if constexpr (kind == field_kind::tuple) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            using std::get;
            return (array_header_size(sizeof...(I)) + ... + size_of(get<I>(value)));
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else {
        static_assert(kind == field_kind::aggregate);
        return apply_fields(value, [](auto const&... fields) { return (names_size<T> + ... + size_of(fields)); });
    }
}

}  // namespace tenon::codec::msgpack_detail

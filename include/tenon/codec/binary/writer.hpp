// From a struct to the binary format: first the exact size, then stores without further checks.
#pragma once

#include <tenon/codec/binary/layout.hpp>
#include <tenon/codec/output.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tenon::codec::binary_detail {

/// The bytes that `value` takes.
template <class T>
constexpr std::size_t size_of(T const& value) noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (is_fixed<T>) {
        return fixed_size<T>;
    } else if constexpr (kind == field_kind::string || kind == field_kind::string_view ||
                         kind == field_kind::blob || kind == field_kind::blob_view) {
        return 4 + value.size();
    } else if constexpr (kind == field_kind::sequence || kind == field_kind::span) {
        using element = typename T::value_type;
        if constexpr (is_fixed<element>) {
            return 4 + value.size() * fixed_size<element>;
        } else {
            std::size_t sum = 4;
            for (auto const& one : value) sum += size_of(one);
            return sum;
        }
    } else if constexpr (kind == field_kind::array) {
        std::size_t sum = 0;
        for (auto const& one : value) sum += size_of(one);
        return sum;
    } else if constexpr (kind == field_kind::optional) {
        return value ? 1 + size_of(*value) : 1;
    } else if constexpr (kind == field_kind::map) {
        std::size_t sum = 4;
        for (auto const& [key, mapped] : value) sum += size_of(key) + size_of(mapped);
        return sum;
    } else if constexpr (kind == field_kind::variant) {
        if (value.valueless_by_exception()) return 1;
        return 1 + detail::visit_held(value, [](auto const& held) { return size_of(held); });
    } else if constexpr (kind == field_kind::tuple) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            using std::get;
            return (std::size_t{0} + ... + size_of(get<I>(value)));
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else {
        static_assert(kind == field_kind::aggregate);
        return apply_fields(value,
                            [](auto const&... fields) { return (std::size_t{0} + ... + size_of(fields)); });
    }
}

/// Writes into memory of the size that `size_of` has told, whatever the errors.
struct writer : detail::output {
    /// Writes `value` at `at` and returns where it ends.
    template <class T>
    std::byte* write(std::byte* at, T const& value) noexcept {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (kind == field_kind::boolean) {
            *at = static_cast<std::byte>(value ? 1 : 0);
            return at + 1;
        } else if constexpr (is_bitwise<T>) {
            std::memcpy(at, static_cast<void const*>(&value), sizeof(T));
            return at + sizeof(T);
        } else if constexpr (kind == field_kind::integer || kind == field_kind::floating) {
            store(at, value);
            return at + sizeof(T);
        } else if constexpr (kind == field_kind::enumeration) {
            if (!is_valid_enum(value)) fail(errc::out_of_range, at, detail::listed_value);
            return write(at, static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (kind == field_kind::duration) {
            return write(at, value.count());
        } else if constexpr (kind == field_kind::empty) {
            return at;
        } else if constexpr (kind == field_kind::attachment) {
            return write(at, std::uint64_t{value.size()});
        } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
            return write_text(at, write_count(at, value.size()), value.data(), value.size());
        } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
            return write_bytes(write_count(at, value.size()), value.data(), value.size());
        } else if constexpr (kind == field_kind::sequence || kind == field_kind::span) {
            return write_elements(write_count(at, value.size()), value);
        } else if constexpr (kind == field_kind::array) {
            return write_elements(at, value);
        } else if constexpr (kind == field_kind::optional) {
            *at++ = static_cast<std::byte>(value ? 1 : 0);
            return value ? write(at, *value) : at;
        } else if constexpr (kind == field_kind::map) {
            at = write_count(at, value.size());
            for (auto const& [key, mapped] : value) at = write(write(at, key), mapped);
            return at;
        } else if constexpr (kind == field_kind::variant) {
            return write_variant(at, value);
        } else if constexpr (kind == field_kind::tuple) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                ((at = write(at, get<I>(value))), ...);
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
            return at;
        } else {
            static_assert(kind == field_kind::aggregate);
            return write_fields(at, value, std::make_index_sequence<field_count<T>>{});
        }
    }

    /// Always inline, so that the state of the writer stays in registers.
    template <class T, std::size_t... I>
    [[gnu::always_inline]] std::byte* write_fields(std::byte* at, T const& value, std::index_sequence<I...>) noexcept {
        ((at = write(at, get_field<I>(value))), ...);
        return at;
    }

private:
    std::byte* write_count(std::byte* at, std::size_t count) noexcept {
        if (count > detail::max_count) fail(errc::too_large, at, detail::within_32_bits);
        store(at, static_cast<std::uint32_t>(count));
        return at + 4;
    }

    template <class T>
    std::byte* write_elements(std::byte* at, T const& list) noexcept {
        using element = typename T::value_type;
        if constexpr (is_bitwise<element>) {
            return write_bytes(at, list.data(), list.size() * sizeof(element));
        } else {
            for (element const& one : list) at = write(at, one);
            return at;
        }
    }

    template <class T>
    std::byte* write_variant(std::byte* at, T const& value) noexcept {
        *at = static_cast<std::byte>(value.index());
        if (value.valueless_by_exception()) {
            fail(errc::out_of_range, at, detail::variant_holding);
            return at + 1;
        }
        ++at;
        return detail::visit_held(value, [&](auto const& held) { return write(at, held); });
    }
};

}  // namespace tenon::codec::binary_detail

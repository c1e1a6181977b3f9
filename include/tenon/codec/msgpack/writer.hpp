// From a struct to MessagePack, into memory of the exact size: stores without further checks.
#pragma once

#include <tenon/codec/msgpack/format.hpp>
#include <tenon/codec/output.hpp>
#include <tenon/codec/words.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tenon::codec::msgpack_detail {

/// Writes into memory of the size that `size_of` has told, whatever the errors. Every value takes its smallest form; a
/// float stays a float and a double a double.
struct writer : detail::output {
    /// Writes `value` at `at` and returns where it ends.
    template <class T>
    std::byte* write(std::byte* at, T const& value) noexcept {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (kind == field_kind::boolean) {
            return put(at, value ? marker::boolean_true : marker::boolean_false);
        } else if constexpr (kind == field_kind::integer) {
            return write_integer(at, value);
        } else if constexpr (kind == field_kind::floating) {
            using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
            return put(at, sizeof(T) == 4 ? marker::float32 : marker::float64, std::bit_cast<bits>(value));
        } else if constexpr (kind == field_kind::enumeration) {
            if (!is_valid_enum(value)) fail(errc::out_of_range, at, detail::listed_value);
            return write(at, static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (kind == field_kind::duration) {
            return write(at, value.count());
        } else if constexpr (kind == field_kind::empty) {
            return put(at, marker::nil);
        } else if constexpr (kind == field_kind::attachment) {
            return write_integer(at, std::uint64_t{value.size()});
        } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
            return write_text(at, write_string_header(at, value.size()), value.data(), value.size());
        } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
            return write_bytes(write_blob_header(at, value.size()), value.data(), value.size());
        } else if constexpr (kind == field_kind::sequence || kind == field_kind::span ||
                             kind == field_kind::array) {
            at = write_array_header(at, value.size());
            for (typename T::value_type const& one : value) at = write(at, one);
            return at;
        } else if constexpr (kind == field_kind::optional) {
            return value ? write(at, *value) : put(at, marker::nil);
        } else if constexpr (kind == field_kind::map) {
            at = write_map_header(at, value.size());
            for (auto const& [name, mapped] : value) at = write(write(at, name), mapped);
            return at;
        } else if constexpr (kind == field_kind::variant) {
            return write_variant(at, value);
        } else if constexpr (kind == field_kind::tuple) {
            at = write_array_header(at, std::tuple_size_v<T>);
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                ((at = write(at, get<I>(value))), ...);
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
            return at;
        } else {
            static_assert(kind == field_kind::aggregate);
            at = write_map_header(at, field_count<T>);
            return write_fields(at, value, std::make_index_sequence<field_count<T>>{});
        }
    }

    /// Always inline, so that the state of the writer stays in registers.
    template <class T, std::size_t... I>
    [[gnu::always_inline]] std::byte* write_fields(std::byte* at, T const& value, std::index_sequence<I...>) noexcept {
        ((at = write(write_constant(at, key<T, I>), get_field<I>(value))), ...);
        return at;
    }

    template <std::size_t Length>
    static std::byte* write_constant(std::byte* at, constant_string<Length> const& text) noexcept {
        detail::copy_bytes<constant_string<Length>::size>(at, text.bytes.data());
        return at + text.size;
    }

    std::byte* write_array_header(std::byte* at, std::size_t count) noexcept {
        if (count < 16) return put(at, static_cast<std::uint8_t>(marker::fixarray | count));
        return write_length(at, count, marker::array16, marker::array32);
    }
    std::byte* write_map_header(std::byte* at, std::size_t count) noexcept {
        if (count < 16) return put(at, static_cast<std::uint8_t>(marker::fixmap | count));
        return write_length(at, count, marker::map16, marker::map32);
    }

    /// An integer that has bytes of its own behind the first.
    template <class T>
    [[gnu::always_inline]] static std::byte* put_wide_integer(std::byte* at, T value) noexcept {
        if constexpr (std::is_signed_v<T>) {
            if (value < 0) {
                if (sizeof(T) == 1 || value >= INT8_MIN)
                    return put(at, marker::int8, static_cast<std::uint8_t>(value));
                if (sizeof(T) == 2 || value >= INT16_MIN)
                    return put(at, marker::int16, static_cast<std::uint16_t>(value));
                if (sizeof(T) == 4 || value >= INT32_MIN)
                    return put(at, marker::int32, static_cast<std::uint32_t>(value));
                return put(at, marker::int64, static_cast<std::uint64_t>(value));
            }
        }
        auto const positive = static_cast<std::uint64_t>(value);
        if (sizeof(T) == 1 || positive <= UINT8_MAX)
            return put(at, marker::uint8, static_cast<std::uint8_t>(positive));
        if (sizeof(T) == 2 || positive <= UINT16_MAX)
            return put(at, marker::uint16, static_cast<std::uint16_t>(positive));
        if (sizeof(T) == 4 || positive <= UINT32_MAX)
            return put(at, marker::uint32, static_cast<std::uint32_t>(positive));
        return put(at, marker::uint64, positive);
    }

private:
    static std::byte* put(std::byte* at, std::uint8_t first) noexcept {
        *at = static_cast<std::byte>(first);
        return at + 1;
    }
    template <class U>
    static std::byte* put(std::byte* at, std::uint8_t first, U number) noexcept {
        *at = static_cast<std::byte>(first);
        store_big(at + 1, number);
        return at + 1 + sizeof(U);
    }

    std::byte* write_string_header(std::byte* at, std::size_t size) noexcept {
        if (size < 32) return put(at, static_cast<std::uint8_t>(marker::fixstr | size));
        if (size < 256) return put(at, marker::str8, static_cast<std::uint8_t>(size));
        return write_length(at, size, marker::str16, marker::str32);
    }
    std::byte* write_blob_header(std::byte* at, std::size_t size) noexcept {
        if (size < 256) return put(at, marker::bin8, static_cast<std::uint8_t>(size));
        return write_length(at, size, marker::bin16, marker::bin32);
    }
    std::byte* write_length(std::byte* at, std::size_t length, std::uint8_t with_16,
                            std::uint8_t with_32) noexcept {
        if (length < 65536) return put(at, with_16, static_cast<std::uint16_t>(length));
        if (length > detail::max_count) fail(errc::too_large, at, detail::within_32_bits);
        return put(at, with_32, static_cast<std::uint32_t>(length));
    }

    template <class T>
    static std::byte* write_integer(std::byte* at, T value) noexcept {
        if (is_fixint(value)) return put(at, static_cast<std::uint8_t>(value));
        return write_wide_integer(at, value);
    }

    template <class T>
    [[gnu::noinline]] static std::byte* write_wide_integer(std::byte* at, T value) noexcept {
        return put_wide_integer(at, value);
    }

    template <class T>
    std::byte* write_variant(std::byte* at, T const& value) noexcept {
        at = write_array_header(at, 2);
        if (value.valueless_by_exception()) {
            fail(errc::out_of_range, at, detail::variant_holding);
            return put(put(at, marker::nil), marker::nil);
        }
        at = write_integer(at, static_cast<std::uint16_t>(value.index()));
        return detail::visit_held(value, [&](auto const& held) { return write(at, held); });
    }
};

}  // namespace tenon::codec::msgpack_detail

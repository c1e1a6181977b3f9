// Reading MessagePack as far as it does not depend on the type that is read: headers, numbers, skipping.
#pragma once

#include <tenon/codec/input.hpp>
#include <tenon/codec/msgpack/format.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

namespace tenon::codec::msgpack_detail {

/// An integer of any width: its two's complement and whether it is below zero.
struct integer {
    std::uint64_t bits     = 0;
    bool          negative = false;

    template <class T>
    [[nodiscard]] bool fits() const noexcept {
        using limits = std::numeric_limits<T>;
        if (!negative) return bits <= static_cast<std::uint64_t>(limits::max());
        return std::is_signed_v<T> && static_cast<std::int64_t>(bits) >= std::int64_t{limits::min()};
    }
};

/// Reads at a position and returns where the value ends, or null after an error.
struct scanner : detail::input {
    using at_type = std::byte const*;
    using detail::input::input;

    static std::uint8_t first(at_type at) noexcept { return std::to_integer<std::uint8_t>(*at); }

    /// For a value that is not what it should be: 0xc1 is not even a value.
    at_type wrong(at_type at, char const* expected) noexcept {
        return fail(first(at) == marker::never ? errc::malformed : errc::wrong_type, at, expected);
    }

    /// The big-endian number behind the first byte.
    template <class U>
    at_type take(at_type at, std::uint64_t& number) noexcept {
        if (left(at) < 1 + sizeof(U)) return truncated("a number or length");
        number = load_big<U>(at + 1);
        return at + 1 + sizeof(U);
    }

    at_type read_nil(at_type at) noexcept {
        if (at == end) return truncated("nil");
        return first(at) == marker::nil ? at + 1 : wrong(at, "nil");
    }

    at_type read_any_integer(at_type at, integer& value) noexcept {
        if (at == end) return truncated("an integer");
        std::uint8_t const byte = first(at);
        at_type            after = nullptr;
        switch (byte) {
            case marker::uint8: return take<std::uint8_t>(at, value.bits);
            case marker::uint16: return take<std::uint16_t>(at, value.bits);
            case marker::uint32: return take<std::uint32_t>(at, value.bits);
            case marker::uint64: return take<std::uint64_t>(at, value.bits);
            case marker::int8:
                after = take<std::uint8_t>(at, value.bits);
                return extend<std::int8_t>(after, value);
            case marker::int16:
                after = take<std::uint16_t>(at, value.bits);
                return extend<std::int16_t>(after, value);
            case marker::int32:
                after = take<std::uint32_t>(at, value.bits);
                return extend<std::int32_t>(after, value);
            case marker::int64:
                after = take<std::uint64_t>(at, value.bits);
                return extend<std::int64_t>(after, value);
            default: break;
        }
        if (byte < marker::fixmap) {
            value.bits = byte;
            return at + 1;
        }
        if (byte < marker::negative_fixint) return wrong(at, "an integer");
        value.bits = byte;
        return extend<std::int8_t>(at + 1, value);
    }

    /// An integer that ends where all ends. False for anything else: then `value` is unchanged, and why is not told.
    template <class T>
    static bool read_last_integer(at_type at, at_type end, T& value) noexcept {
        if (at == end) return false;
        std::uint8_t const byte   = first(at);
        unsigned const     form   = byte - marker::uint8;  // unsigned of 1, 2, 4 and 8 bytes, then signed
        auto const         behind = static_cast<std::size_t>(end - at) - 1;
        std::uint64_t      bits   = byte;
        if (form > 7) {
            if (byte < marker::negative_fixint || behind != 0) return false;
        } else {
            if (behind != 1u << (form & 3)) return false;
            bits = behind == 1   ? load_big<std::uint8_t>(at + 1)
                   : behind == 2 ? load_big<std::uint16_t>(at + 1)
                   : behind == 4 ? load_big<std::uint32_t>(at + 1)
                                 : load_big<std::uint64_t>(at + 1);
        }
        integer any{bits, false};
        if (form >= 4) {
            std::size_t const unused = 64 - 8 * (behind == 0 ? 1 : behind);
            auto const        number = static_cast<std::int64_t>(bits << unused) >> unused;
            any                      = {static_cast<std::uint64_t>(number), number < 0};
        }
        if (!any.fits<T>()) return false;
        value = static_cast<T>(any.bits);
        return true;
    }

    /// A float of either width or an integer, as a double.
    at_type read_any_number(at_type at, double& value) noexcept {
        if (at == end) return truncated("a number");
        std::uint64_t bits = 0;
        if (first(at) == marker::float64) {
            at_type const after = take<std::uint64_t>(at, bits);
            value               = std::bit_cast<double>(bits);
            return after;
        }
        if (first(at) == marker::float32) {
            at_type const after = take<std::uint32_t>(at, bits);
            value               = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
            return after;
        }
        integer       whole;
        at_type const after = read_any_integer(at, whole);
        if (after == nullptr) {
            if (error.code == errc::wrong_type) error.expected = "a number";
            return nullptr;
        }
        value = whole.negative ? static_cast<double>(static_cast<std::int64_t>(whole.bits))
                               : static_cast<double>(whole.bits);
        return after;
    }

    /// The header of a string that is wholly there.
    at_type read_string_header(at_type at, std::size_t& length) noexcept {
        if (at == end) return truncated("a string");
        std::uint8_t const byte = first(at);
        if ((byte & 0xe0) == marker::fixstr) {
            length = byte & 0x1fu;
            ++at;
        } else if ((at = read_long_header(at, marker::str8, length, "a string")) == nullptr) {
            return nullptr;
        }
        return length <= left(at) ? at : truncated("as many bytes as the string's length says");
    }

    /// The header of a blob that is wholly there.
    at_type read_blob_header(at_type at, std::size_t& length) noexcept {
        if (at == end) return truncated("a blob (bin)");
        if ((at = read_long_header(at, marker::bin8, length, "a blob (bin)")) == nullptr) return nullptr;
        return length <= left(at) ? at : truncated("as many bytes as the blob's length says");
    }

    at_type read_array_header(at_type at, std::size_t& count, char const* expected) noexcept {
        if (at == end) return truncated(expected);
        std::uint8_t const byte = first(at);
        if ((byte & 0xf0) == marker::fixarray) {
            count = byte & 0x0fu;
            return at + 1;
        }
        return read_count(at, marker::array16, count, expected);
    }

    at_type read_map_header(at_type at, std::size_t& count) noexcept {
        if (at == end) return truncated("a map");
        std::uint8_t const byte = first(at);
        if ((byte & 0xf0) == marker::fixmap) {
            count = byte & 0x0fu;
            return at + 1;
        }
        return read_count(at, marker::map16, count, "a map");
    }

    /// Reads over any value, within the limits. It allocates nothing, and every element takes a byte at
    /// least, so counts need no check of their own.
    at_type skip(at_type at) noexcept {
        if (at == end) return truncated("a value");
        std::uint8_t const byte  = first(at);
        std::size_t        count = 0;
        if (byte < marker::fixmap || byte >= marker::negative_fixint) return at + 1;
        if ((byte & 0xf0) == marker::fixmap || byte == marker::map16 || byte == marker::map32) {
            at_type const after = read_map_header(at, count);
            return after == nullptr ? nullptr : skip_elements(at, after, std::uint64_t{count} * 2);
        }
        if ((byte & 0xf0) == marker::fixarray || byte == marker::array16 || byte == marker::array32) {
            at_type const after = read_array_header(at, count, "an array");
            return after == nullptr ? nullptr : skip_elements(at, after, count);
        }
        if ((byte & 0xe0) == marker::fixstr || (byte >= marker::str8 && byte <= marker::str32)) {
            at_type const after = read_string_header(at, count);
            return after == nullptr ? nullptr : after + count;
        }
        return skip_scalar(at);
    }

    /// The index of the field that is called `name`, or the number of names. Tries `likely` first.
    static std::size_t find_name(std::span<std::string_view const> names, std::string_view name,
                                 std::size_t likely) noexcept {
        if (likely < names.size() && names[likely] == name) return likely;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) return i;
        return names.size();
    }

private:
    /// Makes 64 bits of a signed number of fewer; hands through where it ends.
    template <class S>
    static at_type extend(at_type after, integer& value) noexcept {
        auto const number = static_cast<std::int64_t>(static_cast<S>(value.bits));
        value             = {static_cast<std::uint64_t>(number), number < 0};
        return after;
    }

    /// A length of 8, 16 or 32 bits, by the marker for 8 bits and the two that follow it.
    at_type read_long_header(at_type at, std::uint8_t with_8, std::size_t& length,
                             char const* expected) noexcept {
        std::uint64_t number = 0;
        int const     width  = first(at) - with_8;
        if (width < 0 || width > 2) return wrong(at, expected);
        at = width == 0   ? take<std::uint8_t>(at, number)
             : width == 1 ? take<std::uint16_t>(at, number)
                          : take<std::uint32_t>(at, number);
        length = static_cast<std::size_t>(number);
        return at;
    }

    /// A count of 16 or 32 bits, by the marker for 16 bits and the one that follows it.
    at_type read_count(at_type at, std::uint8_t with_16, std::size_t& count, char const* expected) noexcept {
        std::uint64_t number = 0;
        int const     width  = first(at) - with_16;
        if (width < 0 || width > 1) return wrong(at, expected);
        at    = width == 0 ? take<std::uint16_t>(at, number) : take<std::uint32_t>(at, number);
        count = static_cast<std::size_t>(number);
        return at;
    }

    at_type skip_elements(at_type header, at_type at, std::uint64_t count) noexcept {
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        for (std::uint64_t i = 0; i < count; ++i)
            if ((at = skip(at)) == nullptr) return nullptr;
        leave();
        return at;
    }

    /// Nil, booleans, floats, wide integers, blobs and extensions.
    at_type skip_scalar(at_type at) noexcept {
        std::uint8_t const byte = first(at);
        std::size_t        size = 0;
        if (byte == marker::never) return wrong(at, "a value");
        if (byte <= marker::boolean_true) return at + 1;
        if (byte <= marker::ext32) {
            // ext 8/16/32 follow bin 8/16/32 and have one more byte, the type.
            bool const is_ext = byte >= marker::ext8;
            at = read_long_header(at, is_ext ? marker::ext8 : marker::bin8, size, "a value");
            if (at == nullptr) return nullptr;
            if (is_ext) ++size;
        } else {
            constexpr std::uint8_t behind_first[] = {4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17};
            static_assert(marker::fixext16 - marker::float32 + 1 == sizeof behind_first);
            size = behind_first[byte - marker::float32];
            ++at;
        }
        return size <= left(at) ? at + size : truncated("as many bytes as the value takes");
    }
};

}  // namespace tenon::codec::msgpack_detail

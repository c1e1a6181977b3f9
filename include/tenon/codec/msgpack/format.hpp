// The bytes of MessagePack (github.com/msgpack/msgpack/blob/master/spec.md), and how few a type takes.
#pragma once

#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tenon::codec::msgpack_detail {

/// The first byte of a value. The "fix" forms hold a number or length in the same byte.
namespace marker {
inline constexpr std::uint8_t fixmap          = 0x80;  // ... 0x8f
inline constexpr std::uint8_t fixarray        = 0x90;  // ... 0x9f
inline constexpr std::uint8_t fixstr          = 0xa0;  // ... 0xbf
inline constexpr std::uint8_t nil             = 0xc0;
inline constexpr std::uint8_t never           = 0xc1;
inline constexpr std::uint8_t boolean_false   = 0xc2;
inline constexpr std::uint8_t boolean_true    = 0xc3;
inline constexpr std::uint8_t bin8            = 0xc4;
inline constexpr std::uint8_t bin16           = 0xc5;
inline constexpr std::uint8_t bin32           = 0xc6;
inline constexpr std::uint8_t ext8            = 0xc7;
inline constexpr std::uint8_t ext32           = 0xc9;
inline constexpr std::uint8_t float32         = 0xca;
inline constexpr std::uint8_t float64         = 0xcb;
inline constexpr std::uint8_t uint8           = 0xcc;
inline constexpr std::uint8_t uint16          = 0xcd;
inline constexpr std::uint8_t uint32          = 0xce;
inline constexpr std::uint8_t uint64          = 0xcf;
inline constexpr std::uint8_t int8            = 0xd0;
inline constexpr std::uint8_t int16           = 0xd1;
inline constexpr std::uint8_t int32           = 0xd2;
inline constexpr std::uint8_t int64           = 0xd3;
inline constexpr std::uint8_t fixext1         = 0xd4;
inline constexpr std::uint8_t fixext16        = 0xd8;
inline constexpr std::uint8_t str8            = 0xd9;
inline constexpr std::uint8_t str16           = 0xda;
inline constexpr std::uint8_t str32           = 0xdb;
inline constexpr std::uint8_t array16         = 0xdc;
inline constexpr std::uint8_t array32         = 0xdd;
inline constexpr std::uint8_t map16           = 0xde;
inline constexpr std::uint8_t map32           = 0xdf;
inline constexpr std::uint8_t negative_fixint = 0xe0;  // ... 0xff
}  // namespace marker

/// MessagePack is big endian: swaps the bytes of an unsigned integer, unless the host is so too.
template <class U>
constexpr U swap_to_big(U value) noexcept {
    if constexpr (std::endian::native == std::endian::big || sizeof(U) == 1) return value;
    else if constexpr (sizeof(U) == 2) return __builtin_bswap16(value);
    else if constexpr (sizeof(U) == 4) return __builtin_bswap32(value);
    else return __builtin_bswap64(value);
}

/// True if the number is small enough to stand in the first byte: -32 to 127.
template <class T>
constexpr bool is_fixint(T value) noexcept {
    using bits = std::make_unsigned_t<T>;
    if constexpr (std::is_signed_v<T>)
        return static_cast<bits>(static_cast<bits>(value) + 32u) < 160;
    else
        return value < 128;
}

template <class U>
void store_big(std::byte* to, U value) noexcept {
    value = swap_to_big(value);
    std::memcpy(to, &value, sizeof(U));
}

template <class U>
U load_big(std::byte const* from) noexcept {
    U value;
    std::memcpy(&value, from, sizeof(U));
    return swap_to_big(value);
}

/// The bytes of the string `text` in its smallest form, made while compiling.
template <std::size_t Length>
struct constant_string {
    static constexpr std::size_t header = Length < 32 ? 1 : Length < 256 ? 2 : 3;
    static constexpr std::size_t size   = header + Length;
    static_assert(Length < 65536, "tenon: a name of 65536 characters or more");

    std::array<char, size> bytes{};

    constexpr explicit constant_string(std::string_view text) noexcept {
        auto const put = [&](std::size_t i, std::size_t byte) { bytes[i] = static_cast<char>(byte & 0xff); };
        if constexpr (header == 1) {
            put(0, marker::fixstr | Length);
        } else if constexpr (header == 2) {
            put(0, marker::str8);
            put(1, Length);
        } else {
            put(0, marker::str16);
            put(1, Length >> 8);
            put(2, Length);
        }
        for (std::size_t i = 0; i < Length; ++i) bytes[header + i] = text[i];
    }
};

/// The name of field `I` of `T` as it stands on the wire.
template <class T, std::size_t I>
inline constexpr constant_string<field_name<T, I>.size()> key{field_name<T, I>};

/// "the field `name`", for errors.
template <class T, std::size_t I>
inline constexpr auto field_expected = [] {
    constexpr std::string_view                          before = "the field ";
    std::array<char, before.size() + field_name<T, I>.size() + 1> text{};
    for (std::size_t i = 0; i < before.size(); ++i) text[i] = before[i];
    for (std::size_t i = 0; i < field_name<T, I>.size(); ++i) text[before.size() + i] = field_name<T, I>[i];
    return text;
}();

/// The fewest bytes that a `T` takes: what a count of them is held against before memory is reserved.
template <class T>
consteval std::size_t compute_min_size() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::array) {
        return 1 + std::tuple_size_v<T> * compute_min_size<typename T::value_type>();
    } else if constexpr (kind == field_kind::blob && tenon::detail::tuple_like<T>) {
        return 2 + std::tuple_size_v<T>;
    } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
        return 2;
    } else if constexpr (kind == field_kind::variant) {
        return 3;
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{1} + ... + compute_min_size<std::tuple_element_t<I, T>>());
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::aggregate) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{1} + ... +
                    (kind_of<field_type<T, I>> == field_kind::optional
                         ? 0
                         : key<T, I>.size + compute_min_size<field_type<T, I>>()));
        }(std::make_index_sequence<field_count<T>>{});
    } else {
        return 1;
    }
}

template <class T>
inline constexpr std::size_t min_size = compute_min_size<T>();

}  // namespace tenon::codec::msgpack_detail

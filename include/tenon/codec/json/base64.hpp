// Bytes as text: base64 with padding, as RFC 4648 §4 defines it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon::codec::detail::json {

inline constexpr char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many characters `size` bytes take.
constexpr std::size_t base64_size(std::size_t size) noexcept { return (size + 2) / 3 * 4; }

/// Writes `size` bytes as base64. Requires room for `base64_size(size)`; returns the end.
inline char* encode_base64(std::byte const* from, std::size_t size, char* to) noexcept {
    auto const byte = [&from](std::size_t i) { return static_cast<std::uint32_t>(from[i]); };
    auto const put  = [&to](std::uint32_t group, int shift) { *to++ = base64_alphabet[group >> shift & 63]; };
    for (; size >= 3; size -= 3, from += 3) {
        std::uint32_t const group = byte(0) << 16 | byte(1) << 8 | byte(2);
        put(group, 18);
        put(group, 12);
        put(group, 6);
        put(group, 0);
    }
    if (size != 0) {
        std::uint32_t const group = byte(0) << 16 | (size == 2 ? byte(1) << 8 : 0);
        put(group, 18);
        put(group, 12);
        if (size == 2)
            put(group, 6);
        else
            *to++ = '=';
        *to++ = '=';
    }
    return to;
}

struct base64_values {
    std::uint8_t value[256]{};
    constexpr base64_values() noexcept {
        for (auto& v : value) v = 0xff;
        for (std::uint8_t i = 0; i < 64; ++i) value[static_cast<unsigned char>(base64_alphabet[i])] = i;
    }
};
inline constexpr base64_values base64_table{};

/// How many bytes base64 text stands for, if it is well-formed.
constexpr std::size_t base64_decoded_size(char const* text, std::size_t size) noexcept {
    if (size < 4) return 0;
    return size / 4 * 3 - (text[size - 1] == '=') - (text[size - 2] == '=');
}

/// Reads base64. Requires room for `base64_decoded_size`. Returns false unless the text is exactly what
/// `encode_base64` writes: whole groups, padding only at the end, unused bits zero (RFC 4648 §3.5), nothing
/// else.
inline bool decode_base64(char const* text, std::size_t size, std::byte* to) noexcept {
    if (size % 4 != 0) return false;
    if (size == 0) return true;
    auto const value = [](char c) {
        return std::uint32_t{base64_table.value[static_cast<unsigned char>(c)]};
    };
    auto const put = [&to](std::uint32_t group, int shift) {
        *to++ = static_cast<std::byte>(group >> shift & 0xff);
    };
    std::size_t const padding = text[size - 1] != '=' ? 0u : text[size - 2] != '=' ? 1u : 2u;

    char const* const last = text + size - 4;
    for (char const* at = text; at != last + (padding == 0 ? 4 : 0); at += 4) {
        std::uint32_t const a = value(at[0]), b = value(at[1]), c = value(at[2]), d = value(at[3]);
        if ((a | b | c | d) > 63) return false;
        std::uint32_t const group = a << 18 | b << 12 | c << 6 | d;
        put(group, 16);
        put(group, 8);
        put(group, 0);
    }
    if (padding == 0) return true;
    std::uint32_t const a = value(last[0]), b = value(last[1]), c = padding == 1 ? value(last[2]) : 0;
    if ((a | b | c) > 63) return false;
    std::uint32_t const group = a << 18 | b << 12 | c << 6;
    if ((group & (padding == 1 ? 0xffu : 0xffffu)) != 0) return false;
    put(group, 16);
    if (padding == 1) put(group, 8);
    return true;
}

}  // namespace tenon::codec::detail::json

// Text as a JSON string: which bytes are special, how they are escaped, and what an escape stands for.
#pragma once

#include <tenon/codec/utf8.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tenon::codec::detail::json {

/// The top bit of each byte that is `"`, `\`, a control character or no ASCII. Of several hits only the first
/// in memory is exact, for a borrow may run on from it; that one is all that is asked for.
constexpr std::uint64_t special_bytes(std::uint64_t word) noexcept {
    constexpr std::uint64_t each      = 0x0101010101010101u;
    std::uint64_t const     quote     = (word ^ each * '"') - each;
    std::uint64_t const     backslash = (word ^ each * '\\') - each;
    std::uint64_t const     control   = word - each * 0x20;
    return (quote | backslash | control | word) & top_bits;
}

/// How many bytes stand before the first hit of `special_bytes` (which is not 0).
constexpr std::size_t plain_before(std::uint64_t hits) noexcept {
    // Where the first byte is the highest the borrow runs the wrong way: go byte by byte there.
    if constexpr (std::endian::native == std::endian::little)
        return static_cast<std::size_t>(std::countr_zero(hits)) / 8;
    else
        return 0;
}

constexpr bool is_plain(char c) noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// Writes the escape of `"`, `\` or a control character (RFC 8259 §7). Requires room for 6; returns the end.
constexpr char* escape(char c, char* at) noexcept {
    *at++ = '\\';
    switch (c) {
        case '"': case '\\': *at++ = c; return at;
        case '\b': *at++ = 'b'; return at;
        case '\f': *at++ = 'f'; return at;
        case '\n': *at++ = 'n'; return at;
        case '\r': *at++ = 'r'; return at;
        case '\t': *at++ = 't'; return at;
        default: break;
    }
    auto const byte = static_cast<unsigned char>(c);
    *at++           = 'u';
    *at++           = '0';
    *at++           = '0';
    *at++ = static_cast<char>('0' + byte / 16);
    *at++ = "0123456789abcdef"[byte % 16];
    return at;
}

/// The value of four hexadecimal digits, or -1.
constexpr std::int32_t hex4(char const* at) noexcept {
    std::int32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        char const         c     = at[i];
        std::int32_t const digit = c >= '0' && c <= '9'   ? c - '0'
                                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                          : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

constexpr bool is_high_surrogate(std::int32_t unit) noexcept { return unit >= 0xd800 && unit < 0xdc00; }
constexpr bool is_low_surrogate(std::int32_t unit) noexcept { return unit >= 0xdc00 && unit < 0xe000; }

/// What the letter after a backslash stands for, or 0 if it is none (`u` is not among them).
constexpr char unescape_letter(char letter) noexcept {
    switch (letter) {
        case '"': case '\\': case '/': return letter;
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return 0;
    }
}

/// Writes a code point as UTF-8, at most 4 bytes; returns the end.
constexpr char* put_utf8(char* at, std::int32_t point) noexcept {
    auto const put = [&at](std::int32_t byte) {
        *at++ = static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xc0 | point >> 6);
        put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    } else {
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
        put(0x80 | (point & 0x3f));
    }
    return at;
}

/// Resolves the escapes of a text that `scan_text` has found well-formed. Needs no more room than the text
/// has (an escape is longer than what it stands for) and may work in place; returns how many bytes it wrote.
inline std::size_t unescape(char const* at, char const* end, char* const to) noexcept {
    char* out = to;
    while (at != end) {
        if (*at != '\\') {
            *out++ = *at++;
        } else if (at[1] != 'u') {
            *out++ = unescape_letter(at[1]);
            at += 2;
        } else {
            std::int32_t point = hex4(at + 2);
            at += 6;
            if (is_high_surrogate(point)) {
                point = 0x10000 + ((point - 0xd800) << 10) + (hex4(at + 2) - 0xdc00);
                at += 6;
            }
            out = put_utf8(out, point);
        }
    }
    return static_cast<std::size_t>(out - to);
}

/// How many characters `text` takes inside the quotes.
constexpr std::size_t escaped_size(std::string_view text) noexcept {
    std::size_t size = 0;
    char        scratch[6]{};
    for (char const c : text)
        size += is_plain(c) || static_cast<unsigned char>(c) >= 0x80
                    ? 1
                    : static_cast<std::size_t>(escape(c, scratch) - scratch);
    return size;
}

/// Writes `text` as it stands inside the quotes; for names that are known while compiling.
constexpr char* put_escaped(std::string_view text, char* at) noexcept {
    for (char const c : text) {
        if (is_plain(c) || static_cast<unsigned char>(c) >= 0x80)
            *at++ = c;
        else
            at = escape(c, at);
    }
    return at;
}

}  // namespace tenon::codec::detail::json

// Whether bytes are UTF-8, as RFC 3629 defines it: what every codec asks of every string, both ways.
#pragma once

#include <tenon/codec/words.hpp>

#include <cstddef>
#include <cstdint>

namespace tenon::codec::detail {

/// How many bytes the UTF-8 sequence at `at` takes, or 0 if there is none.
/// Requires `left > 0`; reads at most `left` bytes. Refuses overlong forms, surrogates (U+D800 to U+DFFF) and
/// what lies beyond U+10FFFF (RFC 3629 §4).
constexpr std::size_t utf8_sequence(char const* at, std::size_t left) noexcept {
    auto const byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    auto const tail = [&byte](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };

    unsigned char const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2) return 0;  // a continuation byte, or an overlong form of ASCII
    if (lead < 0xe0) return left >= 2 && tail(1) ? 2 : 0;
    if (lead < 0xf0) {
        if (left < 3 || !tail(1) || !tail(2)) return 0;
        if (lead == 0xe0 && byte(1) < 0xa0) return 0;  // overlong
        if (lead == 0xed && byte(1) > 0x9f) return 0;  // surrogate
        return 3;
    }
    if (lead > 0xf4 || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xf0 && byte(1) < 0x90) return 0;  // overlong
    if (lead == 0xf4 && byte(1) > 0x8f) return 0;  // beyond U+10FFFF
    return 4;
}

/// How many bytes from the start are UTF-8: `size` if all are, else the offset of the first wrong sequence.
/// Costs one load and test per 8 bytes of ASCII.
[[gnu::noinline]] inline std::size_t utf8_prefix(char const* text, std::size_t size) noexcept {
    std::size_t at = 0;
    while (at < size) {
        while (size - at >= 8 && (load_word(text + at) & top_bits) == 0) at += 8;
        // The rest, or up to the next ASCII character, from where words may be tried again.
        do {
            if (at == size) return size;
            std::size_t const length = utf8_sequence(text + at, size - at);
            if (length == 0) return at;
            at += length;
        } while (size - at < 8 || static_cast<unsigned char>(text[at]) >= 0x80);
    }
    return size;
}

/// True if the text is of 8 to 32 ASCII characters, as most are: settled with loads that overlap.
[[gnu::always_inline]] inline bool is_short_ascii(char const* text, std::size_t size) noexcept {
    if (size < 8 || size > 32) return false;
    std::uint64_t words = load_word(text) | load_word(text + size - 8);
    if (size > 16) words |= load_word(text + 8) | load_word(text + size - 16);
    return (words & top_bits) == 0;
}

/// True if all of the text is UTF-8. `text` may be null if `size` is 0.
inline bool is_utf8(char const* text, std::size_t size) noexcept {
    return is_short_ascii(text, size) || utf8_prefix(text, size) == size;
}

}  // namespace tenon::codec::detail

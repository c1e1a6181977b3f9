// Whether bytes are UTF-8, as RFC 3629 defines it: what every codec asks of every string, both ways.
#pragma once

#include <tenon/codec/words.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

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

/// The first and the last `Word` of `size` bytes, and two between them where these do not meet. They overlap.
template <class Word, std::size_t Count>
struct end_words {
    Word words[Count];

    [[gnu::always_inline]] end_words(char const* from, std::size_t size) noexcept {
        for (std::size_t i = 0; i < Count / 2; ++i) {
            words[i]             = load_word<Word>(from + i * sizeof(Word));
            words[Count - 1 - i] = load_word<Word>(from + size - (i + 1) * sizeof(Word));
        }
    }
    [[nodiscard, gnu::always_inline]] bool is_ascii() const noexcept {
        Word all = 0;
        for (Word const word : words) all = static_cast<Word>(all | word);
        return (all & static_cast<Word>(top_bits)) == 0;
    }
    [[gnu::always_inline]] void store(char* to, std::size_t size) const noexcept {
        for (std::size_t i = 0; i < Count / 2; ++i) {
            std::memcpy(to + i * sizeof(Word), &words[i], sizeof(Word));
            std::memcpy(to + size - (i + 1) * sizeof(Word), &words[Count - 1 - i], sizeof(Word));
        }
    }
};

/// Calls `f` with the words that cover a short text; false if it is of more than 32 bytes, or `f` says so.
template <class F>
[[gnu::always_inline]] inline bool with_short_text(char const* text, std::size_t size, F f) noexcept {
    if (size > 16) return size <= 32 && f(end_words<std::uint64_t, 4>{text, size});
    if (size >= 8) return f(end_words<std::uint64_t, 2>{text, size});
    if (size >= 4) return f(end_words<std::uint32_t, 2>{text, size});
    if (size >= 2) return f(end_words<std::uint16_t, 2>{text, size});
    return size == 0 || f(end_words<std::uint8_t, 2>{text, size});
}

/// True if all of the text is UTF-8. `text` may be null if `size` is 0.
/// Costs about ten instructions for up to 32 ASCII characters, as most texts are.
inline bool is_utf8(char const* text, std::size_t size) noexcept {
    return with_short_text(text, size, [](auto const& words) { return words.is_ascii(); }) ||
           utf8_prefix(text, size) == size;
}

[[gnu::noinline]] inline bool copy_any_text(char* to, char const* from, std::size_t size) noexcept {
    std::memcpy(to, from, size);
    return utf8_prefix(from, size) == size;
}

/// Copies text, and tells whether it is UTF-8. A call of its own, and one that needs no stack for a short text: so who
/// calls it keeps its state in registers.
[[gnu::noinline]] inline bool copy_text(char* to, char const* from, std::size_t size) noexcept {
    bool const copied = with_short_text(
        from, size, [&](auto const& words) { return words.is_ascii() && (words.store(to, size), true); });
    return copied || copy_any_text(to, from, size);
}

}  // namespace tenon::codec::detail

// Bytes eight at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::codec::detail {

template <class Word = std::uint64_t>
inline Word load_word(void const* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The top bit of each byte: set where a byte is no ASCII character.
inline constexpr std::uint64_t top_bits = 0x8080808080808080u;

template <class Word>
bool same_word(char const* a, char const* b) noexcept {
    return load_word<Word>(a) == load_word<Word>(b);
}

/// Copies `Size` bytes as words that may overlap at the end. Those of a constant become part of the instructions, where
/// `memcpy` of a size that is no power of two loads them from memory.
template <std::size_t Size>
[[gnu::always_inline]] inline void copy_bytes(void* to, void const* from) noexcept {
    auto*       a    = static_cast<char*>(to);
    auto const* b    = static_cast<char const*>(from);
    auto const  copy = [&]<class Word>(Word, std::size_t at) {
        Word const word = load_word<Word>(b + at);
        std::memcpy(a + at, &word, sizeof word);
    };
    if constexpr (Size > 32) {
        std::memcpy(to, from, Size);
    } else if constexpr (Size >= 8) {
        for (std::size_t at = 0; at + 8 <= Size; at += 8) copy(std::uint64_t{}, at);
        if constexpr (Size % 8 > 4) copy(std::uint64_t{}, Size - 8);
        else if constexpr (Size % 8 > 0) copy(std::uint32_t{}, Size - 4);
    } else if constexpr (Size >= 4) {
        copy(std::uint32_t{}, 0);
        copy(std::uint32_t{}, Size - 4);
    } else if constexpr (Size >= 2) {
        copy(std::uint16_t{}, 0);
        copy(std::uint16_t{}, Size - 2);
    } else if constexpr (Size == 1) {
        *a = *b;
    }
}

/// True if `Size` bytes are the same. Words that overlap at the end, where `memcmp` of a size that is no power of two
/// is a call: four or five instructions for a name of up to 16 characters that is known while compiling.
template <std::size_t Size>
bool same_bytes(void const* left, void const* right) noexcept {
    auto const* const a = static_cast<char const*>(left);
    auto const* const b = static_cast<char const*>(right);
    if constexpr (Size > 32) {
        return std::memcmp(a, b, Size) == 0;
    } else if constexpr (Size >= 8) {
        for (std::size_t at = 0; at + 8 < Size; at += 8)
            if (!same_word<std::uint64_t>(a + at, b + at)) return false;
        return same_word<std::uint64_t>(a + Size - 8, b + Size - 8);
    } else if constexpr (Size >= 4) {
        return same_word<std::uint32_t>(a, b) && same_word<std::uint32_t>(a + Size - 4, b + Size - 4);
    } else if constexpr (Size >= 2) {
        return same_word<std::uint16_t>(a, b) && same_word<std::uint16_t>(a + Size - 2, b + Size - 2);
    } else {
        return Size == 0 || *a == *b;
    }
}

}  // namespace tenon::codec::detail

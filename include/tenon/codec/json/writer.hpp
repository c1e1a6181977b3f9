// Writing JSON text: room in the buffer, and strings.
#pragma once

#include <tenon/codec/json/text.hpp>
#include <tenon/codec/utf8.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::codec::detail::json {

/// What all writing functions share. They take the position where they write and return the one behind what
/// they have written, or null after an error.
struct writer {
    buffer&     out;
    char*       start;  // of the room behind the content of the buffer
    char*       end;
    std::size_t before;
    codec_error error{};

    writer(buffer& to, std::size_t first_room) : out{to}, before{to.size()} { take_room(first_room); }

    /// Makes sure that `size` bytes may be written at `at`; returns where that is now.
    char* room(char* at, std::size_t size) {
        return static_cast<std::size_t>(end - at) >= size ? at : make_room(at, size);
    }

    [[gnu::noinline]] char* make_room(char* at, std::size_t size) {
        finish(at);
        take_room(size);
        return start;
    }

    /// Counts what has been written as content of the buffer.
    void finish(char* at) noexcept { out.advance(static_cast<std::size_t>(at - start)); }

    /// Keeps the error and returns null. The offset is that in the frame that is being written.
    [[gnu::cold, gnu::noinline]] char* fail(errc code, char* at, char const* expected) noexcept {
        error = {code, out.size() - before + static_cast<std::size_t>(at - start), expected};
        return nullptr;
    }

private:
    void take_room(std::size_t size) {
        start = reinterpret_cast<char*>(out.prepare(size));
        end   = reinterpret_cast<char*>(out.data() + out.capacity());
    }
};

template <std::size_t N>
inline char* put(char* at, char const (&text)[N]) noexcept {
    std::memcpy(at, text, N - 1);
    return at + (N - 1);
}

/// The last `left` bytes of a text as a word, filled up with spaces; for little-endian machines.
/// Requires `left < 8`, and that 8 bytes end at `end`.
inline std::uint64_t load_tail(char const* end, std::size_t left) noexcept {
    std::uint64_t const word = load_word(end - 8);
    return word >> (8 - left) * 8 | std::uint64_t{0x2020202020202020} << left * 8;
}

/// Writes what is no plain ASCII: an escape, or a run of other characters. Moves `from` behind it.
inline char* write_special(writer& w, char* at, char const*& from, char const* end) {
    auto const left = static_cast<std::size_t>(end - from);
    if (static_cast<unsigned char>(*from) < 0x80) return escape(*from++, w.room(at, left + 16));
    do {
        std::size_t const length = utf8_sequence(from, static_cast<std::size_t>(end - from));
        if (length == 0) return w.fail(errc::bad_utf8, at, "text in UTF-8");
        for (std::size_t i = 0; i < length; ++i) *at++ = *from++;
    } while (from != end && static_cast<unsigned char>(*from) >= 0x80);
    return at;
}

/// Writes a string with its quotes: UTF-8 as it is, escaped only what has to be.
inline char* write_text(writer& w, char* at, char const* from, std::size_t size) {
    // Room for what is left, a word that overhangs, and a quote: so it is kept all along.
    at    = w.room(at, size + 16);
    *at++ = '"';
    char const* const end = from + size;
    for (;;) {
        // Most words have nothing special.
        for (; end - from >= 8; at += 8, from += 8) {
            std::uint64_t const word = load_word(from);
            if (special_bytes(word) != 0) break;
            std::memcpy(at, &word, sizeof word);
        }
        if (from == end) break;
        auto const    left = static_cast<std::size_t>(end - from);
        std::uint64_t word = 0, hits = 0;
        if (left >= 8) {
            word = load_word(from);
            hits = special_bytes(word);
        } else if (size >= 8 && std::endian::native == std::endian::little) {
            word = load_tail(end, left);
            hits = special_bytes(word);
        } else {
            while (from != end && is_plain(*from)) *at++ = *from++;
            if (from != end) at = write_special(w, at, from, end);
            if (at == nullptr) return nullptr;
            continue;
        }
        std::memcpy(at, &word, sizeof word);
        std::size_t plain = hits == 0 ? 8 : plain_before(hits);
        if (plain > left) plain = left;
        at += plain;
        from += plain;
        if (hits == 0) continue;
        // On big-endian machines the hit may still be some bytes away.
        while (is_plain(*from)) *at++ = *from++;
        at = write_special(w, at, from, end);
        if (at == nullptr) return nullptr;
    }
    *at++ = '"';
    return at;
}

}  // namespace tenon::codec::detail::json

// Reading JSON text: whitespace, strings, and values that nobody wants, all within the limits.
#pragma once

#include <tenon/codec/arena.hpp>
#include <tenon/codec/json/numbers.hpp>
#include <tenon/codec/json/text.hpp>
#include <tenon/codec/limits.hpp>
#include <tenon/core/error.hpp>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace tenon::codec::detail::json {

/// What all reading functions share. They take the position where they start and return the one behind what
/// they have read, or null after an error, so that the position stays in a register.
///
/// The last byte before `end` is `]`, that of the message itself. It stops every loop over digits or
/// whitespace, so those need not compare with `end`. Only two things do: a string, which may contain `]`, and
/// the end of an inner array, whose `]` may have been that last one. Hence a position inside a message is
/// never `end`.
struct reader {
    char const*        begin;
    char const*        end;
    std::size_t        depth;   // how many more levels may be entered
    std::size_t        budget;  // how many more bytes may be allocated
    detail::arena*     arena;
    bool               skip_unknown;
    codec_error        error{};

    /// Keeps the error and returns null. What is wrong at the end of the text is that it ends.
    [[gnu::cold, gnu::noinline]] char const* fail(errc code, char const* at, char const* expected) noexcept {
        if (at == end) code = errc::truncated;
        error = {code, static_cast<std::size_t>(at - begin), expected};
        return nullptr;
    }

    /// Takes bytes that are about to be allocated from the budget.
    bool charge(std::size_t bytes) noexcept {
        if (bytes > budget) return false;
        budget -= bytes;
        return true;
    }

    /// Past an opening bracket or brace, one level down.
    char const* enter(char const* at) noexcept {
        if (depth == 0) return fail(errc::too_deep, at, "fewer levels of nesting");
        --depth;
        return at + 1;
    }
    /// Past the closing bracket of an array inside the message.
    char const* leave_array(char const* at) noexcept {
        ++depth;
        if (++at == end) return fail(errc::truncated, at, "the rest of the message");
        return at;
    }
    /// Past the closing brace of an object.
    char const* leave_object(char const* at) noexcept {
        ++depth;
        return at + 1;
    }

    /// True if `literal` stands at `at`.
    template <std::size_t N>
    [[nodiscard]] bool starts_with(char const* at, char const (&literal)[N]) const noexcept {
        return static_cast<std::size_t>(end - at) >= N - 1 && std::memcmp(at, literal, N - 1) == 0;
    }

    /// For a value that does not begin as the field's type does: a well-meant value of another type, or no
    /// value.
    [[gnu::cold, gnu::noinline]] char const* mismatch(char const* at, char const* expected) noexcept {
        // Python's json writes these unless it is told not to.
        if (starts_with(at, "NaN") || starts_with(at, "Infinity") || starts_with(at, "-Infinity"))
            return fail(errc::not_finite, at, expected);
        if (at != end && *at == '-' && !(at + 1 != end && is_digit(at[1])))
            return fail(errc::malformed, at + 1, "a digit");
        bool const value =
            at != end && (is_digit(*at) || std::string_view{"\"-[{tfn"}.find(*at) != std::string_view::npos);
        return fail(value ? errc::wrong_type : errc::malformed, at, expected);
    }
};

/// Whitespace is what RFC 8259 §2 says it is. Canonical text has none, so this is one comparison there.
constexpr bool is_space(char c) noexcept {
    return static_cast<unsigned char>(c) <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

inline char const* skip_space(char const* at) noexcept {
    while (is_space(*at)) ++at;
    return at;
}

/// Past the escape at `at`, a backslash; checks that surrogates come in pairs.
[[gnu::noinline]] inline char const* scan_escape(reader& r, char const* at) noexcept {
    auto const left = static_cast<std::size_t>(r.end - at);
    if (left < 2) return r.fail(errc::truncated, r.end, "an escape");
    if (at[1] != 'u') {
        if (unescape_letter(at[1]) == 0) return r.fail(errc::malformed, at, "an escape of JSON");
        return at + 2;
    }
    std::int32_t const unit = left < 6 ? -1 : hex4(at + 2);
    if (unit < 0) return r.fail(errc::malformed, at, "four hexadecimal digits");
    if (is_low_surrogate(unit)) return r.fail(errc::bad_utf8, at, "a high surrogate first");
    if (!is_high_surrogate(unit)) return at + 6;
    if (left < 12 || at[6] != '\\' || at[7] != 'u' || !is_low_surrogate(hex4(at + 8)))
        return r.fail(errc::bad_utf8, at, "a pair of surrogates");
    return at + 12;
}

/// From behind an opening quote to the closing one. Checks UTF-8 and escapes, and tells whether there are
/// any.
inline char const* scan_text(reader& r, char const* at, bool& escaped) noexcept {
    for (;;) {
        while (r.end - at >= 8) {
            std::uint64_t const hits = special_bytes(load_word(at));
            if (hits != 0) {
                at += plain_before(hits);
                break;
            }
            at += 8;
        }
        if (at == r.end) return r.fail(errc::truncated, at, "a closing '\"'");
        if (*at == '"') return at;
        if (is_plain(*at)) {
            ++at;
        } else if (*at == '\\') {
            escaped = true;
            at      = scan_escape(r, at);
            if (at == nullptr) return nullptr;
        } else if (static_cast<unsigned char>(*at) < 0x20) {
            return r.fail(errc::malformed, at, "an escape instead of a control character");
        } else {
            do {
                std::size_t const length = utf8_sequence(at, static_cast<std::size_t>(r.end - at));
                if (length == 0) return r.fail(errc::bad_utf8, at, "UTF-8");
                at += length;
            } while (at != r.end && static_cast<unsigned char>(*at) >= 0x80);
        }
    }
}

/// Reads a string whose text is to outlive the reading: from the frame as it is, or unescaped into the arena.
inline char const* read_borrowed(reader& r, char const* at, std::string_view& value) {
    if (*at != '"') return r.mismatch(at, "a string");
    bool              escaped = false;
    char const* const text    = at + 1;
    char const* const quote   = scan_text(r, text, escaped);
    if (quote == nullptr) return nullptr;
    auto const size = static_cast<std::size_t>(quote - text);
    if (!escaped) {
        value = {text, size};
        return quote + 1;
    }
    if (!r.charge(size)) return r.fail(errc::too_large, at, "a message within the limit of allocation");
    auto* const copy = reinterpret_cast<char*>(r.arena->take(size));
    value            = {copy, unescape(text, quote, copy)};
    return quote + 1;
}

/// Past the colon behind a key, and the whitespace around it.
inline char const* read_colon(reader& r, char const* at) noexcept {
    at = skip_space(at);
    if (*at != ':') return r.fail(errc::malformed, at, "':'");
    return skip_space(at + 1);
}

/// Reads over values without keeping them. It looks for the end at every byte, so it can also say what is wrong with a
/// text that does not end with `]`: there nothing has to follow the last array.
struct skipper {
    reader& r;
    bool    goes_on = true;

    [[nodiscard]] char peek(char const* at) const noexcept { return at < r.end ? *at : '\0'; }

    [[nodiscard]] char const* space(char const* at) const noexcept {
        while (is_space(peek(at))) ++at;
        return at;
    }

    char const* text(char const* at) const noexcept {
        if (peek(at) != '"') return r.fail(errc::malformed, at, "a string");
        bool escaped = false;
        at           = scan_text(r, at + 1, escaped);
        return at == nullptr ? nullptr : at + 1;
    }

    char const* number(char const* at) const noexcept {
        if (r.starts_with(at, "-Infinity")) return r.mismatch(at, "a number");
        auto const [stop, code] = scan_number(at, r.end);
        return code == errc::ok ? stop : r.fail(code, stop, "a digit");
    }

    /// One value. The depth is bounded, so the recursion is.
    char const* value(char const* at) const noexcept {
        switch (peek(at)) {
            case '"': return text(at);
            case '[': return array(at);
            case '{': return object(at);
            case 't':
                if (r.starts_with(at, "true")) return at + 4;
                break;
            case 'f':
                if (r.starts_with(at, "false")) return at + 5;
                break;
            case 'n':
                if (r.starts_with(at, "null")) return at + 4;
                break;
            default:
                if (peek(at) == '-' || is_digit(peek(at))) return number(at);
                if (peek(at) == 'N' || peek(at) == 'I') return r.mismatch(at, "a value");
        }
        return r.fail(errc::malformed, at, "a value");
    }

    char const* array(char const* at) const noexcept {
        at = r.enter(at);
        if (at == nullptr) return nullptr;
        at = space(at);
        if (peek(at) == ']') return close(at);
        for (;;) {
            at = value(at);
            if (at == nullptr) return nullptr;
            at = space(at);
            if (peek(at) == ']') return close(at);
            if (peek(at) != ',') return r.fail(errc::malformed, at, "',' or ']'");
            at = space(at + 1);
        }
    }

    char const* object(char const* at) const noexcept {
        at = r.enter(at);
        if (at == nullptr) return nullptr;
        at = space(at);
        if (peek(at) == '}') return r.leave_object(at);
        for (;;) {
            at = text(at);
            if (at == nullptr) return nullptr;
            at = space(at);
            if (peek(at) != ':') return r.fail(errc::malformed, at, "':'");
            at = value(space(at + 1));
            if (at == nullptr) return nullptr;
            at = space(at);
            if (peek(at) == '}') return r.leave_object(at);
            if (peek(at) != ',') return r.fail(errc::malformed, at, "',' or '}'");
            at = space(at + 1);
        }
    }

private:
    char const* close(char const* at) const noexcept {
        if (goes_on) return r.leave_array(at);
        ++r.depth;
        return at + 1;
    }
};

/// Why a text that does not end with `]` is no message. Always returns null.
[[gnu::cold, gnu::noinline]] inline char const* diagnose(reader& r) noexcept {
    skipper const     all{r, false};
    char const* const   start = all.space(r.begin);
    char const*         at    = all.value(start);
    if (at == nullptr) return nullptr;
    if (*start != '[') return r.fail(errc::wrong_type, start, "'[' of a message");
    at = all.space(at);
    return r.fail(errc::trailing_bytes, at, "the end of the message");
}

/// From a key's opening quote to its value: finds out which of the names the key is, `count` if none.
/// Looks at the names from `index` on first, for most peers keep to an order.
[[gnu::noinline]] inline char const* find_key(reader& r, char const* at, std::string_view const* names,
                                              std::size_t count, std::size_t& index) {
    std::string_view key;
    if (*at != '"') return r.fail(errc::malformed, at, "a key");
    at = read_borrowed(r, at, key);
    if (at == nullptr) return nullptr;
    std::size_t candidate = index;
    index                 = count;
    for (std::size_t tried = 0; tried < count; ++tried, ++candidate) {
        if (candidate >= count) candidate = 0;
        if (names[candidate] == key) {
            index = candidate;
            break;
        }
    }
    return read_colon(r, at);
}

}  // namespace tenon::codec::detail::json

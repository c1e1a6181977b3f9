// From JSON text into fields that contain no others: numbers, strings, blobs.
#pragma once

#include <tenon/codec/containers.hpp>
#include <tenon/codec/json/base64.hpp>
#include <tenon/codec/json/parse_floating.hpp>
#include <tenon/codec/json/reader.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::codec::detail::json {

inline constexpr char over_budget[] = "a message within the limit of allocation";

// read.hpp
template <class T>
char const* read_value(reader& r, char const* at, T& value);

inline char const* read_boolean(reader& r, char const* at, bool& value) noexcept {
    value = *at == 't';
    if (value ? r.starts_with(at, "true") : r.starts_with(at, "false")) return at + (value ? 4 : 5);
    return r.mismatch(at, "true or false");
}

inline char const* read_null(reader& r, char const* at) noexcept {
    return r.starts_with(at, "null") ? at + 4 : r.mismatch(at, "null");
}

/// For an integer that goes on with a point or an exponent: a number, but of the wrong type.
[[gnu::cold, gnu::noinline]] inline char const* refuse_fraction(reader& r, char const* at) noexcept {
    auto const [stop, code] = scan_number(at, r.end);
    return code == errc::ok ? r.fail(errc::wrong_type, at, "an integer") : r.fail(code, stop, "a digit");
}

template <class T>
[[gnu::noinline]] char const* read_any_integer(reader& r, char const* const start, T& value) noexcept {
    bool const        negative = *start == '-';
    char const* const first    = start + negative;
    if (!is_digit(*first)) return r.mismatch(start, "an integer");
    auto        number = static_cast<std::uint64_t>(*first - '0');
    char const* at     = first + 1;
    for (; is_digit(*at); ++at) number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    if (*at == '.' || *at == 'e' || *at == 'E') return refuse_fraction(r, start);
    auto const digits = static_cast<std::size_t>(at - first);
    if (*first == '0' && digits > 1) return r.fail(errc::malformed, first + 1, "no digit after a leading 0");
    if (!fit_integer(first, digits, number, negative, value))
        return r.fail(errc::out_of_range, start, "an integer that fits the field");
    return at;
}

template <class T>
char const* read_integer(reader& r, char const* at, T& value) noexcept {
    char const* const behind = read_small_integer(at, value);
    if (behind != nullptr && (*behind == ',' || *behind == '}' || *behind == ']')) return behind;
    return read_any_integer(r, at, value);
}

template <class T>
inline char const* read_floating(reader& r, char const* at, T& value) noexcept {
    if (*at != '-' && !is_digit(*at)) return r.mismatch(at, "a number");
    if (*at == '-' && !is_digit(at[1])) return r.mismatch(at, "a number");
    auto const [stop, code] = parse_floating(at, r.end, value);
    if (code == errc::ok) return stop;
    return code == errc::malformed ? r.fail(code, stop, "the grammar of a number")
                                   : r.fail(code, at, "a number that fits the field");
}

template <class E>
inline char const* read_enum(reader& r, char const* at, E& value) noexcept {
    std::underlying_type_t<E> number{};
    char const* const         behind = read_value(r, at, number);
    if (behind == nullptr) return nullptr;
    if (!is_valid_enum(static_cast<E>(number))) return r.fail(errc::out_of_range, at, "a value of the enum");
    value = static_cast<E>(number);
    return behind;
}

template <class S>
char const* read_string(reader& r, char const* at, S& value) {
    if (*at != '"') return r.mismatch(at, "a string");
    bool              escaped = false;
    char const* const text    = at + 1;
    char const* const quote   = scan_text(r, text, escaped);
    if (quote == nullptr) return nullptr;
    auto const size = static_cast<std::size_t>(quote - text);
    if (size > value.capacity() && !r.charge(size)) return r.fail(errc::too_large, at, over_budget);
    if (!escaped) {
        assign(value, text, size);
    } else {
        value.resize(size);
        value.resize(unescape(text, quote, value.data()));
    }
    return quote + 1;
}

/// Reads base64 into what `room(size)` gives for so many bytes; null from it has set an error.
template <class Room>
char const* read_blob(reader& r, char const* at, Room room) {
    std::string_view  text;
    char const* const behind = read_borrowed(r, at, text);
    if (behind == nullptr) return nullptr;
    std::size_t const size = base64_decoded_size(text.data(), text.size());
    std::byte* const  to   = room(size);
    if (r.error) return nullptr;
    if (!decode_base64(text.data(), text.size(), to)) return r.fail(errc::malformed, at, "base64 (RFC 4648)");
    return behind;
}

template <class T>
char const* read_owned_blob(reader& r, char const* at, T& value) {
    return read_blob(r, at, [&](std::size_t size) -> std::byte* {
        if constexpr (tenon::detail::tuple_like<T>) {
            if (size != std::tuple_size_v<T>) r.fail(errc::wrong_arity, at, "as many bytes as the array has");
        } else if (size > value.capacity() && !r.charge(size)) {
            r.fail(errc::too_large, at, over_budget);
        } else {
            value.resize(size);
        }
        return value.data();
    });
}

template <class T>
char const* read_blob_view(reader& r, char const* at, T& value) {
    return read_blob(r, at, [&](std::size_t size) -> std::byte* {
        if (!r.charge(size)) return r.fail(errc::too_large, at, over_budget), nullptr;
        std::byte* const to = r.arena->take(size);
        value               = {to, size};
        return to;
    });
}

}  // namespace tenon::codec::detail::json

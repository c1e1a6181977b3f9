// Numbers as JSON text: integers by our own code, floating ones behind two functions that can be exchanged.
#pragma once

#include <tenon/core/error.hpp>

#include <cfloat>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>

namespace tenon::codec::detail::json {

constexpr bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') <= 9; }

/// "00" to "99": integers are written two digits at a time.
struct digit_pairs {
    char text[200]{};
    constexpr digit_pairs() noexcept {
        for (int i = 0; i < 100; ++i) {
            text[2 * i]     = static_cast<char>('0' + i / 10);
            text[2 * i + 1] = static_cast<char>('0' + i % 10);
        }
    }
};
inline constexpr digit_pairs pairs{};

template <class U>
constexpr unsigned count_digits(U number) noexcept {
    unsigned count = 1;
    for (;; number = static_cast<U>(number / 10000u), count += 4) {
        if (number < 10) return count;
        if (number < 100) return count + 1;
        if (number < 1000) return count + 2;
        if (number < 10000) return count + 3;
    }
}

/// Writes an unsigned number of 32 or 64 bits. Requires room for 20 characters; returns the end.
template <class U>
inline char* print_unsigned(char* at, U number) noexcept {
    if (number < 10) {
        *at = static_cast<char>('0' + number);
        return at + 1;
    }
    char* const end  = at + count_digits(number);
    char*       back = end;
    for (; number >= 100; number = static_cast<U>(number / 100u)) {
        back -= 2;
        std::memcpy(back, pairs.text + number % 100u * 2, 2);
    }
    if (number >= 10)
        std::memcpy(back - 2, pairs.text + number * 2, 2);
    else
        back[-1] = static_cast<char>('0' + number);
    return end;
}

/// Writes an integer of any width. Requires room for 20 characters; returns the end.
template <class T>
inline char* print_integer(char* at, T value) noexcept {
    using wide = std::conditional_t<(sizeof(T) > 4), std::uint64_t, std::uint32_t>;
    auto number = static_cast<wide>(value);
    if constexpr (std::is_signed_v<T>) {
        if (value < 0) {
            *at++  = '-';
            number = wide{0} - number;
        }
    }
    return print_unsigned(at, number);
}

/// The integer that `digits` decimal digits at `first` stand for, given their sum `number` modulo 2^64 and a
/// sign.
/// Requires no leading zeros. Returns false if it does not fit `T`.
template <class T>
inline bool fit_integer(char const* first, std::size_t digits, std::uint64_t number, bool negative,
                        T& value) noexcept {
    if (digits > 19) {
        // Of 20 digits fit those from 10^19 to 2^64 - 1; what lies above, up to 2 * 10^19, has wrapped
        // around.
        if (digits > 20 || *first != '1' || number < 10'000'000'000'000'000'000u) return false;
    }
    auto const max = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if constexpr (std::is_unsigned_v<T>) {
        if (number > max || (negative && number != 0)) return false;
        value = static_cast<T>(number);
    } else {
        if (number > max + (negative ? 1 : 0)) return false;
        value = static_cast<T>(negative ? std::uint64_t{0} - number : number);
    }
    return true;
}

/// The most characters that `print_floating` writes: "-2.2250738585072014e-308".
inline constexpr std::size_t max_floating = 24;

/// Writes the shortest text that reads back as `value`. Requires a finite value and room for `max_floating`
/// characters; returns the end.
/// This and `parse_floating` are the whole choice of number routines (std::to_chars and std::from_chars
/// here).
template <class T>
inline char* print_floating(char* at, T value) noexcept {
    // Small whole numbers are common and have no shorter text than their digits. Not so -0.
    if (value > T{-100000} && value < T{100000}) {
        auto const whole = static_cast<std::int32_t>(value);
        if (static_cast<T>(whole) == value && whole != 0) return print_integer(at, whole);
    }
    return std::to_chars(at, at + max_floating, value).ptr;
}

/// How far a number went, and whether it was one: ok, malformed (`end` is the wrong byte) or out_of_range.
struct parsed_number {
    char const* end;
    errc        code;
};

/// Checks the grammar of a number (RFC 8259 §6) from `at`, which may be at its end.
/// `peek(p)` gives the byte at `p`, or anything that belongs to no number behind the last one.
template <class Peek>
inline parsed_number scan_number(char const* at, Peek peek) noexcept {
    if (peek(at) == '-') ++at;
    if (!is_digit(peek(at))) return {at, errc::malformed};
    if (peek(at) == '0' && is_digit(peek(at + 1))) return {at + 1, errc::malformed};
    while (is_digit(peek(at))) ++at;
    if (peek(at) == '.') {
        ++at;
        if (!is_digit(peek(at))) return {at, errc::malformed};
        while (is_digit(peek(at))) ++at;
    }
    if (peek(at) == 'e' || peek(at) == 'E') {
        ++at;
        if (peek(at) == '+' || peek(at) == '-') ++at;
        if (!is_digit(peek(at))) return {at, errc::malformed};
        while (is_digit(peek(at))) ++at;
    }
    return {at, errc::ok};
}

/// True if a well-formed number that fits no floating type is too large for it, false if it is too near to 0.
inline bool is_huge(char const* at, char const* end) noexcept {
    // The decimal place of the first digit that is not 0, plus the exponent.
    std::int64_t place = 0;
    bool         point = false, significant = false;
    for (; at != end && *at != 'e' && *at != 'E'; ++at) {
        if (*at == '.') point = true;
        if (!is_digit(*at)) continue;
        significant = significant || *at != '0';
        if (significant && !point) ++place;
        if (!significant && point) --place;
    }
    if (!significant) return false;
    if (at == end) return place > 0;
    ++at;
    bool const negative = *at == '-';
    if (!is_digit(*at)) ++at;
    std::int64_t exponent = 0;
    for (; at != end; ++at)
        if (exponent < std::int64_t{1} << 50) exponent = exponent * 10 + (*at - '0');
    return place + (negative ? -exponent : exponent) > 0;
}

/// Powers of ten that the type holds exactly, and the largest mantissa that it does.
template <class T>
struct exact_powers;
template <>
struct exact_powers<double> {
    static constexpr double value[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                       1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    static constexpr std::int64_t  last     = 22;
    static constexpr std::uint64_t mantissa = std::uint64_t{1} << 53;
};
template <>
struct exact_powers<float> {
    static constexpr float value[] = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
    static constexpr std::int64_t  last     = 10;
    static constexpr std::uint64_t mantissa = std::uint64_t{1} << 24;
};

/// Settles a well-formed number that std::from_chars has found out of range, from `at` to `end`.
template <class T>
inline parsed_number settle_floating(char const* at, char const* end, T& value) noexcept {
    if (is_huge(at, end)) return {at, errc::out_of_range};
    value = *at == '-' ? -T{0} : T{0};  // nearer to 0 than to any other number
    return {end, errc::ok};
}

/// Reads a number of JSON's grammar. Requires that a byte that belongs to no number follows somewhere.
template <class T>
inline parsed_number parse_floating(char const* at, T& value) noexcept {
    using exact = exact_powers<T>;
    char const*       p     = at + (*at == '-');
    char const* const first = p;
    std::uint64_t     mantissa = 0;
    for (; is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    std::ptrdiff_t digits = p - first;
    if (digits == 0 || (*first == '0' && digits > 1)) return {first + (digits != 0), errc::malformed};
    std::int64_t exponent = 0;
    if (*p == '.') {
        char const* const fraction = ++p;
        for (; is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
        if (p == fraction) return {p, errc::malformed};
        exponent = fraction - p;
        digits += p - fraction;
    }
    if ((*p | 0x20) == 'e') {
        ++p;
        bool const negative = *p == '-';
        if (*p == '-' || *p == '+') ++p;
        if (!is_digit(*p)) return {p, errc::malformed};
        std::int64_t written = 0;
        for (; is_digit(*p); ++p)
            if (written < 10000) written = written * 10 + (*p - '0');
        exponent += negative ? -written : written;
    }
    // Mantissa and power are exact, so one operation rounds once (Clinger 1990): right without more ado.
    if (FLT_EVAL_METHOD == 0 && digits <= 19 && mantissa <= exact::mantissa && exponent >= -exact::last &&
        exponent <= exact::last) {
        T const whole = static_cast<T>(mantissa);
        T const size  = exponent < 0 ? whole / exact::value[-exponent] : whole * exact::value[exponent];
        value         = first != at ? -size : size;
        return {p, errc::ok};
    }
    if (std::from_chars(at, p, value).ec == std::errc{}) return {p, errc::ok};
    return settle_floating(at, p, value);
}

}  // namespace tenon::codec::detail::json

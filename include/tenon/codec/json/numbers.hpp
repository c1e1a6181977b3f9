// Integers as JSON text, and the grammar of all numbers.
#pragma once

#include <tenon/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
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
    if (number - 10 < 90) {
        std::memcpy(at, pairs.text + std::size_t{number} * 2, 2);
        return at + 2;
    }
    return print_unsigned(at, number);
}

/// Reads an integer of so few digits that any would fit, up to the first character that is no digit. Null for all else,
/// which is not looked at further.
template <class T>
[[gnu::always_inline]] inline char const* read_small_integer(char const* at, T& value) noexcept {
    using wide = std::conditional_t<(sizeof(T) > 4), std::uint64_t, std::uint32_t>;
    bool const negative = std::is_signed_v<T> && *at == '-';
    if constexpr (std::is_signed_v<T>) at += negative;
    char const* const first  = at;
    auto              number = static_cast<wide>(static_cast<unsigned char>(*at - '0'));
    if (number > 9) return nullptr;
    for (wide digit; (digit = static_cast<unsigned char>(*++at - '0')) <= 9;) number = number * 10 + digit;
    if (at - first > std::numeric_limits<T>::digits10 || (*first == '0' && at - first > 1)) return nullptr;
    value = static_cast<T>(negative ? wide{0} - number : number);
    return at;
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

/// How far a number went, and whether it was one: ok, malformed (`end` is the wrong byte) or out_of_range.
struct parsed_number {
    char const* end;
    errc        code;
};

/// Checks the grammar of a number (RFC 8259 §6) from `at`, which may be `end`.
inline parsed_number scan_number(char const* at, char const* end) noexcept {
    auto const peek = [end](char const* p) { return p < end ? *p : '\0'; };
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

}  // namespace tenon::codec::detail::json

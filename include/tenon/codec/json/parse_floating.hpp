// Floating-point numbers from JSON text, rounded right.
#pragma once

#include <tenon/codec/json/numbers.hpp>
#include <tenon/codec/json/powers.hpp>
#include <tenon/codec/words.hpp>
#include <tenon/core/error.hpp>

#include <bit>
#include <cfloat>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace tenon::codec::detail::json {

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

/// mantissa * 10^exponent, rounded to nearest, ties to even.
/// Requires `can_scale`, and a mantissa that is not 0. Exact: a product of 128 bits, or a quotient and whether there
/// was a remainder.
template <class T>
inline T scale(std::uint64_t mantissa, int exponent) noexcept {
    using layout       = float_layout<T>;
    int const  zeros   = std::countl_zero(mantissa);
    auto const five    = static_cast<std::uint64_t>(powers_of_five[exponent < 0 ? -exponent : exponent]);
    int        binary  = exponent - zeros;  // the value is `top` (and `rest`) * 2^binary
    bool       rest    = false;
    std::uint64_t top  = 0;
    mantissa <<= zeros;
    if (exponent < 0) {
        int const           shift   = std::countl_zero(five);
        std::uint64_t const divisor = five << shift;
        wide const          number  = wide{mantissa} << 63;
        top                         = static_cast<std::uint64_t>(number / divisor);
        rest                        = top * divisor != static_cast<std::uint64_t>(number);
        binary += shift - 63;
    } else {
        wide const product = wide{mantissa} * five;
        top                = static_cast<std::uint64_t>(product >> 64);
        auto const low     = static_cast<std::uint64_t>(product);
        int const  shift   = top == 0 ? 64 : std::countl_zero(top);
        if (shift == 64) {
            top = low;
        } else {
            rest = low << shift != 0;
            if (shift != 0) top = top << shift | low >> (64 - shift);
        }
        binary += 64 - shift;
    }
    if (top >> 63 == 0) {  // a quotient may have 63 bits
        top <<= 1;
        --binary;
    }
    constexpr int       dropped  = 63 - layout::mantissa_bits;
    constexpr auto      half     = std::uint64_t{1} << (dropped - 1);
    std::uint64_t const kept     = top >> dropped;
    std::uint64_t const behind   = top & (half * 2 - 1);
    bool const          up       = behind > half || (behind == half && (rest || (kept & 1) != 0));
    // The leading 1 of `kept` counts as one in the field of the exponent, and so does a carry out of it.
    auto const field = static_cast<std::uint64_t>(binary + 63 + layout::bias - 1) << layout::mantissa_bits;
    return std::bit_cast<T>(static_cast<typename layout::bits>(field + kept + (up ? 1 : 0)));
}

/// True if `scale` is exact, and far from the ends of the type's range.
template <class T>
constexpr bool can_scale(std::int64_t exponent) noexcept {
    return exponent >= -27 && exponent <= (sizeof(T) == 8 ? 27 : 18);
}

/// Reads digits into `number` (modulo 2^64); returns where they end.
inline char const* read_digits(char const* at, char const* end, std::uint64_t& number) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        while (end - at >= 8) {
            // The values of eight digits, and the top bit of each byte that is none (exact for the first of them).
            std::uint64_t       ones  = load_word(at) ^ 0x3030'3030'3030'3030;
            std::uint64_t const other = ((ones + 0x7676'7676'7676'7676) | ones) & top_bits;
            auto const          count = other == 0 ? 8u : static_cast<unsigned>(std::countr_zero(other)) / 8;
            if (count == 0) return at;
            // Zeros in front; then neighbours become numbers of two digits, of four, of eight.
            ones <<= 64 - count * 8;
            std::uint64_t const twos  = (ones * (1 + (10 << 8)) >> 8) & 0x00ff'00ff'00ff'00ff;
            std::uint64_t const fours = (twos * (1 + (100 << 16)) >> 16) & 0x0000'ffff'0000'ffff;
            number = number * powers_of_ten[count] + (fours * (1 + (std::uint64_t{10000} << 32)) >> 32);
            at += count;
            if (count != 8) return at;
        }
    }
    for (; is_digit(*at); ++at) number = number * 10 + static_cast<std::uint64_t>(*at - '0');
    return at;
}

/// Reads what takes more than one operation: a well-formed number from `at` to `end`, and its digits' value if there
/// are at most 19 of them, else 0.
template <class T>
[[gnu::noinline]] parsed_number convert(char const* at, char const* end, std::uint64_t mantissa, std::int64_t exponent,
                                        T& value) noexcept {
    if (mantissa != 0 && can_scale<T>(exponent)) {
        T const size = scale<T>(mantissa, static_cast<int>(exponent));
        value        = *at == '-' ? -size : size;
        return {end, errc::ok};
    }
    if (std::from_chars(at, end, value).ec == std::errc{}) return {end, errc::ok};
    return settle_floating(at, end, value);
}

/// Reads a number of JSON's grammar. Requires that a byte that belongs to no number follows before `text_end`.
/// Cost: no division for few digits, one for up to 19 digits from 10^-27 to 10^27; else `std::from_chars`.
template <class T>
inline parsed_number parse_floating(char const* at, char const* text_end, T& value) noexcept {
    using exact = exact_powers<T>;
    char const*       p        = at + (*at == '-');
    char const* const first    = p;
    std::uint64_t     mantissa = 0;
    // Few digits stand before the point.
    for (; is_digit(*p); ++p) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p - '0');
    std::ptrdiff_t digits = p - first;
    if (digits == 0 || (*first == '0' && digits > 1)) return {first + (digits != 0), errc::malformed};
    std::int64_t exponent = 0;
    if (*p == '.') {
        char const* const fraction    = ++p;
        char const*       significant = fraction;
        if (*first == '0') {  // and not `mantissa == 0`, as it is for 2^64 too
            for (; *significant == '0'; ++significant) {}
            digits = 0;
        }
        p = read_digits(significant, text_end, mantissa);
        if (p == fraction) return {p, errc::malformed};
        exponent = fraction - p;
        digits += p - significant;
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
    return convert(at, p, digits <= 19 ? mantissa : 0, exponent, value);
}

}  // namespace tenon::codec::detail::json

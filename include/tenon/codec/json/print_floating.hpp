// Floating-point numbers as the shortest text that reads back as the same number.
#pragma once

#include <tenon/codec/json/numbers.hpp>
#include <tenon/codec/json/powers.hpp>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::codec::detail::json {

/// The room that `print_floating` needs. It writes at most 24 characters ("-2.2250738585072014e-308") and may
/// overwrite what is behind them.
inline constexpr std::size_t max_floating = 48;

/// digits * 10^exponent
struct decimal {
    std::uint64_t digits;
    int           exponent;
};

/// Removes trailing zeros. Requires that there is another digit.
inline decimal trim(decimal number) noexcept {
    if (number.digits % 100'000'000 == 0) number = {number.digits / 100'000'000, number.exponent + 8};
    while (number.digits % 10 == 0) number = {number.digits / 10, number.exponent + 1};
    return number;
}

/// The shortest decimal that lies nearer to mantissa * 2^-unit than to its neighbours, and of those the nearest to it.
/// Below a power of two the neighbour is only half as far.
///
/// Requires 0 < unit <= 91 and a mantissa of 53 bits at most: there the power of ten that scales the value is an
/// integer small enough for products of 128 bits to be exact, and no table of rounded powers is needed.
/// Method: Raffaello Giulietti, "The Schubfach way to render doubles" (2020), with exact products.
template <bool IsPowerOfTwo>
inline decimal shortest(std::uint64_t mantissa, int unit) noexcept {
    // 10^-places is the power of ten just below 2^-unit, or below 3/4 of that: so small are the numbers between
    // neighbours. 1262611 / 2^22 is about log10(2), 524031 / 2^22 about log10(4 / 3).
    int const places = (unit * 1262611 + (IsPowerOfTwo ? 524031 : 0) + (1 << 22) - 1) >> 22;
    // 10^places * 2^-unit with 63 bits behind the point. The mask says that the shift stays within one word.
    wide const scale = powers_of_five[places] << ((63 - unit + places) & 63);
    wide const exact = scale * (mantissa * 8);
    // The value and its bounds in quarters of 10^-places; the last bit tells whether something was cut off.
    auto const cut = [](wide number) {
        return static_cast<std::uint64_t>(number >> 64) | (static_cast<std::uint64_t>(number) != 0 ? 1u : 0u);
    };
    std::uint64_t const open = mantissa & 1;  // the bounds themselves belong to even neighbours
    std::uint64_t const low    = cut(exact - scale * (IsPowerOfTwo ? 2 : 4)) + open;
    std::uint64_t const middle = cut(exact), digits = middle / 4, tens = digits / 10;
    std::uint64_t const high   = cut(exact + scale * 4) - open;

    bool const ten_below = low <= tens * 40, ten_above = tens * 40 + 40 <= high;
    if (ten_below != ten_above) return trim({tens + (ten_above ? 1 : 0), 1 - places});
    bool const below = low <= digits * 4, above = digits * 4 + 4 <= high;
    if (below != above) return {digits + (above ? 1 : 0), -places};
    std::uint64_t const half = digits * 4 + 2;
    return {digits + (middle > half || (middle == half && (digits & 1) != 0) ? 1 : 0), -places};
}

/// Writes a number below 10^8 with all its leading zeros.
inline void put_eight_digits(char* at, std::uint32_t number) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        // Halves, then pairs, then digits side by side in one word. The upper part of each stands first in memory, so
        // x becomes q + (x - q * 100 << 16), which is (x << 16) - q * (100 << 16) + q, and so on.
        constexpr auto      behind = [](std::uint64_t base, int shift) { return (base << shift) - 1; };
        std::uint64_t const upper  = number / 10000;
        std::uint64_t const halves = (std::uint64_t{number} << 32) - upper * behind(10000, 32);
        std::uint64_t const twos   = (halves * 10486 >> 20) & 0x0000'007f'0000'007f;
        std::uint64_t const pair   = (halves << 16) - twos * behind(100, 16);
        std::uint64_t const tens   = (pair * 103 >> 10) & 0x000f'000f'000f'000f;
        std::uint64_t const text   = (pair << 8) - tens * behind(10, 8) + 0x3030'3030'3030'3030;
        std::memcpy(at, &text, sizeof text);
    } else {
        for (int i = 8; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
    }
}

/// Writes `digits`, which are not 0, as `std::to_chars` would: with a point where that is no longer than with an
/// exponent. Requires at most 17 digits, not all of them before the point, an exponent of two digits, and room for
/// `max_floating`.
inline char* print_decimal(char* at, decimal number) noexcept {
    char                text[48]{};
    std::uint64_t const high = number.digits / powers_of_ten[8], top = high / powers_of_ten[8];
    text[7]                  = static_cast<char>('0' + top);
    put_eight_digits(text + 8, static_cast<std::uint32_t>(high - top * powers_of_ten[8]));
    put_eight_digits(text + 16, static_cast<std::uint32_t>(number.digits - high * powers_of_ten[8]));
    // 1233 / 4096 is about log10(2).
    std::size_t const guess  = static_cast<std::size_t>(std::bit_width(number.digits | 1)) * 1233 >> 12;
    int const         size   = static_cast<int>(guess) + (number.digits >= powers_of_ten[guess] ? 1 : 0);
    char const* const digits = text + 24 - size;
    int const         point  = size + number.exponent;  // how many digits stand before it
    auto const        copy   = [](char* to, char const* from) { std::memcpy(to, from, 17); };

    int const fewest = size == 1 ? -3 : -size - 3, most = size == 1 ? 4 : 5;
    if (number.exponent < fewest || number.exponent > most) {
        copy(at + 1, digits);
        *at++ = *digits;
        if (size > 1) {
            *at = '.';
            at += size;
        }
        int const power = point - 1;
        *at++           = 'e';
        *at++           = power < 0 ? '-' : '+';
        std::memcpy(at, pairs.text + (power < 0 ? -power : power) * 2, 2);
        return at + 2;
    }
    if (point <= 0) {
        std::memcpy(at, "0.000000", 8);
        copy(at + 2 - point, digits);
        return at + 2 - point + size;
    }
    std::memcpy(at, digits, 16);
    if (number.exponent >= 0) {
        std::memcpy(at + size, "00000000", 8);
        return at + point;
    }
    std::memcpy(at + point + 1, digits + point, 16);
    at[point] = '.';
    return at + size + 1;
}

template <class T>
[[gnu::noinline]] char* print_by_library(char* at, T value) noexcept {
    // Only of NaN and the infinities this is not 0.
    if (!(value - value == T{0})) return nullptr;
    return std::to_chars(at, at + max_floating, value).ptr;
}

/// Writes the shortest text that reads back as `value`, the same as `std::to_chars` does. Requires room for
/// `max_floating` characters; returns the end, or null for NaN and the infinities.
/// Cost: about a third of `std::to_chars` in the middle of the range, from 2 * 10^-12 to 4 * 10^15; that beyond.
template <class T>
inline char* print_floating(char* at, T value) noexcept {
    using layout            = float_layout<T>;
    constexpr auto implicit = std::uint64_t{1} << layout::mantissa_bits;
    auto const     bits     = std::uint64_t{std::bit_cast<typename layout::bits>(value)};
    auto const     exponent = static_cast<int>(bits << 1 >> (layout::mantissa_bits + 1)) & (layout::bias * 2 + 1);
    // The value is mantissa * 2^-unit.
    int const unit = layout::bias + layout::mantissa_bits - exponent;
    if (unit < 1 || unit > 91) return print_by_library(at, value);
    std::uint64_t const mantissa = (bits & (implicit - 1)) | implicit;
    *at = '-';
    at += bits >> (sizeof(T) * 8 - 1);
    // Small whole numbers are common and have no shorter text than their digits.
    if (unit <= layout::mantissa_bits && mantissa << (64 - unit) == 0 && mantissa >> unit < 100000)
        return print_unsigned(at, static_cast<std::uint32_t>(mantissa >> unit));
    return print_decimal(at, mantissa == implicit ? shortest<true>(mantissa, unit) : shortest<false>(mantissa, unit));
}

}  // namespace tenon::codec::detail::json

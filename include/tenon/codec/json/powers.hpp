// Powers of five as wide integers: what makes most conversions of floating-point numbers exact.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon::codec::detail::json {

__extension__ using wide = unsigned __int128;

/// 5^0 to 5^28, which take 66 bits at most.
struct five_powers {
    static constexpr int last = 28;

    wide value[last + 1]{};
    constexpr five_powers() noexcept {
        value[0] = 1;
        for (int i = 1; i <= last; ++i) value[i] = value[i - 1] * 5;
    }
    constexpr wide operator[](int exponent) const noexcept { return value[exponent]; }
};
inline constexpr five_powers powers_of_five{};

/// 10^0 to 10^19, all that fit 64 bits.
struct ten_powers {
    std::uint64_t value[20]{};
    constexpr ten_powers() noexcept {
        value[0] = 1;
        for (int i = 1; i < 20; ++i) value[i] = value[i - 1] * 10;
    }
    constexpr std::uint64_t operator[](std::size_t exponent) const noexcept { return value[exponent]; }
};
inline constexpr ten_powers powers_of_ten{};

/// How the bits of a `float` or `double` are laid out (IEEE 754).
template <class T>
struct float_layout;
template <>
struct float_layout<double> {
    using bits                         = std::uint64_t;
    static constexpr int mantissa_bits = 52;
    static constexpr int bias          = 1023;
};
template <>
struct float_layout<float> {
    using bits                         = std::uint32_t;
    static constexpr int mantissa_bits = 23;
    static constexpr int bias          = 127;
};

}  // namespace tenon::codec::detail::json

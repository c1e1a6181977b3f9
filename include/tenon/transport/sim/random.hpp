// The source of all choices of a simulated network: one small generator, the same on every compiler.
#pragma once

#include <tenon/core/chrono.hpp>

#include <cstdint>

namespace tenon::transport::simulation {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). The distributions of the
/// standard library differ between its implementations, so none of them is used.
class generator {
public:
    explicit constexpr generator(std::uint64_t seed) noexcept : state_{seed} {}

    constexpr std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15u); }

    /// A number from 0 to `limit - 1`; 0 if the limit is 0.
    constexpr std::uint64_t below(std::uint64_t limit) noexcept { return limit == 0 ? 0 : next() % limit; }

    /// A time from `least` to `most`, both included.
    constexpr std::chrono::nanoseconds between(std::chrono::nanoseconds least, std::chrono::nanoseconds most) noexcept {
        if (most <= least) return least;
        return least + std::chrono::nanoseconds{below(static_cast<std::uint64_t>((most - least).count()) + 1)};
    }

    /// True in `parts` of a million cases. A chance of 0 takes no number from the sequence.
    constexpr bool chance(std::uint32_t parts) noexcept { return parts != 0 && below(1'000'000) < parts; }

    /// Spreads the bits of a number over all of it.
    static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

private:
    std::uint64_t state_;
};

}  // namespace tenon::transport::simulation

// A duration that can be a template argument: `overload::block<500ms>`.
#pragma once

#include <chrono>
#include <cstdint>

namespace tenon {

/// A span of time of structural type, made from and turned into those of `std::chrono`, which are not structural.
/// Resolution: one nanosecond.
struct static_duration {
    std::int64_t nanoseconds = 0;

    constexpr static_duration() = default;
    template <class Rep, class Period>
    constexpr static_duration(std::chrono::duration<Rep, Period> time)
        : nanoseconds{std::chrono::nanoseconds{time}.count()} {}

    constexpr operator std::chrono::nanoseconds() const noexcept { return std::chrono::nanoseconds{nanoseconds}; }
};

}  // namespace tenon

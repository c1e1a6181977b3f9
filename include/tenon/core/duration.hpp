// Durations as arguments: of templates, `overload::block<500ms>`, and of functions, where they may be any.
#pragma once

#include <tenon/core/chrono.hpp>

#include <concepts>
#include <cstdint>
#include <ratio>

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

/// How long something may take or is to wait: made from any duration that converts to nanoseconds. One that they cannot
/// hold, as `std::chrono::hours::max()`, would wrap around by itself; here it is the longest there is, for ever.
class time_limit {
public:
    constexpr time_limit() = default;
    template <class Rep, class Period>
        requires std::convertible_to<std::chrono::duration<Rep, Period>, std::chrono::nanoseconds>
    constexpr time_limit(std::chrono::duration<Rep, Period> time) noexcept : time_{in_nanoseconds(time)} {}

    constexpr operator std::chrono::nanoseconds() const noexcept { return time_; }

private:
    template <class Rep, class Period>
    static constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::duration<Rep, Period> time) noexcept {
        using std::chrono::nanoseconds;
        constexpr auto most = nanoseconds::max().count() / std::ratio_divide<Period, std::nano>::num;
        if (time.count() > most) return nanoseconds::max();
        if (time.count() < -most) return nanoseconds::min();
        return time;
    }

    std::chrono::nanoseconds time_{0};
};

}  // namespace tenon

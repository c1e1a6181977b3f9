// Durations as arguments: of templates, `overload::block<500ms>`, and of functions, where they may be any.
#pragma once

#include <tenon/core/chrono.hpp>

#include <concepts>
#include <cstdint>
#include <ratio>
#include <type_traits>

namespace tenon {

namespace detail {

/// The same time, or the longest there is if nanoseconds cannot hold it: converted by itself it would wrap around.
template <class Rep, class Period>
constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::duration<Rep, Period> time) noexcept {
    using std::chrono::nanoseconds;
    constexpr std::int64_t most = nanoseconds::max().count() / std::ratio_divide<Period, std::nano>::num;
    if constexpr (std::is_unsigned_v<Rep>) {
        if (time.count() > std::uint64_t{most}) return nanoseconds::max();
    } else {
        if (time.count() > most) return nanoseconds::max();
        if (time.count() < -most) return nanoseconds::min();
    }
    return time;
}

}  // namespace detail

/// A span of time of structural type, made from and turned into those of `std::chrono`, which are not structural.
/// Resolution: one nanosecond. One that is too long for that, as `std::chrono::hours::max()`, is the longest there is.
struct static_duration {
    std::int64_t nanoseconds = 0;

    constexpr static_duration() = default;
    template <class Rep, class Period>
    constexpr static_duration(std::chrono::duration<Rep, Period> time)
        : nanoseconds{detail::in_nanoseconds(time).count()} {}

    constexpr operator std::chrono::nanoseconds() const noexcept { return std::chrono::nanoseconds{nanoseconds}; }

    /// The same, but at most a year, which is as good as for ever: added to a clock's time it stays within the clock.
    [[nodiscard]] constexpr std::chrono::nanoseconds at_most_a_year() const noexcept {
        constexpr std::int64_t year = std::int64_t{8760} * 3600 * 1'000'000'000;
        return std::chrono::nanoseconds{nanoseconds < year ? nanoseconds : year};
    }
};

/// How long something may take or is to wait: made from any duration that converts to nanoseconds. One that they cannot
/// hold, as `std::chrono::hours::max()`, would wrap around by itself; here it is the longest there is, for ever.
class time_limit {
public:
    constexpr time_limit() = default;
    template <class Rep, class Period>
        requires std::convertible_to<std::chrono::duration<Rep, Period>, std::chrono::nanoseconds>
    constexpr time_limit(std::chrono::duration<Rep, Period> time) noexcept : time_{detail::in_nanoseconds(time)} {}
    constexpr time_limit(std::chrono::nanoseconds time) noexcept : time_{time} {}

    constexpr operator std::chrono::nanoseconds() const noexcept { return time_; }

private:
    std::chrono::nanoseconds time_{0};
};

}  // namespace tenon

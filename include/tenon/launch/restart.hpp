// When a crashed child is started again: the limits, and the attempts counted against them.
#pragma once

#include <tenon/core/duration.hpp>
#include <tenon/launch/exit_status.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sys/types.h>

namespace tenon::launch {

/// How often and how soon `supervised` starts a crashed child again: `restart{.times = 3, .within = 10s}`.
///
/// Every attempt counts, whether the child comes up or not. The pause before an attempt is `backoff`, doubled
/// with each attempt that `within` still knows of, up to `backoff_max`.
struct restart {
    static constexpr unsigned unlimited = ~0u;

    unsigned        times       = 5;  ///< At most so many attempts in any `within`; 0: none at all.
    static_duration within      = std::chrono::seconds{60};
    static_duration backoff     = std::chrono::milliseconds{100};
    static_duration backoff_max = std::chrono::seconds{5};

    /// Checked by `supervised` while compiling.
    [[nodiscard]] constexpr bool is_valid() const noexcept {
        static_duration const day = std::chrono::hours{24};
        return within.nanoseconds > 0 && backoff.nanoseconds >= 0 && backoff.nanoseconds <= backoff_max.nanoseconds &&
               backoff_max.nanoseconds <= day.nanoseconds;
    }
};

/// What an observer of `supervised` is told. The text is valid during the call only.
struct restart_report {
    pid_t       pid;      ///< The process that has crashed, or the one that is up again.
    exit_status status;   ///< How the child ended, the last time it did not end well.
    unsigned    attempt;  ///< Attempts that count against the limit, this one included.
    /// Between the crash and the attempt; zero if there is none.
    std::chrono::nanoseconds pause;
    std::string_view         text;  ///< "was killed by signal 9 (SIGKILL)", or why the attempt before failed.
};

/// A type that `supervised` can tell of restarts.
///
/// It is default-constructible, one for each supervised child; its members may be static. They are called one at
/// a time in the thread that supervises, must not throw, and must not touch the child's handle.
///
/// - `crashed(report)`: the child has crashed, or an attempt has failed; the next attempt follows after a pause.
/// - `restarted(report)`: the child is up again.
/// - `gave_up(report)`: the child has crashed, and the limit is reached.
template <class O>
concept restart_observer = std::is_default_constructible_v<O> && requires(O& observer, restart_report const& report) {
    observer.crashed(report);
    observer.restarted(report);
    observer.gave_up(report);
};

/// The default: nobody is told.
struct unobserved {
    void crashed(restart_report const&) noexcept {}
    void restarted(restart_report const&) noexcept {}
    void gave_up(restart_report const&) noexcept {}
};

namespace detail {

/// The attempts of one child that count against its limits.
class restart_attempts {
    using clock = std::chrono::steady_clock;

public:
    explicit restart_attempts(restart const& how_often) noexcept : limits_{how_often} {}

    [[nodiscard]] unsigned count() const noexcept { return static_cast<unsigned>(begun_.size()); }

    /// Counts one more attempt after a crash at `now`; returns the pause before it. None if the limit is reached.
    std::optional<std::chrono::nanoseconds> next(clock::time_point now) {
        std::erase_if(begun_, [&](auto const when) { return now - when >= std::chrono::nanoseconds{limits_.within}; });
        if (begun_.size() >= limits_.times) return std::nullopt;
        std::chrono::nanoseconds const longest = limits_.backoff_max;
        std::chrono::nanoseconds       pause   = limits_.backoff;
        for (std::size_t i = 0; i < begun_.size() && pause < longest; ++i) pause = std::min(pause * 2, longest);
        begun_.push_back(now);
        return pause;
    }

private:
    restart                        limits_;
    std::vector<clock::time_point> begun_;
};

}  // namespace detail
}  // namespace tenon::launch

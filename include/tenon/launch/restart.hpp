// When a crashed child is started again: the limits, and who is told.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/launch/exit_status.hpp>

#include <string_view>
#include <type_traits>

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

/// Defined in <tenon/launch/supervised.hpp>, which is not part of <tenon/tenon.hpp>.
template <class Inner, restart Restart = restart{}, class Observer = unobserved>
struct supervised;

}  // namespace tenon::launch

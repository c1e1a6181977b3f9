// How a child ended.
#pragma once

#include <tenon/detail/concat.hpp>

#include <csignal>
#include <string>
#include <string_view>

namespace tenon::launch {

/// How a child ended: with an exit code or by a signal.
///
/// Converts to the number that a shell shows in `$?`, so `return child.join();` at the end of a `main` passes
/// it on.
struct exit_status {
    int code   = 0;  ///< What the child returned, 0 to 255; −1 if nobody can tell any more.
    int signal = 0;  ///< The signal that ended it, or 0.

    /// The status of a child that somebody else collected: the program ignores SIGCHLD, or called `wait`.
    static constexpr exit_status unknown() noexcept { return {-1, 0}; }

    [[nodiscard]] constexpr bool known() const noexcept { return signal != 0 || code >= 0; }
    [[nodiscard]] constexpr bool success() const noexcept { return signal == 0 && code == 0; }

    /// The code, or 128 + the signal as shells have it; 255 if unknown.
    constexpr operator int() const noexcept { return signal != 0 ? 128 + signal : code < 0 ? 255 : code; }

    friend constexpr bool operator==(exit_status const&, exit_status const&) = default;
};

namespace detail {

/// The usual name of a signal that ends processes, or nothing.
[[gnu::cold]] constexpr std::string_view signal_name(int signal) noexcept {
    switch (signal) {
        case SIGHUP: return "SIGHUP";
        case SIGINT: return "SIGINT";
        case SIGQUIT: return "SIGQUIT";
        case SIGILL: return "SIGILL";
        case SIGTRAP: return "SIGTRAP";
        case SIGABRT: return "SIGABRT";
        case SIGBUS: return "SIGBUS";
        case SIGFPE: return "SIGFPE";
        case SIGKILL: return "SIGKILL";
        case SIGUSR1: return "SIGUSR1";
        case SIGSEGV: return "SIGSEGV";
        case SIGUSR2: return "SIGUSR2";
        case SIGPIPE: return "SIGPIPE";
        case SIGALRM: return "SIGALRM";
        case SIGTERM: return "SIGTERM";
        case SIGXCPU: return "SIGXCPU";
        case SIGXFSZ: return "SIGXFSZ";
        case SIGSYS: return "SIGSYS";
        default: return {};
    }
}

}  // namespace detail

/// The status in words that follow "the child": "exited with code 3", "was killed by signal 9 (SIGKILL)".
[[gnu::cold]] inline std::string describe(exit_status status) {
    using tenon::detail::concat;
    using tenon::detail::digits;
    if (!status.known()) return "ended with a status that somebody else collected (is SIGCHLD ignored?)";
    if (status.signal == 0) return concat({"exited with code ", digits(static_cast<unsigned>(status.code))});
    auto const name = detail::signal_name(status.signal);
    auto const number = digits(static_cast<unsigned>(status.signal));
    return name.empty() ? concat({"was killed by signal ", number})
                        : concat({"was killed by signal ", number, " (", name, ")"});
}

}  // namespace tenon::launch

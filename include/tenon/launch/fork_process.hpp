// The fork itself, and what makes the new process independent of all that it inherits.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/launch/child_process.hpp>
#include <tenon/launch/readiness.hpp>
#include <tenon/launch/report.hpp>
#include <tenon/launch/signals.hpp>
#include <tenon/launch/watchdog.hpp>

#include <cerrno>
#include <csignal>
#include <string_view>

#include <sys/prctl.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// In the new process, before anything else. Async-signal-safe.
///
/// The death signal covers the time until the watchdog runs. It is safe even though it fires when the
/// *thread* that forked ends: that thread waits in `start` for the child to be ready, and before that the
/// watchdog takes over.
[[gnu::cold]] inline void leave_parent(pid_t parent, int keep_one, int keep_two) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(128 + SIGKILL);  // it was gone before the line above
    close_all_but(keep_one, keep_two);
    reset_signals();
}

/// Forks. `child_main` runs in the child, with signals blocked until it calls `leave_parent`; if it returns,
/// the child ends with 127, as a shell has it for a program that cannot be executed.
template <class ChildMain>
[[gnu::cold]] void fork_process(child_process& process, ChildMain&& child_main) {
    signals_blocked const blocked;
    pid_t const           pid = ::fork();
    if (pid == 0) {
        child_main();
        ::_exit(127);
    }
    if (pid < 0) throw_system("cannot start a child: fork failed", errno);
    process.adopt(pid, open_pidfd(pid));
}

/// `readiness` of a child process: reports to the parent over the link.
class process_sink final : public readiness_sink {
public:
    /// From here on the child is guarded by the watchdog.
    [[gnu::cold]] process_sink(int link, time_limit grace) : link_{link} {
        watchdog::start(link, grace);
        ::prctl(PR_SET_PDEATHSIG, 0);
    }

    [[gnu::cold]] void ready(bytes_view payload, stop_callback) override { send(report_kind::ready, as_text(payload)); }
    [[gnu::cold]] void failed(errc code, std::string_view text) override { check(send_failure(link_, code, text)); }
    void withdraw() noexcept override {}
    int  lifeline() noexcept override {
        watchdog::promise();
        return link_;
    }
    bool owns_process() const noexcept override { return true; }

    /// A parent that has ended in the meantime is no failure of the child, which will be asked to stop.
    [[gnu::cold]] void send(report_kind kind, std::string_view body) const {
        int const failed = send_report(link_, kind, body.data(), body.size());
        if (failed != EPIPE && failed != ECONNRESET) check(failed);
    }

private:
    [[gnu::cold]] static void check(int failed) {
        if (failed != 0) throw_system("a child cannot report to its parent", failed);
    }

    int link_;
};

}  // namespace tenon::launch::detail

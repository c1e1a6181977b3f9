// A child process as its parent holds it: waiting, signals, and the certainty that it is gone in the end.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/descriptor.hpp>
#include <tenon/launch/exit_status.hpp>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <utility>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// A descriptor that becomes readable when the process ends (Linux 5.3), or none.
inline descriptor open_pidfd([[maybe_unused]] pid_t pid) noexcept {
#ifdef SYS_pidfd_open
    return descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
#else
    return descriptor{};
#endif
}

/// One child process, from its fork until it is collected.
///
/// In a process that inherited it by a fork it is inert: nothing of it belongs to that process, and the
/// numbers of its descriptors may stand for others there.
/// Threading: all members may be called from several threads at once.
class child_process {
public:
    /// Made before the fork, so that nothing can fail between the fork and its owner.
    child_process(descriptor link, time_limit grace) noexcept
        : owner_{::getpid()}, grace_{grace}, link_{std::move(link)} {}
    child_process(child_process const&)            = delete;
    child_process& operator=(child_process const&) = delete;

    [[gnu::cold]] ~child_process() {
        if (mine()) {
            end();
        } else {
            link_.release();
            pidfd_.release();
        }
    }

    /// Right after the fork. Without a pidfd the child is polled for.
    void adopt(pid_t pid, descriptor pidfd) noexcept {
        pid_   = pid;
        pidfd_ = std::move(pidfd);
    }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] int link() const noexcept { return link_.get(); }
    [[nodiscard]] int pidfd() const noexcept { return pidfd_.get(); }

    [[nodiscard]] bool alive() noexcept {
        exit_status ignored;
        return !collect(ignored);
    }

    /// Waits until the child has ended.
    exit_status join() noexcept {
        exit_status status;
        while (!join(status, std::chrono::nanoseconds::max())) {}
        return status;
    }

    /// Waits until the child has ended, or returns false when time is up.
    [[gnu::cold]] bool join(exit_status& status, time_limit timeout) noexcept {
        deadline const until{timeout};
        int            pause = 1;
        for (;;) {
            if (collect(status)) return true;
            if (until.passed()) return false;
            // Interrupted or not: collect() decides. Without a pidfd poll has nothing but the pause.
            pollfd watched{pidfd_.get(), POLLIN, 0};
            pause = pause < 25 ? pause * 2 : 50;
            int const left = until.poll_timeout();
            ::poll(&watched, 1, pidfd_.get() < 0 && pause < left ? pause : left);
        }
    }

    /// Sends a signal, unless the child has been collected: its number may be another process's by then.
    [[gnu::cold]] void signal(int number) noexcept {
        std::lock_guard const lock{mutex_};
        if (pid_ <= 0 || collected_ || !mine()) return;
#ifdef SYS_pidfd_send_signal
        if (pidfd_.get() >= 0) {
            bool const sent = ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0u) == 0;
            if (sent || errno == ESRCH) return;
        }
#endif
        ::kill(pid_, number);
    }

    /// Asks the child to stop, waits `grace`, kills it then, and collects it.
    [[gnu::cold]] exit_status end() noexcept {
        exit_status status;
        signal(SIGTERM);
        if (join(status, grace_)) return status;
        signal(SIGKILL);
        return join();
    }

    /// The same for a child that is about to end by itself: it gets its `grace` before it is asked.
    [[gnu::cold]] exit_status finish() noexcept {
        exit_status status;
        return join(status, grace_) ? status : end();
    }

private:
    [[nodiscard]] bool mine() const noexcept { return ::getpid() == owner_; }

    /// True if the child has ended; tells how.
    [[gnu::cold]] bool collect(exit_status& status) noexcept {
        status = exit_status::unknown();
        if (pid_ <= 0 || !mine()) return true;
        std::lock_guard const lock{mutex_};
        collected_ = collected_ || try_to_collect();
        if (collected_) status = status_;
        return collected_;
    }

    [[gnu::cold]] bool try_to_collect() noexcept {
        siginfo_t info{};
        int       done = 0;
        do {
            done = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG);
        } while (done != 0 && errno == EINTR);
        if (done == 0 && info.si_pid == 0) return false;
        if (done != 0)
            status_ = exit_status::unknown();  // ECHILD: collected by somebody else
        else if (info.si_code == CLD_EXITED)
            status_ = exit_status{info.si_status, 0};
        else
            status_ = exit_status{0, info.si_status};
        return true;
    }

    pid_t       pid_ = -1;
    pid_t       owner_;
    time_limit  grace_;
    descriptor  link_, pidfd_;
    std::mutex  mutex_;
    bool        collected_ = false;
    exit_status status_;
};

}  // namespace tenon::launch::detail

// Signals as events: blocked before threads start, then read from a descriptor. Linux (signalfd).
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <utility>

namespace tenon::loop {

/// Some signals; SIGINT and SIGTERM unless told otherwise.
class signal_set {
public:
    signal_set() : signal_set{SIGINT, SIGTERM} {}
    [[gnu::noinline]] signal_set(std::initializer_list<int> numbers) {
        ::sigemptyset(&set_);
        for (int const number : numbers)
            if (::sigaddset(&set_, number) != 0)
                detail::throw_error(errc::out_of_range,
                                    {"there is no signal ", number < 0 ? "-" : "",
                                     detail::digits(static_cast<unsigned>(number < 0 ? -number : number))});
    }

    [[nodiscard]] sigset_t const& native() const noexcept { return set_; }

    /// True if the calling thread has all of them blocked.
    [[nodiscard]] bool blocked() const noexcept {
        sigset_t mask;
        ::sigemptyset(&mask);
        ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        for (int number = 1; number < SIGRTMAX; ++number)
            if (::sigismember(&set_, number) == 1 && ::sigismember(&mask, number) != 1) return false;
        return true;
    }

private:
    sigset_t set_;
};

/// Blocks signals in the calling thread, and in the threads that it starts, until it is destroyed.
///
/// Make one before the first ZeroMQ context and other threads: theirs is a copy of this mask, and a signal
/// goes to whichever thread does not block it. Destroying it restores the mask as it was; a signal that is
/// still pending then takes its usual course. An exec'd child inherits the mask and has to restore it.
/// Threading: destroy it in the thread that made it.
class signal_block {
public:
    explicit signal_block(signal_set const& signals = {}) noexcept {
        ::sigemptyset(&before_);
        ::pthread_sigmask(SIG_BLOCK, &signals.native(), &before_);
    }
    signal_block(signal_block const&)            = delete;
    signal_block& operator=(signal_block const&) = delete;
    ~signal_block() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

/// Takes the blocked signals of `signals` that are pending, without acting on them: further requests for a stop that is
/// under way already, such as a second Ctrl-C. Threading: for the thread that blocks them.
[[gnu::cold]] inline void discard_pending(signal_set const& signals) noexcept {
    timespec const at_once{};
    while (::sigtimedwait(&signals.native(), nullptr, &at_once) > 0) {}
}

/// A descriptor from which blocked signals are read. Errors: `errc::transport_error` if none is left.
[[gnu::cold]] inline int open_signal_descriptor(signal_set const& signals) {
    int const fd = ::signalfd(-1, &signals.native(), SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        detail::throw_error(errc::transport_error, {"cannot read signals: ", std::strerror(errno)});
    return fd;
}

/// The next signal that has arrived there, or 0.
inline int read_signal(int fd) noexcept {
    signalfd_siginfo info{};
    return ::read(fd, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

/// Blocked signals as they arrive, one after the other.
class signal_source {
public:
    /// Errors: `errc::transport_error` if a signal is not blocked (it would still act as it always does),
    /// or no descriptor is left.
    explicit signal_source(signal_set const& signals) {
        if (!signals.blocked())
            detail::throw_error(errc::transport_error, {"signals must be blocked before a loop can read them; make a "
                                                        "tenon::loop::signal_block first, before contexts and "
                                                        "threads"});
        fd_ = open_signal_descriptor(signals);
    }
    signal_source(signal_source&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    signal_source& operator=(signal_source&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~signal_source() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] int fd() const noexcept { return fd_; }

    /// The next signal that has arrived, or 0.
    [[nodiscard]] int next() const noexcept { return read_signal(fd_); }

private:
    int fd_ = -1;
};

}  // namespace tenon::loop

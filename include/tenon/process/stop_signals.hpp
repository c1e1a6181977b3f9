// The signals that stop a process: blocked as long as it lives, and read from a descriptor.
#pragma once

#include <tenon/loop/signals.hpp>

#include <signal.h>

namespace tenon::detail {

/// SIGINT and SIGTERM, for a process that owns them; nothing at all for another one.
///
/// Made before the context starts its threads, so that none of them takes a signal instead of us. Signals that come
/// while the process is stopping ask for nothing new, and must not strike when the mask is restored.
/// Errors: `errc::transport_error` if no descriptor is left.
class stop_signals {
public:
    [[gnu::cold]] explicit stop_signals(bool owned) {
        if (!owned) return;
        ::pthread_sigmask(SIG_BLOCK, &both_.native(), &before_);
        try {
            fd_ = loop::open_signal_descriptor(both_);
        } catch (...) {
            restore();
            throw;
        }
    }
    stop_signals(stop_signals const&)            = delete;
    stop_signals& operator=(stop_signals const&) = delete;
    [[gnu::cold]] ~stop_signals() {
        if (fd_ < 0) return;
        ::close(fd_);
        loop::discard_pending(both_);
        restore();
    }

    /// Readable when there is one; -1 for a process that does not own them.
    [[nodiscard]] int fd() const noexcept { return fd_; }

    /// Takes the next one; false if there is none.
    [[nodiscard]] bool take() const noexcept { return loop::read_signal(fd_) != 0; }

private:
    void restore() noexcept { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    loop::signal_set both_;
    sigset_t         before_{};
    int              fd_ = -1;
};

}  // namespace tenon::detail

// The child's guard against outliving its parent, whatever the entry is doing.
#pragma once

#include <tenon/core/duration.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/signals.hpp>
#include <tenon/launch/start_error.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// A thread that sees the link end when the parent is gone. It sends SIGTERM, unless the entry has promised
/// to watch the link itself, and ends the process by force after `grace`: a stuck handler does not outlive
/// the parent.
///
/// A process has at most one parent, so its state is static. That also lets it go on during static
/// destruction.
class watchdog {
public:
    /// Errors: `errc::launch_failed` if there is no thread to be had.
    [[gnu::cold]] static void start(int link, time_limit grace) {
        link_  = link;
        grace_ = grace;
        watched_.store(false);
        signals_blocked const inherited;  // by the thread: signals are for the entry's
        pthread_attr_t        attributes;
        ::pthread_attr_init(&attributes);
        ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        ::pthread_attr_setstacksize(&attributes, std::size_t{256} * 1024);
        pthread_t thread{};
        int const failed = ::pthread_create(&thread, &attributes, &run, nullptr);
        ::pthread_attr_destroy(&attributes);
        if (failed != 0) throw_system("cannot start the thread that watches over the parent", failed);
    }

    /// The entry watches the link.
    static void promise() noexcept { watched_.store(true); }

private:
    [[gnu::cold]] static void* run(void*) noexcept {
        pollfd watched{link_, POLLIN, 0};
        while (::poll(&watched, 1, -1) < 0 && errno == EINTR) {}
        if ((watched.revents & POLLNVAL) != 0) return nullptr;  // the entry closed all it found
        if (!watched_.load()) ::kill(::getpid(), SIGTERM);
        deadline const until{grace_};
        while (!until.passed()) ::poll(nullptr, 0, until.poll_timeout());
        ::_exit(128 + SIGTERM);
    }

    static inline int               link_ = -1;
    static inline time_limit        grace_{};
    static inline std::atomic<bool> watched_{false};
};

}  // namespace tenon::launch::detail

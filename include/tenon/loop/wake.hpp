// The wake-up: a descriptor that other threads and signal handlers make readable. Linux (eventfd).
#pragma once

#include <tenon/core/error.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace tenon::loop {

/// Ends the wait of a loop from anywhere.
/// Threading: `signal` from all threads and from signal handlers, the rest from the loop's thread.
class wake {
public:
    /// Errors: `errc::transport_error` if no descriptor is left.
    [[gnu::noinline]] wake() : fd_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
        if (fd_ < 0)
            detail::throw_error(errc::transport_error, {"cannot create the wake-up of a loop: ", std::strerror(errno),
                                                        "; check the limit of open files (RLIMIT_NOFILE)"});
    }
    wake(wake const&)            = delete;
    wake& operator=(wake const&) = delete;
    ~wake() { ::close(fd_); }

    [[nodiscard]] int fd() const noexcept { return fd_; }

    /// Makes the descriptor readable until it is drained; any number of signals count as one.
    void signal() const noexcept {
        int const           saved = errno;  // a signal handler must not change it
        std::uint64_t const one   = 1;
        while (::write(fd_, &one, sizeof one) < 0 && errno == EINTR) {}
        errno = saved;
    }

    void drain() const noexcept {
        std::uint64_t count = 0;
        while (::read(fd_, &count, sizeof count) < 0 && errno == EINTR) {}
    }

private:
    int fd_;
};

}  // namespace tenon::loop

namespace tenon::detail {

/// What ends the wait of a loop from outside: an eventfd, or what the transport has in its place (`Transport::wake`).
template <class Transport>
struct wake_for {
    using type = loop::wake;
};
template <class Transport>
    requires requires { typename Transport::wake; }
struct wake_for<Transport> {
    using type = typename Transport::wake;
};

}  // namespace tenon::detail

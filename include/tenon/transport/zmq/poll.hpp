// Waiting for sockets and file descriptors: level-triggered, in the terms of poll(2).
#pragma once

#include <tenon/transport/zmq/socket.hpp>

#include <poll.h>

#include <chrono>
#include <span>

namespace tenon::transport::libzmq {

/// One thing to wait for, as zmq_poll(3) takes it.
class poll_item {
public:
    /// Waits for a socket, which becomes the calling thread's. It may be moved meanwhile, but not closed.
    explicit poll_item(socket& target, short events = POLLIN)
        : item_{target.native_handle(), 0, to_zmq(events), 0} {}

    /// Waits for a file descriptor.
    explicit poll_item(int fd, short events = POLLIN) noexcept : item_{nullptr, fd, to_zmq(events), 0} {}

    /// The events that the last wait found: `POLLIN`, `POLLOUT`, `POLLPRI`, and `POLLERR`, which also stands
    /// for a peer that hung up and for an invalid descriptor.
    [[nodiscard]] short ready() const noexcept {
        return item_.revents == 0 ? short{0} : map(item_.revents, native, posix);
    }

private:
    static short map(short bits, short const (&from)[4], short const (&to)[4]) noexcept {
        int mapped = 0;
        for (int i = 0; i < 4; ++i)
            if ((bits & from[i]) != 0) mapped |= to[i];
        return static_cast<short>(mapped);
    }
    static short to_zmq(short bits) noexcept { return map(bits, posix, native); }

    static constexpr short posix[4]  = {POLLIN, POLLOUT, POLLPRI, POLLERR};
    static constexpr short native[4] = {ZMQ_POLLIN, ZMQ_POLLOUT, ZMQ_POLLPRI, ZMQ_POLLERR};

    zmq_pollitem_t item_;
};

// An array of poll items is handed to libzmq as it is.
static_assert(sizeof(poll_item) == sizeof(zmq_pollitem_t) && alignof(poll_item) == alignof(zmq_pollitem_t));

/// What `context::wait` does; needs no context, so the sockets may be of several.
inline int wait(std::span<poll_item> items, std::chrono::nanoseconds timeout) {
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours{24};  // callers wait again; keeps within an int
    long                   limit   = -1;
    if (timeout != forever) {
        auto const bounded = timeout < longest ? timeout : longest;
        limit              = bounded.count() <= 0 ? 0 : std::chrono::ceil<milliseconds>(bounded).count();
    }
    auto* const native = reinterpret_cast<zmq_pollitem_t*>(items.data());
    int const   ready  = zmq_poll(native, static_cast<int>(items.size()), limit);
    if (ready >= 0) return ready;
    int const error = errno;
    for (std::size_t i = 0; i < items.size(); ++i) native[i].revents = 0;
    if (error == EINTR) return 0;
    if (error == ENOTSOCK)
        throw tenon::error{errc::transport_error, "a socket was closed while it is waited for"};
    fail("wait for sockets", error);
}

inline int context::wait(std::span<poll_item> items, std::chrono::nanoseconds timeout) {
    return libzmq::wait(items, timeout);
}

}  // namespace tenon::transport::libzmq

// Waiting for sockets and file descriptors: level-triggered, in the terms of poll(2).
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/transport/zmq/socket.hpp>

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tenon::transport::libzmq {

/// One thing to wait for: a socket or a file descriptor.
class poll_item {
public:
    /// Waits for a socket, which becomes the calling thread's. It may be moved meanwhile, but not closed.
    explicit poll_item(socket& target, short events = POLLIN)
        : socket_{target.native_handle()}, news_{target.news_.get()}, fd_{option(ZMQ_FD)}, events_{events} {}

    /// Waits for a file descriptor.
    explicit poll_item(int fd, short events = POLLIN) noexcept : fd_{fd}, events_{events} {}

    /// The events that the last wait found: `POLLIN`, `POLLOUT`, `POLLPRI`, and `POLLERR`, which also stands
    /// for a peer that hung up and for an invalid descriptor.
    [[nodiscard]] short ready() const noexcept { return ready_; }

    // For those who spin and try to receive instead of waiting.
    /// True if it waits for messages only.
    [[nodiscard]] bool only_receives() const noexcept { return socket_ != nullptr && events_ == POLLIN; }
    /// True if the socket has received something since this was asked before.
    [[nodiscard]] bool has_received() noexcept { return std::exchange(news_->received, false); }

private:
    friend class waiting;

    /// Of a socket: ZMQ_FD, which signals news from the I/O threads, or ZMQ_EVENTS, which takes the news in.
    int option(int name) const {
        int         value = 0;
        std::size_t size  = sizeof value;
        int failed = 0;
        do failed = zmq_getsockopt(socket_, name, &value, &size);
        while (interrupted(failed));
        if (failed != 0) fail_to_look(errno);
        return value;
    }
    [[noreturn, gnu::cold]] static void fail_to_look(int error) {
        if (error == ENOTSOCK)
            tenon::detail::throw_error(errc::transport_error, {"a socket was closed while it is waited for"});
        fail("wait for sockets", error);
    }

    void*         socket_ = nullptr;  ///< Null for a file descriptor.
    socket::news* news_   = nullptr;  ///< The socket's.
    int           fd_;
    short         events_;
    short         ready_ = 0;
};

/// One wait, step by step. zmq_poll(3) does the same and more: it asks each socket for its descriptor every time, and
/// looks at the descriptors twice.
class waiting {
public:
    /// `exact`: what is said to be ready is ready. Otherwise a socket may have had news that are no messages.
    waiting(std::span<poll_item> items, bool exact) : items_{items.data()}, count_{items.size()}, exact_{exact} {
        if (count_ <= sizeof few_ / sizeof few_[0]) return;
        many_.reserve(count_);
        polled_ = many_.data();
    }

    /// Asks the sockets that may have something; how many are ready. Of the others the descriptors will tell.
    int look_at_sockets() {
        int     ready = 0;
        pollfd* next  = polled_;
        for (std::size_t i = 0; i < count_; ++i) {
            poll_item& each = items_[i];
            *next++         = {each.fd_, each.socket_ == nullptr ? each.events_ : short{POLLIN}, 0};
            each.ready_     = 0;
            if (each.socket_ == nullptr || is_quiet(each)) continue;
            each.ready_ = events_of(each);
            ready += each.ready_ != 0 ? 1 : 0;
        }
        return ready + look_at_other_items();
    }

    /// Waits for descriptors, and for the news of sockets that were not ready. Returns how many items have become
    /// ready, or -1 with errno.
    int wait_for_descriptors(int milliseconds) {
        int signalled = ::poll(polled_, count_, milliseconds);
        if (signalled < 0) return signalled;
        int ready = 0;
        for (std::size_t i = 0; signalled > 0; ++i) {
            if (polled_[i].revents == 0) continue;
            --signalled;
            poll_item& each = items_[i];
            if (each.ready_ != 0) continue;
            each.ready_ = each.socket_ == nullptr ? events_of(polled_[i].revents) : news_of(each);
            ready += each.ready_ != 0 ? 1 : 0;
        }
        return ready + look_at_other_items();
    }

private:
    /// Asking for room takes in the news of messages too: then another item, which waits for those of the same socket,
    /// is ready, and its descriptor does not tell.
    int look_at_other_items() {
        return unwanted_message_ ? look_at_items_again() : 0;
    }
    [[gnu::cold, gnu::noinline]] int look_at_items_again() {
        unwanted_message_ = false;
        int ready         = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            poll_item& each   = items_[i];
            bool const misses = each.socket_ != nullptr && (each.events_ & POLLIN) != 0 && each.ready_ == 0;
            if (!misses || each.news_->drained) continue;
            each.ready_ = events_of(each);
            ready += each.ready_ != 0 ? 1 : 0;
        }
        return ready;
    }

    static bool is_quiet(poll_item const& item) noexcept { return item.news_->drained && item.events_ == POLLIN; }

    short news_of(poll_item const& item) {
        if (exact_ || !is_quiet(item)) return events_of(item);
        item.news_->drained = false;  // receiving will tell
        return POLLIN;
    }
    static short events_of(short found) noexcept {
        constexpr short known = POLLIN | POLLOUT | POLLPRI;
        return static_cast<short>((found & known) | ((found & ~known) != 0 ? POLLERR : 0));
    }
    short events_of(poll_item const& item) {
        static_assert(ZMQ_POLLIN == 1 && ZMQ_POLLOUT == 2 && POLLIN == 1 && POLLOUT == 4);
        int events = item.option(ZMQ_EVENTS);
        if (wanted_of(item, events) == 0 && item.news_->look_for_peers(item.socket_)) events = item.option(ZMQ_EVENTS);
        item.news_->drained = (events & ZMQ_POLLIN) == 0;
        if (!item.news_->drained && (item.events_ & POLLIN) == 0) unwanted_message_ = true;
        return wanted_of(item, events);
    }
    static short wanted_of(poll_item const& item, int events) noexcept {
        return static_cast<short>(((events & ZMQ_POLLIN) | (events & ZMQ_POLLOUT) << 1) & item.events_);
    }

    poll_item*                    items_;
    std::size_t                   count_;
    bool                          exact_;
    bool                          unwanted_message_ = false;  ///< A socket had one that was only asked for room.
    pollfd                        few_[16];
    tenon::detail::vector<pollfd> many_;
    pollfd*                       polled_ = few_;
};

/// What `context::wait` does; needs no context, so the sockets may be of several.
///
/// A socket's descriptor tells of news only once, and sending or receiving may have taken them in: so a socket that was
/// used is asked before the thread sleeps. When `exact`, it is asked after that too, since not all news are messages.
inline int wait(std::span<poll_item> items, std::chrono::nanoseconds timeout, bool exact = true) {
    using clock = std::chrono::steady_clock;
    waiting   round{items, exact};
    int const ready = round.look_at_sockets();
    if (ready > 0 || timeout.count() <= 0) {
        int const found = round.wait_for_descriptors(0);
        return ready + (found > 0 ? found : 0);
    }
    bool const        endless = timeout == forever;
    clock::time_point until;
    int               left = -1;
    if (!endless) {
        left  = poll_milliseconds(timeout);
        until = clock::now() + clock::duration{std::int64_t{left} * 1'000'000};
    }
    for (;;) {
        int const found = round.wait_for_descriptors(left);
        if (found > 0) return found;
        if (found < 0 && errno != EINTR) fail("wait for sockets", errno);
        if (found < 0) return 0;
        if (endless) continue;
        left = poll_milliseconds(until - clock::now());
        if (left <= 0) return 0;
    }
}

inline int context::wait(std::span<poll_item> items, std::chrono::nanoseconds timeout) {
    return libzmq::wait(items, timeout);
}

inline int context::wait_roughly(std::span<poll_item> items, std::chrono::nanoseconds timeout) {
    return libzmq::wait(items, timeout, false);
}

}  // namespace tenon::transport::libzmq

// Waiting in a simulated network: sockets only, since it has no descriptors; and the wake-up of its loops.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/node.hpp>
#include <tenon/transport/sim/socket_state.hpp>

#include <cstdint>

#include <poll.h>

namespace tenon::transport::simulation {

class socket;

/// Ends the wait of a loop: the node in which it was made is run at this time.
class wake {
public:
    /// The descriptor that stands for it in poll items: none.
    static constexpr int no_descriptor = -1;

    [[nodiscard]] int fd() const noexcept { return no_descriptor; }
    void signal() const {
        if (home_ != nullptr) home_->world->wake(*home_);
    }
    void drain() const noexcept {}

private:
    node* home_ = current_node;
};

/// One thing to wait for: a socket. A descriptor is refused, but for that of a wake-up.
class poll_item {
public:
    explicit poll_item(socket& target, short events = POLLIN) noexcept;

    /// Errors: `errc::transport_error`: nothing real can happen in virtual time.
    explicit poll_item(int fd, short events = POLLIN) : events_{events} {
        if (fd != wake::no_descriptor)
            throw error{errc::transport_error,
                        "a simulated process cannot watch a descriptor: nothing real happens in virtual time. Let it "
                        "watch sockets and timers, or run it over tenon::transport::zmq"};
    }

    [[nodiscard]] short ready() const noexcept { return ready_; }

    /// For contexts: looks again. Errors: `errc::transport_error` if the socket was closed.
    bool look() {
        if (target_ == nullptr) return false;
        if (target_->epoch() != epoch_)
            throw error{errc::transport_error, "a socket was closed while it is waited for"};
        ready_ = target_->ready(events_);
        return ready_ != 0;
    }

private:
    socket_state* target_ = nullptr;
    std::uint32_t epoch_  = 0;
    short         events_ = 0;
    short         ready_  = 0;
};

}  // namespace tenon::transport::simulation

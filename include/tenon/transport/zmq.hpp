// The transport policy over ZeroMQ: contexts, frames, sockets and waiting, on libzmq's stable API.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/fwd.hpp>
#include <tenon/transport/zmq/context.hpp>
#include <tenon/transport/zmq/frame.hpp>
#include <tenon/transport/zmq/monitor.hpp>
#include <tenon/transport/zmq/poll.hpp>
#include <tenon/transport/zmq/socket.hpp>

namespace tenon::transport {

/// Messages travel over ZeroMQ (tcp, ipc and inproc).
///
/// Satisfies `is_transport`; what a name below can do stands at the type that it names.
struct zmq {
    using policy_kind = kind::transport;
    using clock       = std::chrono::steady_clock;
    using context     = libzmq::context;
    using frame       = libzmq::frame;
    using socket      = libzmq::socket;
    using poll_item   = libzmq::poll_item;
    using monitor     = libzmq::monitor;

    /// Blocks the calling thread until the socket is ready for one of `events` (`POLLIN`, `POLLOUT`).
    ///
    /// Signal handlers do not end the wait: it goes on for the time that is left on the steady clock.
    /// Returns false if the timeout came first (`forever`: never). Errors: `errc::terminated`.
    static bool wait(socket& target, short events, std::chrono::nanoseconds timeout) {
        poll_item  item{target, events};
        bool const endless  = timeout.count() > 3'000'000'000'000'000'000;  // 95 years: `forever`, and what overflows
        auto const deadline = endless ? clock::time_point::max() : clock::now() + timeout;
        for (auto left = endless ? forever : timeout;;) {
            if (libzmq::wait({&item, 1}, left) > 0) return true;
            if (endless) continue;
            left = deadline - clock::now();
            if (left.count() <= 0) return false;
        }
    }
};

static_assert(receives_within<zmq::socket, zmq::frame> && waits_roughly<zmq::context, zmq::poll_item>);

}  // namespace tenon::transport

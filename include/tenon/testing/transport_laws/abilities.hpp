// What a transport may leave out, so that it is not tried with it.
#pragma once

namespace tenon::testing {

/// What a transport can do beside what every one has to. `transport::zmq` can all of this over tcp and ipc; over
/// inproc, where two sockets share memory, there is no connection that could be limited.
struct transport_abilities {
    /// A connection that is lost is made again, and the peer that comes back is found.
    bool reconnects = true;
    /// A part above `max_message_size` costs its connection.
    bool size_limit = true;
    /// `immediate` queues nothing before there is a connection.
    bool immediate = true;
    /// What a closed socket has queued for a peer that is not there yet waits for it, but not beyond the linger time.
    bool linger_unconnected = true;
    /// A socket that is used by another thread than its own says so.
    bool threads = true;
    /// Waiting takes file descriptors too.
    bool descriptors = true;

    /// What `transport::zmq` can over inproc.
    static constexpr transport_abilities of_inproc() noexcept {
        transport_abilities can;
        can.size_limit = can.immediate = can.linger_unconnected = false;
        return can;
    }
};

}  // namespace tenon::testing

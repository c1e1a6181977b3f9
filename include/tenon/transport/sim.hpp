// The transport policy without a network: contexts, frames, sockets and waiting in virtual time, for tests.
#pragma once

#include <tenon/fwd.hpp>
#include <tenon/transport/sim/clock.hpp>
#include <tenon/transport/sim/context.hpp>
#include <tenon/transport/sim/frame.hpp>
#include <tenon/transport/sim/monitor.hpp>
#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/poll.hpp>
#include <tenon/transport/sim/socket.hpp>

namespace tenon::transport {

/// Messages travel through a `network` that is simulated in one thread: what ZeroMQ does (order kept, loss only with a
/// connection, high-water marks, slow joiners, REQ and REP states, identities), in virtual time, and all choices from
/// one seed.
///
/// Satisfies `is_transport`; what a name below can do stands at the type that it names. Processes on it are stepped by
/// a
/// `tenon::testing::world` (<tenon/testing/world.hpp>): what blocks does not compile there.
struct sim {
    using policy_kind = kind::transport;
    using clock       = simulation::virtual_clock;
    using context     = simulation::context;
    using frame       = simulation::frame;
    using socket      = simulation::socket;
    using poll_item   = simulation::poll_item;
    using wake        = simulation::wake;
    using monitor     = simulation::monitor;
    using network     = simulation::network;

    /// Nothing that runs on it may block.
    static constexpr bool is_stepped = true;
};

}  // namespace tenon::transport

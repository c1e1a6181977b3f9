// The ends of connections in a simulated network.
#pragma once

#include <tenon/transport/sim/clock.hpp>
#include <tenon/transport/sim/message.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::transport::simulation {

class socket_state;
struct node;

/// One end of a connection, with what waits there. Its place is used again for others, told apart by the epoch.
///
/// `out` begins with the messages that are on their way (`flying`); those behind them wait for room at the peer. When
/// the connection is lost, those on their way are lost with it; those that wait stay with an end that connects again,
/// as in libzmq, whose session keeps its pipe; those that have arrived, in `in`, can be received in any case.
struct pipe {
    std::uint32_t id    = 0;
    std::uint32_t epoch = 0;         ///< Changes with each connection; events of earlier ones mean nothing.
    socket_state* owner = nullptr;   ///< Null if the place is free.
    pipe*         peer  = nullptr;   ///< Null if not connected.
    node*         far   = nullptr;   ///< Where the peer is, or was.

    bool active    = false;  ///< Made by `connect`: it connects again.
    bool attached  = false;  ///< Takes part in sending and receiving.
    bool ignored   = false;  ///< Its peer has an identity that another one has already: it is not listened to.
    bool half_open = false;  ///< The peer has gone, and this end does not know yet.
    bool local     = false;  ///< Over inproc: there is no wire, only memory.
    bool instant   = false;  ///< The same within one node: takes no time.
    bool knocking  = false;  ///< Its connection is taken, but an end is frozen: it goes on when that thaws.

    message_queue in, out;
    std::size_t   flying  = 0;  ///< How many at the front of `out` are on their way.
    std::size_t   held    = 0;  ///< How many of them a partition holds up.
    std::size_t   fresh   = 0;  ///< How many have left at the time `fresh_at`: the sender does not see their room yet.
    time_point    fresh_at{};
    std::size_t   read_at = 0;  ///< Where the next part stands in the front of `in`.
    time_point    last_arrival{};

    std::string target;           ///< The address that it connects to, or that it was accepted at.
    duration    pause{};          ///< Before the next attempt to connect; zero before the first.
    std::string identity;         ///< The peer's, by which a ROUTER knows it.
    std::vector<std::string> topics;  ///< What the peer has subscribed to.

    [[nodiscard]] std::size_t waiting() const noexcept { return out.size() - flying; }

    /// False if no message that is sent here can ever arrive.
    [[nodiscard]] bool leads_somewhere() const noexcept { return active || peer != nullptr || half_open; }

    [[nodiscard]] bool matches(std::string_view topic) const noexcept {
        for (std::string const& each : topics)
            if (topic.starts_with(each)) return true;
        return false;
    }

    /// Makes the place free for another pipe.
    void reset() {
        ++epoch;
        owner  = nullptr;
        peer   = nullptr;
        far    = nullptr;
        active = attached = ignored = half_open = local = instant = knocking = false;
        in.clear();
        out.clear();
        flying = held = fresh = read_at = 0;
        last_arrival            = time_point{};
        pause                   = duration{};
        target.clear();
        identity.clear();
        topics.clear();
    }
};

}  // namespace tenon::transport::simulation

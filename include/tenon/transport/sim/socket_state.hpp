// What a simulated socket knows and does: the patterns of ZeroMQ over pipes.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/transport/concept.hpp>
#include <tenon/transport/connection.hpp>
#include <tenon/transport/sim/frame.hpp>
#include <tenon/transport/sim/message.hpp>
#include <tenon/transport/sim/node.hpp>
#include <tenon/transport/sim/pipe.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::transport::simulation {

class network;

constexpr bool publishes(pattern p) noexcept { return p == pattern::pub || p == pattern::xpub; }
constexpr bool subscribes(pattern p) noexcept { return p == pattern::sub || p == pattern::xsub; }

/// The state of one socket, which the network owns and uses again for others, told apart by the epoch.
///
/// What each pattern does follows libzmq 4.3.4; the names of its source are given where the rule is not obvious.
class socket_state {
public:
    /// As `transport::is_socket` says.
    io   send(bytes_view part, bool more);
    io   send(frame const& part, bool more);
    io   receive(frame& into);
    void filter(bool add, std::string_view prefix);

    /// What poll(2) would say, of `events`.
    short ready(short events);

    /// For the trace and for faults: the port that the socket belongs to, and the wire name of what is sent next.
    void label(std::string_view port, std::string_view message) noexcept {
        port_    = port;
        message_ = message;
    }

    [[nodiscard]] std::uint32_t         epoch() const noexcept { return epoch_; }
    [[nodiscard]] tenon::pattern        kind() const noexcept { return kind_; }
    [[nodiscard]] socket_options const& options() const noexcept { return options_; }
    [[nodiscard]] node&                 home() const noexcept { return *home_; }

private:
    friend class network;

    friend class monitor;

    struct report {
        connection_change what;
        std::string       endpoint;
        int               reason;
    };
    struct subscription {
        std::string   prefix;
        std::uint32_t count;
    };

    // Sending.
    io    begin(bytes_view first);
    io    route(bytes_view identity, bool more);
    void  commit();
    void  publish();
    void  send_to_all();
    void  put(pipe& to);
    bool  has_room(pipe const& to) const noexcept;
    pipe* next_writable() noexcept;
    bool  is_writable();
    io    full();
    void  forget_replies();

    // Receiving.
    pipe* pick();
    bool  accept(pipe& from);
    bool  accept_reply(pipe& from);
    bool  accept_request(pipe& from);
    void  finish_reading(pipe& from);
    io    receive_notice(frame& into);
    bool  may_receive() const noexcept;

    // Subscriptions: those of this socket, and those of the peers.
    void announce(pipe& to, bool add, std::string_view prefix);
    void hear(pipe& from, message& said);
    void hear_subscription(pipe& from, bool add, std::string_view prefix);
    void forget_topics(pipe& gone);
    bool is_wanted(std::string_view topic) const noexcept;

    std::uint32_t  id_      = 0;
    std::uint32_t  epoch_   = 0;
    std::uint32_t  context_ = 0;
    network*       net_     = nullptr;
    node*          home_    = nullptr;
    tenon::pattern kind_    = tenon::pattern::pair;
    socket_options options_;
    bool           open_       = false;
    bool           closing_    = false;  // closed, and still sending
    bool           terminated_ = false;

    std::vector<pipe*> pipes_;
    std::string_view   port_, message_;

    message     draft_;            // the message that is being sent
    bool        sending_     = false;
    pipe*       target_      = nullptr;  // where it goes; null: nowhere
    std::size_t next_write_  = 0;

    pipe*       current_      = nullptr;  // whose front message is being received, or is next
    bool        named_        = false;    // ROUTER: its identity has been received
    std::size_t next_read_    = 0;

    bool          awaiting_   = false;    // REQ: sent, and no reply yet
    pipe*         reply_from_ = nullptr;  // REQ: null for any
    std::uint32_t request_    = 0;
    bool          replying_   = false;    // REP: received, and not replied yet
    pipe*         reply_to_   = nullptr;
    message       envelope_;

    std::vector<subscription> subscriptions_;
    message_queue             notices_;      // XPUB: what subscribers have said
    std::size_t               notice_at_ = 0;

    socket_state*       watcher_ = nullptr;  // is told what happens to the connections
    std::uint32_t       watcher_epoch_ = 0;
    std::vector<report> reports_;            // of the socket that this one watches
    std::size_t         next_report_ = 0;
};

}  // namespace tenon::transport::simulation

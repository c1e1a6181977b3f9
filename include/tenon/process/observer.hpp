// What an observer of a process may be told: incidents, traffic, connections; and the policies for errors.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/fwd.hpp>
#include <tenon/transport/connection.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace tenon {

/// What happened to a message that did not go its usual way. The texts are valid during the call only.
struct incident {
    std::string_view port;     ///< The name of the port.
    std::string_view message;  ///< The wire name of the message, empty if it could not be told.
    errc             reason;   ///< Why.
    std::string_view text;     ///< More about it, for people; the exception's text where a handler threw. Never sent.
};

/// A message that went its usual way. Everything in it is valid during the call only.
struct traffic {
    std::string_view port;     ///< The name of the port.
    std::string_view message;  ///< The wire name of the message.
    bytes_view       body;     ///< The encoded message, without its envelope and attachments.
};

/// How often a port did something else than pass a good message on. Counted always, with or without an observer:
/// only the unusual way through the code pays for it.
struct port_counters {
    std::uint64_t undecodable        = 0;  ///< Received, but not a message of the protocol.
    std::uint64_t wrong_frames       = 0;  ///< Received with the wrong number of frames.
    std::uint64_t handler_failed     = 0;  ///< The handler threw.
    std::uint64_t undeliverable      = 0;  ///< A message could not be sent: peer gone, high-water mark, not encodable.
    std::uint64_t late               = 0;  ///< A reply came after its request had ended.
    std::uint64_t failures_sent      = 0;  ///< `failure` replies sent, whatever the reason.
    std::uint64_t timed_out          = 0;  ///< Requests that ended at their deadline.
    std::uint64_t retried            = 0;  ///< Requests that were sent once more, by the port's retry option.
    std::uint64_t dropped            = 0;  ///< Messages that the port's overload option dropped.
    std::uint64_t gaps               = 0;  ///< Numbered events that never arrived (`tenon::sequenced`).
    std::uint64_t handshake_failures = 0;  ///< Peers that were not let in; only where somebody hears connection events.

    friend bool operator==(port_counters const&, port_counters const&) = default;
};

/// The time by which a process goes: that of its transport, which a simulation makes up.
class process_clock {
public:
    /// `context` is asked by its `now()`, and must outlive this.
    template <class Context>
    explicit process_clock(Context const& context) noexcept
        : context_{&context}, now_{[](void const* from) {
              return std::chrono::nanoseconds{static_cast<Context const*>(from)->now().time_since_epoch()};
          }} {}

    /// The time since an epoch that says nothing: good for differences.
    [[nodiscard]] std::chrono::nanoseconds now() const { return now_(context_); }

private:
    void const* context_;
    std::chrono::nanoseconds (*now_)(void const*);
};

/// A port of the process that is observed.
struct observed_port {
    std::string_view name;
    tenon::pattern   pattern;
};

/// The process that is observed. The texts live as long as the program, the clock as long as the process, the list of
/// ports during the call.
struct observed_process {
    std::string_view               app;    ///< The type of the app, without its namespace.
    std::string_view               codec;  ///< The name of the codec.
    std::span<observed_port const> ports;
    process_clock                  clock;
};

/// Observer policies. An observer is a default-constructible class with `policy_kind = kind::observer` and a member
/// `void dropped(tenon::incident const&)`. It is called by the thread of its process and must not throw.
///
/// It may have more members, and costs nothing for those that it does not have:
/// - `void attached(tenon::observed_process const&)`: the process is about to bring up its ports. The first call, and
///   the only one that may throw: then the process does not come up;
/// - `void sent(tenon::traffic const&)`: a message was handed to the transport;
/// - `void received(tenon::traffic const&)`: a message was decoded, and goes to its handler or callback;
/// - `void handled(tenon::traffic const&, std::chrono::nanoseconds)`: its handler has returned, or its coroutine has
///   ended, after that time, the sending of its answer included. Not for handlers that throw;
/// - `void connection(tenon::connection_event const&)`: something has happened to a connection of a port. Each port
///   then has two more sockets, and the system's descriptors for them.
namespace observer {

/// Nobody is told; nothing is left of the calls.
struct none {
    using policy_kind = kind::observer;
    void dropped(incident const&) noexcept {}
};

}  // namespace observer

namespace detail {
template <class Observer>
concept is_observer = std::is_same_v<typename Observer::policy_kind, kind::observer> &&
                      requires(Observer& o, incident const& i) { o.dropped(i); };
template <class Observer>
concept sees_process = requires(Observer& o, observed_process const& p) { o.attached(p); };
template <class Observer>
concept sees_sent = requires(Observer& o, traffic const& t) { o.sent(t); };
template <class Observer>
concept sees_received = requires(Observer& o, traffic const& t) { o.received(t); };
template <class Observer>
concept sees_handled = requires(Observer& o, traffic const& t) { o.handled(t, std::chrono::nanoseconds{}); };
template <class Observer>
concept sees_connections = requires(Observer& o, connection_event const& e) { o.connection(e); };
}  // namespace detail

/// Error policies: what becomes of a process whose handler has thrown.
namespace errors {

/// The asker gets a typed failure, the incident is counted and told to the observer, and the process goes on.
struct go_on {
    using policy_kind = kind::errors;
    static constexpr bool stops = false;
};

/// The asker gets a typed failure; then the process ends: `run` throws what the handler threw.
struct stop {
    using policy_kind = kind::errors;
    static constexpr bool stops = true;
};

}  // namespace errors

}  // namespace tenon

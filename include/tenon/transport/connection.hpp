// What can happen to the connections of a socket, for those who want to hear of it.
#pragma once

#include <string_view>

namespace tenon {

/// What has happened to a connection of a socket: the events of ZeroMQ's socket monitor (zmq_socket_monitor(3)).
enum class connection_change : unsigned char {
    listening,                  ///< The socket is bound.
    bind_failed,                ///< It could not be bound; the reason is an errno.
    accepted,                   ///< A peer has come; it has not said yet who it is.
    accept_failed,              ///< A peer could not be taken; the reason is an errno.
    connect_delayed,            ///< A connection is being made; the reason is an errno, EINPROGRESS as a rule.
    connect_retried,            ///< It could not be made; the reason is the pause in milliseconds before the next try.
    connected,                  ///< It is made; the peer has not said yet who it is.
    handshake_succeeded,        ///< Both ends understand and trust each other: messages can flow.
    handshake_failed,           ///< The peer went, or was silent too long, before that; the reason is an errno.
    handshake_failed_protocol,  ///< It speaks another protocol or mechanism; the reason is a ZMQ_PROTOCOL_ERROR code.
    handshake_failed_auth,      ///< It may not come in; the reason is the status code of RFC 27/ZAP: 300, 400 or 500.
    disconnected,               ///< The connection is over.
    closed,                     ///< A listener, or a connection that was not made, has been given up.
    close_failed,               ///< The same, with an errno as the reason.
};

/// The name of the enumerator, such as "connected".
constexpr std::string_view name_of(connection_change change) noexcept {
    switch (change) {
        case connection_change::listening: return "listening";
        case connection_change::bind_failed: return "bind_failed";
        case connection_change::accepted: return "accepted";
        case connection_change::accept_failed: return "accept_failed";
        case connection_change::connect_delayed: return "connect_delayed";
        case connection_change::connect_retried: return "connect_retried";
        case connection_change::connected: return "connected";
        case connection_change::handshake_succeeded: return "handshake_succeeded";
        case connection_change::handshake_failed: return "handshake_failed";
        case connection_change::handshake_failed_protocol: return "handshake_failed_protocol";
        case connection_change::handshake_failed_auth: return "handshake_failed_auth";
        case connection_change::disconnected: return "disconnected";
        case connection_change::closed: return "closed";
        case connection_change::close_failed: return "close_failed";
    }
    return "?";
}

/// True for a peer that came and was not let in.
constexpr bool is_handshake_failure(connection_change change) noexcept {
    return change == connection_change::handshake_failed || change == connection_change::handshake_failed_protocol ||
           change == connection_change::handshake_failed_auth;
}

/// Something has happened to a connection of a port. The texts are valid during the call only.
///
/// Told to an observer with `void connection(tenon::connection_event const&)`, and to an app that has
/// `on(tenon::connection_event const&)` or `on(tenon::connection_event const&, auto& process)`.
struct connection_event {
    std::string_view  port;      ///< The name of the port.
    connection_change what;      ///< What has happened.
    std::string_view  endpoint;  ///< The address that this side is bound to or connects to; not that of the peer.
    int               reason;    ///< Why, as `connection_change` says; else 0.
};

namespace transport {

/// The same as a transport tells it, which knows no ports. The text is valid until the monitor is asked again.
struct connection_report {
    connection_change what;
    std::string_view  endpoint;
    int               reason;
};

}  // namespace transport

}  // namespace tenon

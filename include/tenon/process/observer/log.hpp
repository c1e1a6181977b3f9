// The observers that write what happens to stderr, and the sentences they write.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/observer.hpp>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace tenon {

/// Puts an incident into a sentence: "port requests: message ping: handler failed: no such account".
[[gnu::cold]] inline std::string to_string(incident const& what) {
    auto const reason = describe(what.reason);
    // A codec's text begins with the reason.
    bool const        says_why = what.text.starts_with(reason);
    bool const        named    = !what.message.empty();
    std::string const where    = what.port.empty() ? std::string{} : detail::concat({"port ", what.port, ": "});
    return detail::concat({where, named ? "message " : "", what.message, named ? ": " : "", says_why ? "" : reason,
                           says_why || what.text.empty() ? "" : ": ", what.text});
}

/// Puts the reason of a connection event into words; empty if it has none.
[[gnu::cold]] inline std::string describe_reason(connection_event const& what) {
    switch (what.what) {
        case connection_change::bind_failed:
        case connection_change::accept_failed:
        case connection_change::connect_delayed:
        case connection_change::handshake_failed:
        case connection_change::close_failed: return what.reason == 0 ? "" : std::strerror(what.reason);
        case connection_change::connect_retried:
            return detail::concat({"in ", detail::digits(static_cast<unsigned>(what.reason)), " ms"});
        case connection_change::handshake_failed_protocol: {
            char code[16];
            std::snprintf(code, sizeof code, "0x%08x", static_cast<unsigned>(what.reason));
            return detail::concat({"the peer speaks another protocol or mechanism (", code, ")"});
        }
        case connection_change::handshake_failed_auth:
            return detail::concat({"not authorised (", detail::digits(static_cast<unsigned>(what.reason)), ")"});
        default: return {};
    }
}

/// Puts a connection event into a sentence: "port requests: connected: tcp://127.0.0.1:5555".
[[gnu::cold]] inline std::string to_string(connection_event const& what) {
    std::string const why = describe_reason(what);
    return detail::concat(
        {"port ", what.port, ": ", name_of(what.what), ": ", what.endpoint, why.empty() ? "" : ": ", why});
}

namespace detail {
template <class What>
[[gnu::cold]] void log_line(What const& what) noexcept {
    try {  // one call, so that the lines of several processes do not mix
        std::string const line = concat({"tenon: ", to_string(what), "\n"});
        std::fwrite(line.data(), 1, line.size(), stderr);
    } catch (...) {  // no memory for a line of text
    }
}
}  // namespace detail

namespace observer {

/// Each incident is a line on stderr.
struct log {
    using policy_kind = kind::observer;
    void dropped(incident const& what) noexcept { detail::log_line(what); }
};

/// Each connection that is made, lost, or not made for a reason other than that the peer is not there yet, is a line on
/// stderr. A policy of its own, since it has a price: see `connection` in tenon/process/observer.hpp. Together with the
/// incidents: `all<log, log_connections>`.
struct log_connections {
    using policy_kind = kind::observer;
    void dropped(incident const&) noexcept {}
    void connection(connection_event const& what) noexcept {
        switch (what.what) {
            case connection_change::connect_delayed:      // each one over TCP is
            case connection_change::connect_retried:      // the peer may come up later
            case connection_change::handshake_succeeded:  // after accepted or connected
            case connection_change::closed: return;  // after bind_failed, or at a stop
            default: detail::log_line(what);
        }
    }
};

}  // namespace observer

}  // namespace tenon

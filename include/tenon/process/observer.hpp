// Who is told what a process drops and refuses: the observer policies.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/fwd.hpp>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace tenon {

/// What happened to a message that did not go its usual way. The texts are valid during the call only.
struct incident {
    std::string_view port;     ///< The name of the port.
    std::string_view message;  ///< The wire name of the message, empty if it could not be told.
    errc             reason;   ///< Why.
    std::string_view text;     ///< More about it, for people; the exception's text where a handler threw. Never sent.
};

/// How often a port did something else than pass a good message on. Counted always, with or without an observer:
/// only the unusual way through the code pays for it.
struct port_counters {
    std::uint64_t undecodable     = 0;  ///< Received, but not a message of the protocol.
    std::uint64_t wrong_frames    = 0;  ///< Received with the wrong number of frames.
    std::uint64_t handler_failed  = 0;  ///< The handler threw.
    std::uint64_t undeliverable   = 0;  ///< A message could not be sent: peer gone, high-water mark, not encodable.
    std::uint64_t late            = 0;  ///< A reply came after its request had ended.
    std::uint64_t failures_sent   = 0;  ///< `failure` replies sent, whatever the reason.
    std::uint64_t timed_out       = 0;  ///< Requests that ended at their deadline.

    friend bool operator==(port_counters const&, port_counters const&) = default;
};

/// Observer policies. An observer is a default-constructible class with `policy_kind = kind::observer` and a member
/// `void dropped(tenon::incident const&)`. It is called by the thread of its process and must not throw.
namespace observer {

/// Nobody is told; nothing is left of the calls.
struct none {
    using policy_kind = kind::observer;
    void dropped(incident const&) noexcept {}
};

/// Each incident is a line on stderr.
struct log {
    using policy_kind = kind::observer;
    void dropped(incident const& what) noexcept {
        try {  // one call, so that the lines of several processes do not mix
            std::string line{"tenon: port "};
            auto const  reason = describe(what.reason);
            line.append(what.port).append(": ");
            if (!what.message.empty()) line.append("message ").append(what.message).append(": ");
            // A codec's text begins with the reason.
            if (!what.text.starts_with(reason)) line.append(reason).append(what.text.empty() ? "" : ": ");
            line.append(what.text);
            line += '\n';
            std::fwrite(line.data(), 1, line.size(), stderr);
        } catch (...) {  // no memory for a line of text
        }
    }
};

}  // namespace observer

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

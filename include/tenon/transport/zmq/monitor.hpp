// Hearing what happens to the connections of a socket: zmq_socket_monitor(3), in its stable version 1.
#pragma once

#include <tenon/transport/connection.hpp>
#include <tenon/transport/zmq/socket.hpp>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>

namespace tenon::transport::libzmq {

/// Tells what happens to the connections of a socket, from now on. Connections over inproc are not reported.
///
/// Requires that `target` is open as long as it lives; it may be moved. One monitor for each socket: a second one takes
/// the place of the first.
/// Errors: `errc::transport_error`, if no more sockets can be opened; `errc::terminated`.
/// Threading: it belongs to the thread that owns the target.
/// Cost: two sockets of the context, and a message for each event. Nothing is allocated here.
class monitor {
public:
    monitor(context& owner, socket& target)
        : context_{owner.reference()}, target_{target.native_handle()}, reports_{owner, pattern::pair, unlimited()} {
        static std::atomic<unsigned> count{0};
        auto const endpoint = tenon::detail::concat({"inproc://tenon.monitor.", tenon::detail::digits(++count)});
        if (zmq_socket_monitor(target_, endpoint.c_str(), ZMQ_EVENT_ALL & ~ZMQ_EVENT_MONITOR_STOPPED) != 0)
            fail("monitor a socket", errno);
        int failed = 0;
        do failed = zmq_connect(reports_.native_handle(), endpoint.c_str());
        while (interrupted(failed));
        if (failed != 0) {
            int const error = errno;
            stop();
            fail("connect to the monitor of a socket", error);
        }
    }
    monitor(monitor const&)            = delete;
    monitor& operator=(monitor const&) = delete;
    ~monitor() { stop(); }

    /// The socket to wait for: readable when there is something to tell.
    [[nodiscard]] libzmq::socket& socket() noexcept { return reports_; }

    /// What has happened next, or nothing if there is no more by now. Never blocks.
    [[nodiscard]] std::optional<connection_report> next() {
        while (reports_.receive(event_) == io::done) {
            // All parts of a message arrive together, so the second one is there.
            if (!event_.more() || reports_.receive(endpoint_) != io::done) continue;
            std::uint16_t number = 0;
            std::int32_t  value  = 0;
            if (event_.size() != sizeof number + sizeof value) continue;
            std::memcpy(&number, event_.data(), sizeof number);
            std::memcpy(&value, event_.data() + sizeof number, sizeof value);
            if (auto const what = change_of(number))
                return connection_report{*what, as_text(endpoint_.view()), has_reason(*what) ? value : 0};
        }
        return std::nullopt;
    }

private:
    /// libzmq sends an event with a blocking call, from its I/O thread too: with a limit, a reader that is late would
    /// bring all connections of the context to a standstill.
    static socket_options unlimited() {
        socket_options options;
        options.receive_hwm = 0;
        return options;
    }

    static std::optional<connection_change> change_of(int event) noexcept {
        switch (event) {
            case ZMQ_EVENT_LISTENING: return connection_change::listening;
            case ZMQ_EVENT_BIND_FAILED: return connection_change::bind_failed;
            case ZMQ_EVENT_ACCEPTED: return connection_change::accepted;
            case ZMQ_EVENT_ACCEPT_FAILED: return connection_change::accept_failed;
            case ZMQ_EVENT_CONNECT_DELAYED: return connection_change::connect_delayed;
            case ZMQ_EVENT_CONNECT_RETRIED: return connection_change::connect_retried;
            case ZMQ_EVENT_CONNECTED: return connection_change::connected;
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return connection_change::handshake_succeeded;
            case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: return connection_change::handshake_failed;
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: return connection_change::handshake_failed_protocol;
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: return connection_change::handshake_failed_auth;
            case ZMQ_EVENT_DISCONNECTED: return connection_change::disconnected;
            case ZMQ_EVENT_CLOSED: return connection_change::closed;
            case ZMQ_EVENT_CLOSE_FAILED: return connection_change::close_failed;
            default: return std::nullopt;  // of a libzmq that knows more
        }
    }
    /// With the others comes a file descriptor, which belongs to the I/O thread.
    static bool has_reason(connection_change what) noexcept {
        switch (what) {
            case connection_change::listening:
            case connection_change::accepted:
            case connection_change::connected:
            case connection_change::handshake_succeeded:
            case connection_change::disconnected:
            case connection_change::closed: return false;
            default: return true;
        }
    }

    void stop() noexcept {
        if (context_.usable()) zmq_socket_monitor(target_, nullptr, 0);  // not in a child that has inherited it
    }

    context_ref    context_;
    void*          target_;
    libzmq::socket reports_;
    frame          event_, endpoint_;
};

}  // namespace tenon::transport::libzmq

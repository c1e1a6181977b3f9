// A blocking client for mains and scripts: one end of a protocol without a process around it.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/codec/json.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/reply.hpp>
#include <tenon/protocol/check.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <poll.h>

namespace tenon {

/// The client side of `Protocol` over REQ/REP, with calls that block: for mains, scripts and tests. Processes do not
/// block; they have `req` ports.
///
/// Every request has exactly one outcome: the declared reply, the server's `failure`, or a failure of this side:
/// `errc::timed_out`, `errc::would_block` when the queue to the server is full, `errc::unexpected_reply` and the codec's
/// codes for bytes that are no reply. After any of them the client can be used again; a reply that comes after its
/// request has ended is dropped, never taken for the answer to a later one: each request carries an id in the envelope,
/// `[id, '', body]`, which REP, ROUTER and DEALER peers in any language give back.
///
/// The server may start later or restart on the way. Requests wait for it in a queue, also those that have timed out: a
/// server that comes up late may get to handle them.
/// Codec and transport are the same as the server's; left out, they are the defaults of `process`.
/// Threading: used by one thread. `errc::wrong_thread` is thrown in another.
template <class Protocol, class Codec = codec::json, class Transport = transport::zmq>
class client {
    using port = tenon::port<pattern::req, "client", Protocol>;
    static_assert(codec::codec<Codec>, "tenon::client<Protocol, Codec, Transport>: this is no codec");
    static_assert(transport::is_transport<Transport>,
                  "tenon::client<Protocol, Codec, Transport>: this is no transport; for tenon::transport::zmq add "
                  "#include <tenon/transport/zmq.hpp>");
    static_assert(detail::check_port<detail::no_app, port>::value);

public:
    using duration = std::chrono::nanoseconds;

    /// How long `request` waits if it is not told.
    static constexpr std::chrono::milliseconds default_timeout{5000};

    /// Connects to `server`, which need not be there yet. Throws `tenon::error` if the address cannot be used; an
    /// inproc one cannot, since a client has a context of its own.
    explicit client(address const& server, transport::socket_options const& options = {})
        : socket_{context_, pattern::dealer, options} {
        if (server.scheme() == scheme::inproc)
            throw error{errc::bad_address, "a client cannot reach '" + server.to_string() +
                                               "': inproc connects sockets of one context, and a client has its own; "
                                               "use ipc:// or tcp://"};
        socket_.connect(server);
    }

    /// Asks `question` and waits for the reply. Throws `tenon::error` with the server's failure, or with
    /// `errc::timed_out`.
    template <class Question>
    auto request(Question const& question, duration timeout = default_timeout) {
        return try_request(question, timeout).value();
    }

    /// The same, but returns the failure instead of throwing it.
    template <class Question>
    auto try_request(Question const& question, duration timeout = default_timeout) {
        if constexpr (detail::question_of_port<detail::no_app, port, Question>::value) {
            using reply = typename Protocol::template reply_to<Question>;
            static_assert(!detail::borrows<reply>(),
                          "tenon: this reply borrows from the received frame, which is gone when request() returns; "
                          "let its fields be std::string and std::vector, or ask from a process");
            return ask<reply>(question, deadline_after(timeout));
        } else {
            return result<void>{};
        }
    }

    /// Tells `command`; returns when it is on its way, which does not mean that it has arrived. What is unsent when the
    /// client is destroyed is tried for the linger time. Throws `tenon::error` if it cannot be encoded, or with
    /// `errc::would_block` if the queue to the server is full for `timeout`.
    template <class Command>
    void send(Command const& command, duration timeout = default_timeout) {
        if constexpr (detail::command_of_port<detail::no_app, port, Command>::value) {
            if (auto const failed = send_frames(command, deadline_after(timeout)); failed.code != errc::ok)
                throw error{failed};
        }
    }

    /// How many replies came after their request had ended, or belonged to none.
    [[nodiscard]] std::uint64_t late_replies() const noexcept { return late_; }

private:
    using clock = typename Transport::clock;
    using frame = typename Transport::frame;

    template <class Reply, class Question>
    result<Reply> ask(Question const& question, typename clock::time_point deadline) {
        if (auto failed = send_frames(question, deadline); failed.code != errc::ok) return failed;
        for (;;) {
            switch (receive_frames()) {
                case transport::io::done: return detail::read_reply<Reply>(codec_, body_.view()).outcome;
                case transport::io::again: break;
                case transport::io::wrong_state: ++late_; continue;
                default: return failure{errc::transport_error, "the connection to the server broke down"};
            }
            if (!wait_for(POLLIN, deadline))
                return failure{errc::timed_out, "no reply from the server within the time given"};
        }
    }

    template <class M>
    failure send_frames(M const& m, typename clock::time_point deadline) {
        if (codec_error const error = detail::encode_frame(codec_, scratch_, body_, m))
            return {error.code, "the message cannot be encoded: " + describe(error)};
        ++id_.generation;
        frame first(correlation_id::wire_size), delimiter;
        id_.write(first.data());
        for (;;) {
            auto const sent = socket_.send(first, true);
            if (sent == transport::io::done) break;
            if (sent != transport::io::again && sent != transport::io::interrupted)
                return {errc::transport_error, "the message could not be sent"};
            if (!wait_for(POLLOUT, deadline))
                return {errc::would_block, "the queue to the server is full: it does not take messages"};
        }
        // After the first part none of the others waits. If the connection breaks just then, libzmq drops what it has
        // of the message and goes on dropping up to its last part, so that one is sent in any case.
        bool const middle = socket_.send(delimiter, true) == transport::io::done;
        bool const last   = socket_.send(body_, false) == transport::io::done;
        if (!middle || !last) return {errc::transport_error, "the connection broke while the message was sent"};
        return {errc::ok, {}};
    }

    /// Receives one message. `done`: it is the reply to the current request; `wrong_state`: it is some other one.
    transport::io receive_frames() {
        frame       first;
        auto const  got = socket_.receive(first);
        if (got != transport::io::done) return got == transport::io::interrupted ? transport::io::again : got;
        bool        more  = first.more();
        std::size_t parts = 1;
        bool        empty = false;
        for (; more; ++parts) {
            if (socket_.receive(body_) != transport::io::done) return transport::io::failed;
            more = body_.more();
            if (parts == 1) empty = body_.size() == 0;
        }
        bool const ours = parts == 3 && empty && correlation_id::read(first.view()) == id_;
        return ours ? transport::io::done : transport::io::wrong_state;
    }

    /// Far away for a timeout that goes beyond the end of the clock.
    typename clock::time_point deadline_after(duration timeout) const {
        auto const now = context_.now();
        return timeout > clock::time_point::max() - now ? clock::time_point::max() : now + timeout;
    }

    bool wait_for(short events, typename clock::time_point deadline) {
        auto const left = deadline - context_.now();
        if (left.count() <= 0) return false;
        typename Transport::poll_item item{socket_, events};
        context_.wait({&item, 1}, left);
        return true;
    }

    typename Transport::context context_;
    typename Transport::socket  socket_;
    Codec                       codec_;
    buffer                      scratch_;
    frame                       body_;
    correlation_id              id_;
    std::uint64_t               late_ = 0;
};

}  // namespace tenon

// A blocking client for mains and scripts: one end of a protocol without a process around it.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/codec/json.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/call_cold.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/client_link.hpp>
#include <tenon/process/explain.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/policies.hpp>
#include <tenon/process/reply.hpp>
#include <tenon/process/wait.hpp>
#include <tenon/protocol/check.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon {

namespace detail {

/// `Policy` was given to a client of `Protocol`: it is of a kind that clients know.
template <class Protocol, class Policy>
struct policy_of_client {
    static_assert(!std::is_same_v<Policy, transport::zmq> || is_complete<Policy>,
                  "tenon: this client uses tenon::transport::zmq; add #include <tenon/transport/zmq.hpp>");
    static_assert(!is_complete<Policy> || is_of_kind<Policy, kind::codec> || is_of_kind<Policy, kind::transport> ||
                      is_of_kind<Policy, kind::retry> || is_of_kind<Policy, kind::security> ||
                      is_of_kind<Policy, kind::wait>,
                  "tenon: this is no policy that a client knows (see Policy in the lines around); it takes a codec, a "
                  "transport, a security, a wait and a retry policy");
    static constexpr bool value = true;
};

}  // namespace detail

/// The client side of `Protocol` towards a `rep` or `router` port, with calls that block: for mains, scripts and tests.
/// Processes do not block; they have `req` and `dealer` ports.
///
/// Every request has exactly one outcome: the declared reply, the server's `failure`, or a failure of this side:
/// `errc::timed_out`, `errc::would_block` when the queue to the server is full, `errc::unexpected_reply` and the
/// codec's codes for bytes that are no reply. After any of them the client can be used again; a reply that comes after
/// its request has ended is dropped, never taken for the answer to a later one: each request carries an id in the
/// envelope, `[id, '', body]`, which REP, ROUTER and DEALER peers in any language give back.
///
/// After a failure that may come of different definitions at the two ends, the client asks the server for its own,
/// waits up to a second for it, but not beyond the request's timeout, and fails with `errc::other_definition` and what
/// differs, if that is so (docs/versions.md).
///
/// The server may start later or restart on the way. Requests wait for it in a queue, also those that have timed out: a
/// server that comes up late may get to handle them.
/// Policies come in any order: a codec, a transport and a security policy, the same as the server's (left out, they are
/// the defaults of `process`), `wait::spin_then_block<...>`, and `retry::times<...>`, with which a request that timed
/// out is sent again.
///
/// A client and the processes in threads of the same program (`launch::thread`) may talk over inproc, too. Names that
/// are bound in another process of the system are out of reach: what is asked there times out.
/// Threading: used by one thread. `errc::wrong_thread` is thrown in another.
template <class Protocol, class... Policies>
class client {
    static_assert((detail::policy_of_client<Protocol, Policies>::value && ...));

    template <class Kind, class Default>
    using pick = typename detail::pick_policy<client, Kind, Default, Policies...>::type;

    using port  = tenon::port<pattern::dealer, "client", Protocol>;
    using retry = pick<kind::retry, tenon::retry::never>;

    using events = typename Protocol::events;

public:
    using codec_type     = pick<kind::codec, codec::json>;
    using transport_type = pick<kind::transport, transport::zmq>;
    using security_type  = pick<kind::security, security::none>;
    using wait_type      = pick<kind::wait, wait::block>;

    static_assert(codec::codec<codec_type>, "tenon::client<Protocol, Policies...>: this is no codec");
    static_assert(transport::is_transport<transport_type>,
                  "tenon::client<Protocol, Policies...>: this is no transport; for tenon::transport::zmq add "
                  "#include <tenon/transport/zmq.hpp>");
    static_assert(!transport::is_stepped<transport_type>,
                  "tenon: a client blocks until the reply is there, and nothing may block on a simulated transport; "
                  "let a process with a `req` port ask");
    static_assert(security_type::template works_over<transport_type>,
                  "tenon: the security policy of this client does not work over its transport: tenon::security::curve "
                  "is ZeroMQ's own and needs tenon::transport::zmq");
    static_assert(detail::check_port<detail::no_app, port>::value);

    using duration = std::chrono::nanoseconds;

    /// How long `request` waits if it is not told.
    static constexpr duration default_timeout = std::chrono::milliseconds{5000};

    /// Connects to `server`, which need not be there yet. Throws `tenon::error` if the address cannot be used:
    /// `errc::bad_address` if it is one that can only be bound.
    explicit client(address const& server, transport::socket_options const& options = {})
        : inproc_{server.scheme() == scheme::inproc}, link_(detail::call_cold(link_to, server, options)) {}

    /// Asks `question` and waits for the reply, up to `timeout` for each attempt. Throws `tenon::error` with the
    /// server's failure, or with `errc::timed_out`.
    template <class Question>
    auto request(Question const& question, time_limit timeout = default_timeout) {
        return try_request(question, timeout).value();
    }

    /// The same, but returns the failure instead of throwing it.
    template <class Question>
    auto try_request(Question const& question, time_limit timeout = default_timeout) {
        if constexpr (detail::question_of_port<detail::no_app, port, Question>::value) {
            using reply = typename Protocol::template reply_to<Question>;
            static_assert(!detail::borrows<reply>(),
                          "tenon: this reply borrows from the received frame, which is gone when request() returns; "
                          "let its fields be std::string and std::vector, or ask from a process");
            auto outcome = ask<reply>(question, timeout);
            if (!outcome && wants_explanation(outcome.error().code))
                explain(outcome.error(), detail::line_of_message<Question>(typename Protocol::statement_list{}));
            return outcome;
        } else {
            return result<void>{};
        }
    }

    /// Asks the server for the definition of its protocol, to hold its `fingerprint()` against
    /// `tenon::fingerprint<Protocol>`. The failure may be `errc::timed_out`, or `errc::unexpected_reply` from a server
    /// that cannot tell.
    [[gnu::cold]] result<definition> try_definition(time_limit timeout = default_timeout) {
        if (codec_error const failed = encode(detail::describe_question{})) return not_encoded(failed);
        ++id_.generation;
        if (errc const failed = attempt(timeout); failed != errc::ok) return unanswered(failed);
        definition theirs;
        if (detail::read_definition(codec_, link_.body.view(), theirs)) return theirs;
        return failure{errc::unexpected_reply, "the server does not tell its definition"};
    }

    /// Tells `command`; returns when it is on its way, which does not mean that it has arrived. What is unsent when the
    /// client is destroyed is tried for the linger time. Throws `tenon::error` if it cannot be encoded, or with
    /// `errc::would_block` if the queue to the server is full for `timeout`.
    template <class Command>
    void send(Command const& command, time_limit timeout = default_timeout) {
        if constexpr (detail::command_of_port<detail::no_app, port, Command>::value) {
            if (codec_error const failed = encode(command)) detail::throw_reason(not_encoded(failed));
            ++id_.generation;
            errc const failed = link_.send(id_, link_.deadline_after(timeout));
            if (failed != errc::ok) detail::throw_reason(unsent(failed));
        }
    }

    /// Waits up to `timeout` for an event of a `router` and returns it, as the variant over the protocol's events; or
    /// the failure `errc::timed_out`, or the codec's for bytes that are none. Events that come while a request waits
    /// for its reply are kept for this, the latest `max_events` of them.
    /// A router sends events only to whom it knows: ask or tell it something first.
    result<typename events::variant> next_event(time_limit timeout = default_timeout)
        requires(events::size > 0)
    {
        auto const deadline = link_.deadline_after(timeout);
        for (duration left = timeout; events_.empty(); left = link_.left_until(deadline)) {
            auto const got = receive(left);
            if (got == arrival::reply || got == arrival::stray) ++late_;
            if (got == arrival::broken) return broken();
            if (got == arrival::nothing && link_.left_until(deadline).count() <= 0)
                return failure{errc::timed_out, "no event from the server within the time given"};
        }
        kept_event first = std::move(events_.front());
        events_.erase(events_.begin());
        return read_event(first);
    }

    /// How many events are kept at most; of more, the oldest are dropped.
    static constexpr std::size_t max_events = 1000;

    /// How many replies came after their request had ended, or belonged to none.
    [[nodiscard]] std::uint64_t late_replies() const noexcept { return late_; }

private:
    using link       = detail::client_link<transport_type, wait_type, port>;
    using arrival    = detail::client_arrival;
    using time_point = typename link::time_point;

    struct kept_event {
        typename link::frame                              body;
        [[no_unique_address]] typename link::arrived_type attached;
    };
    struct no_events {};
    using event_queue = std::conditional_t<(events::size > 0), std::vector<kept_event>, no_events>;

    [[gnu::cold]] static link link_to(address const& server, transport::socket_options const& options) {
        bool const inproc = server.scheme() == scheme::inproc;
        link       made{inproc, options};
        if constexpr (security_type::encrypts)
            if (!inproc) security_type::join(made.socket, port::name);  // it is neither encrypted nor checked
        made.socket.connect(server);
        return made;
    }

    [[gnu::cold]] static failure broken() { return {errc::transport_error, "the connection to the server broke down"}; }

    [[gnu::cold]] static failure unsent(errc why) {
        return {why, why == errc::would_block ? "the queue to the server is full: it does not take messages"
                                              : "the connection broke while the message was sent"};
    }
    [[gnu::cold]] failure unanswered(errc why) const {
        if (why == errc::timed_out)
            return {why, inproc_ ? "no reply from the server within the time given; over inproc it has to be a thread "
                                   "of this program, to reach another process use ipc:// or tcp://"
                                 : "no reply from the server within the time given"};
        return why == errc::transport_error ? broken() : unsent(why);
    }
    [[gnu::cold]] static failure not_encoded(codec_error const& why) {
        return {why.code, detail::concat({"the message cannot be encoded: ", describe(why)})};
    }

    template <class Reply, class Question>
    result<Reply> ask(Question const& question, duration timeout) {
        if (codec_error const failed = encode(question)) return not_encoded(failed);
        ++id_.generation;
        errc failed = attempt(timeout);
        if constexpr (retry::repeats > 0) {
            auto pause = retry::backoff;
            // A server may answer with a failure of these names, too: that is a reply.
            for (unsigned left = retry::repeats; left > 0 && (failed == errc::timed_out || failed == errc::would_block);
                 --left) {
                link_.context.wait({}, pause);
                link_.outgoing = typename link::frame{encoded_.view()};
                link_.leaving.lend(question);
                pause  = pause * 2 < retry::backoff_max ? pause * 2 : retry::backoff_max;
                failed = attempt(timeout);
            }
        }
        return reply_unless<Reply>(failed);
    }

    template <class Reply>
    result<Reply> reply_unless(errc failed) {
        if (failed != errc::ok) [[unlikely]] return unanswered(failed);
        bool fault = false;
        return detail::read_reply<Reply>(codec_, link_.body.view(), fault, link_.attached);
    }

    /// Sends the encoded request and waits for its reply, which is in the link's `body` then.
    errc attempt(duration timeout) {
        deadline_ = link_.deadline_after(timeout);
        if (errc const failed = link_.send(id_, deadline_); failed != errc::ok) return failed;
        for (duration left = timeout;; left = link_.left_until(deadline_)) {
            switch (receive(left)) {
                case arrival::reply: return errc::ok;
                case arrival::nothing:
                    if (link_.left_until(deadline_).count() <= 0) return errc::timed_out;
                    break;
                case arrival::event: break;
                case arrival::stray: ++late_; break;
                case arrival::broken: return errc::transport_error;
            }
        }
    }

    /// Whether to ask the server for its definition after such a failure.
    [[nodiscard]] bool wants_explanation(errc code) const {
        return detail::may_be_other_definition(code) && link_.context.now() >= no_question_before_;
    }

    [[gnu::cold]] void explain(failure& why, std::string_view line) {
        duration left = link_.left_until(deadline_);
        if (left > detail::definition_timeout) left = detail::definition_timeout;
        if (left.count() <= 0) return;
        auto const theirs = try_definition(left);
        if (!theirs || !detail::explain(why, line, *theirs))
            no_question_before_ = link_.context.now() + detail::definition_pause;
    }

    template <class M>
    codec_error encode(M const& m) {
        codec_error const error = detail::encode_frame(codec_, scratch_, link_.outgoing, m);
        if (!error) link_.leaving.lend(m);
        if constexpr (retry::repeats > 0) {
            encoded_.clear();
            encoded_.append(link_.outgoing.view());
        }
        return error;
    }

    /// Receives one message. An event is kept.
    arrival receive(duration limit) {
        arrival const got = link_.receive(id_, limit);
        if constexpr (events::size > 0)
            if (got == arrival::event) {
                if (events_.size() == max_events) events_.erase(events_.begin());
                events_.push_back({std::move(link_.body), std::move(link_.attached)});
            }
        return got;
    }

    result<typename events::variant> read_event(kept_event& kept) {
        auto opened = codec_.template open<events>(kept.body.view());
        typename events::variant event;
        codec_error              failed = opened.error;
        failure                  complaint{errc::ok, {}};
        if (!failed)
            detail::with_index<events::size>(opened.index, [&](auto index) {
                using message = typename events::template at<decltype(index)::value>;
                static_assert(!detail::borrows<message>(),
                              "tenon: this event borrows from the received frame, which is gone when next_event() "
                              "returns; let its fields be std::string and std::vector");
                auto& m = event.template emplace<decltype(index)::value>();
                failed  = codec_.read(opened, m);
                if constexpr (link::may_attach)
                    if (!failed && !kept.attached.give_to(m)) complaint = kept.attached.complaint();
            });
        if (failed) return failure{failed.code, detail::concat({"the event cannot be read: ", describe(failed)})};
        if (complaint.code != errc::ok) return complaint;
        return event;
    }

    bool           inproc_;
    link           link_;
    codec_type     codec_;
    buffer         scratch_;
    buffer         encoded_;  ///< The request, if it may be sent again.
    event_queue    events_;
    correlation_id id_;
    std::uint64_t  late_ = 0;
    time_point     deadline_{};  ///< Of the latest attempt.
    time_point     no_question_before_{};
};

}  // namespace tenon

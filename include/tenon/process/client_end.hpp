// The running end of `req` and `dealer` ports, and of the client side of `pair`: sends requests and commands, gives
// each request exactly one outcome, and takes events.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/asking_end.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/process/reply.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/process/unexplained.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/concept.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// A DEALER socket stands behind a `req` port, not a REQ socket: many requests may be under way, none blocks the port,
/// and each carries a correlation id in its envelope, `[id, '', body]`, which REP, ROUTER and DEALER peers give back.
template <class Process, class Port>
class client_end : public asking_end<Process, Port> {
    using base  = asking_end<Process, Port>;
    using frame = typename base::frame;
    using app   = typename Process::app_type;
    using base::codec_, base::counters_, base::pending_, base::process_, base::socket_;
    friend base;
    friend typename base::port_end;
    friend class batcher<typename base::port_end>;
    friend class unexplained_requests<typename base::waiting_request>;

    static constexpr bool takes_events = Port::protocol_type::events::size > 0;

public:
    using request_id = correlation_id;

    /// How long a request waits for its reply if it is not told.
    static constexpr std::chrono::milliseconds default_timeout{5000};

    client_end(Process& process, plan const& from)
        : base{process, Port::pattern == pattern::pair ? pattern::pair : pattern::dealer, from} {}

    /// Asks `question`; `on_result(tenon::result<Reply>)` is called once, in this process's thread: with the reply,
    /// with the peer's failure, with `errc::timed_out` after `timeout`, or with `errc::stopped` when the process stops.
    /// What cannot be sent ends so too, in a later turn of the loop, never inside this call. Fields of the reply that
    /// borrow are valid during the call. What `on_result` throws is treated like what a handler throws.
    /// With a retry option, `timeout` is that of each attempt. After a failure that may come of different definitions
    /// at the two ends, the port asks its servers for theirs, for at most a second and not beyond `timeout`;
    /// `errc::other_definition` tells what differs, if that is so (docs/versions.md).
    ///
    /// Returns true; false only when a stop has ended the port's requests already, as it is for one who asks again from
    /// `on_result` then: the request is not accepted, and `on_result` is not called.
    template <class Question, class OnResult>
    bool request(Question const& question, time_limit timeout, OnResult on_result) {
        if constexpr (question_of_port<app, Port, Question>::value) {
            using reply = typename Port::protocol_type::template reply_to<Question>;
            static_assert(std::invocable<OnResult&, result<reply>>,
                          "tenon: request(question, timeout, on_result) calls on_result(tenon::result<Reply>)");
            return ask(question, timeout, std::move(on_result)).has_value();
        }
        return false;
    }

    /// The same for coroutines: `co_await process[port].request(question, timeout)` is the `tenon::result<Reply>`.
    template <class Question>
    auto request(Question&& question, time_limit timeout = default_timeout) {
        using asked = std::remove_cvref_t<Question>;
        if constexpr (question_of_port<app, Port, asked>::value) {
            using reply = typename Port::protocol_type::template reply_to<asked>;
            static_assert(std::is_lvalue_reference_v<Question> || may_be_temporary<asked>,
                          "tenon: this compiler, g++ 12, damages a temporary message that stands in the same "
                          "expression as co_await; give the question a name before: `query const q{...}; "
                          "co_await process[port].request(q, timeout)`");
            return request_awaitable<client_end, asked, reply>{*this, std::forward<Question>(question), timeout};
        }
    }

    /// Tells `command`; nobody answers. False if it cannot be encoded or sent: then it is counted as undeliverable and
    /// told to the observer. A message that the overload option drops counts as sent.
    template <class Command>
    bool send(Command const& command) {
        if constexpr (command_of_port<app, Port, Command>::value) {
            if constexpr (base::packs) return this->is_success(this->pack(command));
            frame body;
            if (this->encode(command, body) != errc::ok) return false;
            return this->is_success(this->send_attached(this->command_id(), body, command));
        }
        return false;
    }

    /// How many requests wait for their outcome.
    [[nodiscard]] std::size_t pending() const noexcept { return pending_.size(); }

    /// Handles up to `budget` replies and events that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!receive_one()) return false;
        return true;
    }

    /// Ends what is still under way with `errc::stopped`, and takes no more requests. The last part of a stop: whatever
    /// the callbacks throw, all of them are called.
    void end_requests() {
        ended_ = true;
        std::exception_ptr first;
        while (auto waiting = pending_.take_any()) {
            process_.cancel(waiting->timer);
            try {
                finish(*waiting, because(errc::stopped, "the process stopped before the reply came"));
            } catch (...) {
                if (!first) first = std::current_exception();
            }
        }
        if (first) std::rethrow_exception(first);
    }

    /// For awaitables: as `request`, and says under which id; none if a stop has ended the port's requests.
    template <class Question, class OnResult>
    std::optional<correlation_id> ask(Question const& question, std::chrono::nanoseconds timeout, OnResult on_result) {
        using reply = typename Port::protocol_type::template reply_to<Question>;
        if (ended_) {
            this->undeliverable(errc::stopped, message_name<Question>);
            return std::nullopt;
        }
        auto finish = [this, on_result = std::move(on_result)](arrival& got) mutable {
            if (got.why) return on_result(result<reply>(std::move(*got.why)));
            bool          fault   = false;
            result<reply> outcome = read_reply<reply>(codec_, got.body, fault, this->attached_);
            if (fault) {
                ++counters_.undecodable;
                this->observe({}, outcome.error().code, outcome.error().text);
            } else if constexpr (sees_received<typename base::observer_type>) {
                auto const name = outcome ? message_name<reply> : message_name<failure>;
                process_.observer().received({Port::name, name, got.body});
            }
            if (!outcome && !ended_ && unexplained_.wants(outcome.error().code, process_.context().now())) {
                got.why  = std::move(outcome.error());
                got.line = line_of_message<Question>(typename Port::protocol_type::statement_list{});
                return;
            }
            on_result(std::move(outcome));
        };
        frame                body;
        errc                 failed = this->encode(question, body);
        correlation_id const id     = pending_.add({loop::timer_id{}, std::move(finish), {}, message_name<Question>});
        taken_back           unless_asked{*this, id};
        if constexpr (base::repeats)
            if (failed == errc::ok) this->prepare_to_repeat(*pending_.find(id), body, question, timeout);
        if (failed == errc::ok) failed = this->send_attached(id, body, question);
        this->wait_for_reply(id, timeout, failed);
        unless_asked.over = true;
        return id;
    }

    /// For awaitables: forgets a request that nobody waits for any more. Its reply will be late.
    void abandon(correlation_id id) noexcept {
        unexplained_.abandon(id);
        if (auto const waiting = pending_.take(id)) process_.cancel(waiting->timer);
    }

private:
    using waiting_request = typename base::waiting_request;
    using arrival         = typename waiting_request::arrival;

    /// A request that throws has that as its outcome, and no other.
    struct taken_back {
        client_end&    end;
        correlation_id id;
        bool           over = false;
        ~taken_back() {
            if (!over) end.abandon(id);
        }
    };

    bool receive_one() {
        bool const received = receive_message();
        this->attached_.clear();
        return received;
    }

    /// `[id, '', body]` is a reply; an event is `['', body]`, or the body alone. Attachments come last.
    bool receive_message() {
        std::size_t parts = 0, body = 2;
        for (bool more = true; more; ++parts) {
            bool const attached = base::may_attach && parts > body;
            frame&     into     = parts == 0   ? id_
                                  : parts == 1 ? delimiter_
                                  : attached   ? this->attachment_or(body_)
                                               : body_;
            if (socket_.receive(into) != transport::io::done) return false;
            more = into.more();
            if (attached) this->keep_attachment();
            if (base::may_attach && takes_events && parts == 0 && id_.size() == 0) body = 1;
        }
        if constexpr (base::may_attach)
            if (parts > body + 1) parts = body + 1;
        if constexpr (takes_events) {
            if (parts == 2 && id_.size() == 0) return this->deliver(delimiter_), true;
            if (parts == 1) return this->deliver(id_), true;
        }
        auto const id = correlation_id::read(id_.view());
        if (parts != 3 || delimiter_.size() != 0 || !id) {
            ++counters_.wrong_frames;
            this->observe({}, errc::wrong_frames, "a reply is the request's id, an empty delimiter and one frame, and "
                                                  "its attachments if it has any");
            return true;
        }
        auto waiting = pending_.take(*id);
        if (!waiting) {
            ++counters_.late;
            this->observe({}, errc::late, {});
            return true;
        }
        auto const by = process_.loop().deadline(waiting->timer);
        process_.cancel(waiting->timer);
        call(*waiting, arrival{body_.view(), std::nullopt, {}, *id, by});
        return true;
    }

    void give_up(correlation_id id, errc failed) {
        auto waiting = pending_.take(id);
        if (!waiting) return;
        if (failed == errc::ok) {
            ++counters_.timed_out;
            this->observe(waiting->name, errc::timed_out, {});
        }
        finish(*waiting, failed == errc::ok ? because(errc::timed_out, "no reply came in time")
                                            : because(failed, describe(failed)));
    }

    void finish(waiting_request& waiting, failure why) { call(waiting, arrival{{}, std::move(why)}); }

    void call(waiting_request& waiting, arrival got) {
        try {
            waiting.finish(got);
            if (!got.line.empty()) [[unlikely]]
                unexplained_.put_off(*this, waiting, got);
        } catch (...) {
            ++counters_.handler_failed;
            describe_thrown([&](errc why, std::string_view text) { this->observe(waiting.name, why, text); });
            if constexpr (Process::errors_type::stops) throw;
        }
    }

    unexplained_requests<waiting_request> unexplained_;
    frame                                 id_, delimiter_, body_;
    bool                                  ended_ = false;
};

}  // namespace tenon::detail

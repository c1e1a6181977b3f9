// The running end of `req` and `dealer` ports, and of the client side of `pair`: sends requests and commands, gives each
// request exactly one outcome, and takes events.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/process/explain.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/process/reply.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/concept.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::detail {

/// What a request that may be sent again keeps for that.
struct repetition {
    buffer                   body;
    std::chrono::nanoseconds timeout{0}, pause{0};
    unsigned                 left = 0;
};
struct no_repetition {};
/// The same where questions may have attachments, which are shared with what was sent.
template <class Attachment>
struct attached_repetition : repetition {
    std::vector<Attachment> attached;
};

/// A DEALER socket stands behind a `req` port, not a REQ socket: many requests may be under way, none blocks the port,
/// and each carries a correlation id in its envelope, `[id, '', body]`, which REP, ROUTER and DEALER peers give back.
template <class Process, class Port>
class client_end : public receiving_end<Process, Port> {
    using base  = receiving_end<Process, Port>;
    using frame = typename base::frame;
    using app   = typename Process::app_type;
    using retry = typename Port::options::retry;
    using base::codec_, base::counters_, base::process_, base::scratch_, base::socket_;
    friend base;
    friend typename base::port_end;
    friend class batcher<typename base::port_end>;

    static constexpr bool repeats      = retry::repeats > 0;
    static constexpr bool takes_events = Port::protocol_type::events::size > 0;

    static constexpr bool may_ask_attached = most_attachments<typename Port::protocol_type::to_server> > 0;
    using repetition_type = typename std::conditional_t<
        !repeats, type_tag<no_repetition>,
        std::conditional_t<may_ask_attached, type_tag<attached_repetition<attachment>>, type_tag<repetition>>>::type;

public:
    using request_id = correlation_id;

    /// How long a request waits for its reply if it is not told.
    static constexpr std::chrono::milliseconds default_timeout{5000};

    client_end(Process& process, plan const& from)
        : base{process, Port::pattern == pattern::pair ? pattern::pair : pattern::dealer, from} {}

    /// Asks `question`; `on_result(tenon::result<Reply>)` is called once, in this process's thread: with the reply, with
    /// the peer's failure, with `errc::timed_out` after `timeout`, or with `errc::stopped` when the process stops. What
    /// cannot be sent ends so too, in a later turn of the loop, never inside this call. Fields of the reply that borrow
    /// are valid during the call. What `on_result` throws is treated like what a handler throws.
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
                          "tenon: this compiler, g++ 12, damages a temporary message that stands in the same expression as "
                          "co_await; give the question a name before: `query const q{...}; "
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
            if (encode(command, body) != errc::ok) return false;
            return this->is_success(send_attached(command_id(), body, command));
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
            if (!outcome && wants_explanation(outcome.error().code)) {
                got.why  = std::move(outcome.error());
                got.line = line_of_message<Question>(typename Port::protocol_type::statement_list{});
                return;
            }
            on_result(std::move(outcome));
        };
        frame                body;
        errc                 failed = encode(question, body);
        correlation_id const id     = pending_.add({timer_id{}, std::move(finish), {}, message_name<Question>});
        taken_back           unless_asked{*this, id};
        if constexpr (repeats)
            if (failed == errc::ok) prepare_to_repeat(*pending_.find(id), body, question, timeout);
        if (failed == errc::ok) failed = send_attached(id, body, question);
        wait_for_reply(id, timeout, failed);
        unless_asked.over = true;
        return id;
    }

    /// For awaitables: forgets a request that nobody waits for any more. Its reply will be late.
    void abandon(correlation_id id) noexcept {
        std::erase_if(explained_, [&](unexplained const& each) { return each.asked == id; });
        if (auto const waiting = pending_.take(id)) process_.cancel(waiting->timer);
    }

private:
    using timer_id   = typename Process::timer_id;
    using time_point = typename Process::transport_type::clock::time_point;

    /// What a request ends with: the bytes of a reply, or the reason why there is none. Or it does not end yet, and
    /// what takes the bytes leaves a reason that wants to be explained, and the line of its statement.
    struct arrival {
        bytes_view             body;
        std::optional<failure> why;
        std::string_view       line{};
        correlation_id         id{};  ///< Of the request, if it has bytes,
        time_point             by{};  ///< and when its time would have been over.
    };
    struct waiting_request {
        timer_id                                                                  timer;
        unique_function<void(arrival&)>                                           finish;
        [[no_unique_address]] repetition_type                                     again;
        std::string_view                                                          name;
    };

    /// A request that throws has that as its outcome, and no other.
    struct taken_back {
        client_end&    end;
        correlation_id id;
        bool           over = false;
        ~taken_back() {
            if (!over) end.abandon(id);
        }
    };

    template <class M>
    errc encode(M const& m, frame& body) {
        codec_error const failed = encode_frame(codec_, scratch_, body, m);
        if (failed) this->undeliverable(failed.code, message_name<M>);
        return failed.code;
    }

    errc send_with(correlation_id id, frame& body, std::string_view name) {
        std::array<frame, 3> parts{frame(correlation_id::wire_size), frame{}, std::move(body)};
        id.write(parts[0].data());
        return this->hand_over({parts, 2, name});
    }

    /// The same with what `m` has attached.
    template <class M>
    errc send_attached(correlation_id id, frame& body, M const& m) {
        if constexpr (attachment_count<M> == 0) {
            return send_with(id, body, message_name<M>);
        } else {
            std::array<frame, 3 + attachment_count<M>> parts{frame(correlation_id::wire_size), frame{}, std::move(body)};
            id.write(parts[0].data());
            lend_attachments(m, std::span<frame>{parts}.subspan(3));
            return this->hand_over({parts, 2, message_name<M>});
        }
    }

    /// An id of its own, known to nobody: whatever a peer answers is late.
    correlation_id command_id() noexcept { return {~0u, ++commands_sent_}; }

    transport::io transmit_batch(frame& body, packed_batch const&) {
        std::array<frame, 3> parts{frame(correlation_id::wire_size), frame{}, std::move(body)};
        command_id().write(parts[0].data());
        return this->transmit(parts);
    }

    /// The outbox dropped this message: if it is a request, it ends now.
    void discarded(std::span<frame> parts) {
        auto const id      = correlation_id::read(parts[0].view());
        auto*      waiting = id ? pending_.find(*id) : nullptr;
        if (waiting == nullptr) return;
        process_.cancel(waiting->timer);
        wait_for_reply(*id, {}, errc::would_block);
    }

    /// Sets the timer that ends the request, or its attempt: at once if it `failed` already.
    void wait_for_reply(correlation_id id, std::chrono::nanoseconds timeout, errc failed) {
        pending_.find(id)->timer = process_.after(failed == errc::ok ? timeout : std::chrono::nanoseconds{0},
                                                  [this, id, failed] { no_reply(id, failed); });
    }

    template <class Question>
    void prepare_to_repeat(waiting_request& waiting, frame const& body, Question const& question,
                           std::chrono::nanoseconds timeout) {
        waiting.again.body.append(body.view());
        if constexpr (attachment_count<Question> > 0)
            each_attachment(question, [&](auto const& each, std::size_t) {
                waiting.again.attached.push_back(each);
                return true;
            });
        waiting.again.timeout = timeout;
        waiting.again.pause   = retry::backoff;
        waiting.again.left    = retry::repeats;
    }

    void no_reply(correlation_id id, errc failed) {
        if constexpr (repeats) {
            auto* const waiting = pending_.find(id);
            if (waiting != nullptr && waiting->again.left > 0) return repeat_later(id, waiting->again, *waiting);
        }
        give_up(id, failed);
    }

    void repeat_later(correlation_id id, repetition& again, waiting_request& waiting) {
        --again.left;
        waiting.timer = process_.after(again.pause, [this, id] { repeat(id, *pending_.find(id)); });
        again.pause = again.pause * 2 < retry::backoff_max ? again.pause * 2 : retry::backoff_max;
    }

    void repeat(correlation_id id, waiting_request& waiting) {
        ++counters_.retried;
        errc failed = errc::would_block;
        try {
            frame body{waiting.again.body.view()};
            failed = send_again(id, body, waiting);
        } catch (std::bad_alloc const&) {  // as if there were no room: the request goes on
        }
        wait_for_reply(id, waiting.again.timeout, failed);
    }

    errc send_again(correlation_id id, frame& body, [[maybe_unused]] waiting_request& waiting) {
        if constexpr (may_ask_attached) {
            std::vector<frame> parts(3 + waiting.again.attached.size());
            parts[0] = frame(correlation_id::wire_size);
            parts[2] = std::move(body);
            id.write(parts[0].data());
            for (std::size_t i = 3; i < parts.size(); ++i) waiting.again.attached[i - 3].lend_to(parts[i]);
            return this->hand_over({parts, 2, waiting.name});
        } else {
            return send_with(id, body, waiting.name);
        }
    }

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
                ask_for_definition(waiting, got);
        } catch (...) {
            ++counters_.handler_failed;
            describe_thrown([&](errc why, std::string_view text) { this->observe(waiting.name, why, text); });
            if constexpr (Process::errors_type::stops) throw;
        }
    }

    /// Whether to ask the server for its definition after such a failure.
    [[nodiscard]] bool wants_explanation(errc code) const {
        return may_be_other_definition(code) && !ended_ && process_.context().now() >= no_question_before_;
    }

    /// Puts off the end of a failed request until a server has told a definition that explains it, all of them have told
    /// one that does not, or its time is over. Without memory for that, it ends at once.
    [[gnu::cold]] void ask_for_definition(waiting_request& failed, arrival& got) {
        std::chrono::nanoseconds left = got.by - process_.context().now();
        if (left > definition_timeout) left = definition_timeout;
        try {
            if (left.count() > 0) explained_.reserve(explained_.size() + 1);
        } catch (std::bad_alloc const&) {
        }
        if (left.count() <= 0 || explained_.size() == explained_.capacity()) {
            arrival none{{}, std::move(*got.why)};
            return failed.finish(none);
        }
        explained_.push_back({got.id, 0, std::move(*got.why), got.line, std::move(failed)});
        // Sent without anything in between, so that libzmq gives one to each server that the port has connected to.
        std::size_t asked = 0;
        while (asked < std::max<std::size_t>(this->connected(), 1) && ask_one_server(got.id, left)) ++asked;
        explained_.back().unanswered = asked;
        if (asked == 0) end_unexplained(explained_.end() - 1);
    }
    bool ask_one_server(correlation_id asked, std::chrono::nanoseconds limit) {
        std::optional<correlation_id> id;
        try {
            id = pending_.add({timer_id{}, [this, asked](arrival& answer) { explain(asked, answer); }, {},
                               message_name<describe_question>});
            frame body;
            errc  sent = encode(describe_question{}, body);
            if (sent == errc::ok) sent = send_with(*id, body, message_name<describe_question>);
            pending_.find(*id)->timer =
                process_.after(sent == errc::ok ? limit : std::chrono::nanoseconds{0}, [this, id = *id] {
                    if (auto question = pending_.take(id)) finish(*question, failure{errc::timed_out, {}});
                });
            return true;
        } catch (std::bad_alloc const&) {
            if (id) static_cast<void>(pending_.take(*id));
            return false;
        }
    }
    /// A server has told its definition, or has not. The request may be over by another one's answer.
    [[gnu::cold]] void explain(correlation_id asked, arrival const& answer) {
        auto request = explained_.begin();
        while (request != explained_.end() && request->asked != asked) ++request;
        if (request == explained_.end()) return;
        bool done = false;
        try {
            definition theirs;
            done = !answer.why && read_definition(codec_, answer.body, theirs) &&
                   detail::explain(request->why, request->line, theirs, this->connected() > 1);
        } catch (std::bad_alloc const&) {  // the failure stays as it is
        }
        if (!done && --request->unanswered > 0) return;
        if (!done) no_question_before_ = process_.context().now() + definition_pause;
        end_unexplained(request);
    }

    /// A request whose failure is being explained.
    struct unexplained {
        correlation_id   asked;
        std::size_t      unanswered;  ///< Questions for definitions.
        failure          why;
        std::string_view line;
        waiting_request  request;
    };

    void end_unexplained(typename std::vector<unexplained>::iterator which) {
        unexplained over = std::move(*which);
        explained_.erase(which);
        arrival last{{}, std::move(over.why)};
        over.request.finish(last);
    }

    pending_table<waiting_request> pending_;
    std::vector<unexplained>       explained_;
    frame                          id_, delimiter_, body_;
    std::uint32_t                  commands_sent_ = 0;
    time_point                     no_question_before_{};
    bool                           ended_         = false;
};

}  // namespace tenon::detail

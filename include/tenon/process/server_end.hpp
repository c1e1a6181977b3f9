// The running end of `rep` and `router` ports, and of the server side of `pair`: receives requests and commands, calls
// the app's handlers, answers each request once, at once or later.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/counted_ptr.hpp>
#include <tenon/dispatch/deferred.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/process/explain.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/peer.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/transport/concept.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::detail {

/// A ROUTER socket stands behind a `rep` port, not a REP socket: it speaks to the same peers with the same bytes, and
/// it cannot wedge. A REP socket that misses one reply never receives again, and it has to answer commands.
template <class Process, class Port>
class server_end : public receiving_end<Process, Port> {
    using base  = receiving_end<Process, Port>;
    using frame = typename base::frame;
    using app   = typename Process::app_type;
    using base::codec_, base::counters_, base::process_, base::scratch_, base::socket_;
    friend base;

    /// A PAIR socket has one peer and no identities.
    static constexpr bool has_identity = Port::pattern != pattern::pair;

public:
    [[gnu::cold]] server_end(Process& process, plan const& from)
        : base{process, has_identity ? pattern::router : pattern::pair, from} {}
    [[gnu::cold]] ~server_end() { delete put_off_; }

    /// In a handler, until it first waits if it is a coroutine: whose message is being handled. For `send`, now or
    /// at any later time.
    [[nodiscard]] tenon::peer peer() const
        requires has_identity
    {
        if (!deferred_peer_.empty()) return deferred_peer_;
        if (envelope_.size() == 0)
            throw_error(errc::unroutable, {"port ", Port::name,
                                           ": there is no peer now; ask for it in the handler of its message"});
        return tenon::peer{envelope_[0].view()};
    }

    /// Sends `event` to one peer: `[identity, '', body]`. False if it is not connected (`errc::unroutable`), takes no
    /// more, or if the event cannot be encoded; counted as undeliverable and told to the observer.
    template <class Event>
    bool send(Event const& event, tenon::peer const& to)
        requires has_identity
    {
        if constexpr (event_of_port<app, Port, Event>::value) {
            std::array<frame, 3 + attachment_count<Event>> parts{frame(to.identity()), frame{}, frame{}};
            return send_event(event, parts);
        }
        return false;
    }

    /// Sends `event` to the peer of this `pair` port: `['', body]`. False if it could not be sent.
    template <class Event>
    bool send(Event const& event)
        requires(!has_identity)
    {
        if constexpr (event_of_port<app, Port, Event>::value) {
            std::array<frame, 2 + attachment_count<Event>> parts;
            return send_event(event, parts);
        }
        return false;
    }

    /// In the handler of `question`: puts its answer off. Calls `keep(tenon::promise<Reply>)`, which keeps the promise
    /// for whoever will answer, and returns what the handler has to return. Other messages are handled meanwhile, and
    /// answers leave in any order. Throws `errc::refused` if the request is answered or put off already.
    template <class Question, class Keep>
    auto defer(Question const&, Keep&& keep) {
        using reply = typename Port::protocol_type::template reply_to<Question>;
        static_assert(!std::is_void_v<reply>, "tenon: a command is answered by nobody, so nothing is put off");
        std::forward<Keep>(keep)(promise_for<Question>());
        return deferred<reply>::made();
    }

    /// How many requests wait for an answer that was put off.
    [[nodiscard]] std::size_t unanswered() const noexcept { return put_off_ == nullptr ? 0 : put_off_->size(); }

    /// Handles up to `budget` messages that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        while (budget > 0) {
            std::size_t const handled = receive_one();
            if (handled == 0) return false;
            budget -= handled < budget ? handled : budget;
        }
        return true;
    }

    /// Refuses with `errc::stopped` what is still unanswered: the last part of a stop.
    [[gnu::cold]] void end_answers() {
        if (put_off_ != nullptr) put_off_->refuse_all(*this);
    }

private:
    /// What a received multipart message looks like.
    enum class shape { none, good, bad };

    /// Returns how many messages came; more than one came in a batch.
    std::size_t receive_one() {
        std::size_t handled = 1;
        answered_           = false;
        switch (receive_frames()) {
            case shape::none: return 0;
            case shape::good: handled = this->deliver_all(body_); break;
            case shape::bad:
                ++counters_.wrong_frames;
                refuse(errc::wrong_frames, {},
                       "a request is one frame after the empty delimiter, and its attachments if it has any");
                break;
        }
        envelope_.clear();
        this->attached_.clear();
        if (!deferred_peer_.empty()) deferred_peer_ = tenon::peer{};
        return handled;
    }

    /// Splits the frames into the envelope, delimiter included, and the body. A DEALER may leave the delimiter out, as
    /// long as there is nothing but its identity and the body.
    shape receive_frames() {
        envelope_.clear();
        std::size_t surplus = 0, bodies = 0;
        bool        more = true, delimited = false;
        for (bool first = true; more; first = false) {
            bool const in_envelope = !delimited && !envelope_.full();
            bool const attached    = base::may_attach && delimited && bodies > 0;
            frame&     into        = in_envelope   ? envelope_.next()
                                     : bodies == 0 ? body_
                                     : attached    ? this->attachment_or(ignored_)
                                                   : ignored_;
            // All parts of a message arrive together (ZMTP), so only the first may be missing.
            if (socket_.receive(into) != transport::io::done) return shape::none;
            more = into.more();
            if (in_envelope) {
                envelope_.keep();
                delimited = into.size() == 0 && !(has_identity && first);
            } else if (delimited) {
                ++bodies;
                if (attached) this->keep_attachment();
            } else {
                ++surplus;
            }
        }
        if (delimited) return bodies == 1 || (base::may_attach && bodies > 1) ? shape::good : shape::bad;
        if (surplus != 0 || envelope_.size() != (has_identity ? 2 : 1)) return shape::bad;
        body_ = std::move(envelope_[envelope_.size() - 1]);
        envelope_.drop_last();
        return shape::good;
    }

    [[gnu::cold]] bool told_definition(bytes_view body) {
        if (!asks_for_definition(codec_, body)) return false;
        answer(definition_of<typename Port::protocol_type>());
        return true;
    }

    template <class M>
    void answer(M const& reply) {
        answered_ = true;
        send_reply(envelope_.with_body(attachment_count<M>), reply);
    }

    /// The right to answer the message that is being handled, or nothing if it is a command.
    template <class M>
    auto promise_for() {
        using reply = typename Port::protocol_type::template reply_to<M>;
        if constexpr (std::is_void_v<reply>) {
            return no_promise{};
        } else {
            if (answered_ || !is_handling())
                throw_error(errc::refused, {"port ", Port::name,
                                            ": defer() is for the handler of a request, and once for each"});
            put_off& others = requests_put_off();
            if constexpr (has_identity) deferred_peer_ = tenon::peer{envelope_[0].view()};
            auto const id = others.envelopes.add(envelope_.take());
            answered_     = true;
            return promise<reply>{
                others.home, id, [](void* end, correlation_id request, reply const* good, failure const* bad) {
                    return static_cast<server_end*>(end)->answer_late(request, good, bad);
                }};
        }
    }

    /// The requests whose answers were put off. Most ports have none and do not compile what is done with them: only
    /// `promise_for` makes this.
    struct any_put_off {
        virtual ~any_put_off()                            = default;
        virtual std::size_t size() const noexcept         = 0;
        virtual void        refuse_all(server_end& end)   = 0;
    };
    struct put_off final : any_put_off {
        pending_table<std::vector<frame>> envelopes;
        counted_ptr<deferred_home>        home;

        explicit put_off(server_end* end) : home{make_counted<deferred_home>(end)} {}
        ~put_off() override { home->end = nullptr; }
        std::size_t size() const noexcept override { return envelopes.size(); }
        void        refuse_all(server_end& end) override {
            while (auto envelope = envelopes.take_any())
                end.send_reply(*envelope, failure{errc::stopped, "the process stopped before it had an answer"});
        }
    };
    put_off& requests_put_off() {
        if (put_off_ == nullptr) put_off_ = new put_off{this};
        return static_cast<put_off&>(*put_off_);
    }

    template <class Reply>
    bool answer_late(correlation_id id, Reply const* reply, failure const* refusal) {
        auto envelope = requests_put_off().envelopes.take(id);
        if (!envelope) return false;  // a stop was faster
        if constexpr (attachment_count<Reply> > 0)
            if (reply != nullptr) envelope->resize(envelope->size() + attachment_count<Reply>);
        if (reply != nullptr) send_reply(*envelope, *reply);
        else send_reply(*envelope, *refusal);
        return true;
    }

    /// Sends `reply` behind an envelope; `parts` has room for it and its attachments as the last frames.
    template <class M>
    void send_reply(std::span<frame> parts, M const& reply) {
        if constexpr (attachment_count<M> > 0) {
            emptied<frame> const at_the_end{parts.last(attachment_count<M>)};
            send_reply_at(parts.size() - 1 - attachment_count<M>, parts, reply);
        } else {
            send_reply_at(parts.size() - 1, parts, reply);
        }
    }
    template <class M>
    void send_reply_at(std::size_t body, std::span<frame> parts, M const& reply) {
        if (codec_error const error = encode_frames(codec_, scratch_, parts.subspan(body), reply)) {
            // A reply that cannot be encoded, with NaN in it for instance, is a failure of this side ...
            if constexpr (!std::is_same_v<M, failure>)
                return reply_not_encoded(parts.first(body + 1), message_name<M>, error);
            // ... and a failure's text may be what cannot be: the code can always travel.
            else return send_reply(parts, failure{reply.code, std::string{describe(reply.code)}});
        }
        departure<frame> const leaving{parts, body, message_name<M>};
        if constexpr (std::is_same_v<M, failure> || std::is_same_v<M, definition>) {
            bool const left = hand_over_seldom(leaving);
            if (left && std::is_same_v<M, failure>) ++counters_.failures_sent;
        } else {
            this->hand_over(leaving);
        }
    }
    /// What is no app's reply leaves by this: the way out is compiled for speed once, for the replies.
    [[gnu::cold, gnu::noinline]] bool hand_over_seldom(departure<frame> const& leaving) {
        return this->hand_over(leaving) == errc::ok;
    }

    [[gnu::cold]] void reply_not_encoded(std::span<frame> parts, std::string_view name, codec_error const& error) {
        ++counters_.undeliverable;
        this->observe(name, error.code, describe(error));
        send_reply(parts, failure{error.code, describe(error)});
    }

    template <class Event, std::size_t N>
    bool send_event(Event const& event, std::array<frame, N>& parts) {
        constexpr std::size_t body = N - 1 - attachment_count<Event>;
        if (codec_error const error = encode_frames(codec_, scratch_, std::span<frame>{parts}.subspan(body), event)) {
            this->undeliverable(error.code, message_name<Event>);
            return false;
        }
        return this->is_success(this->hand_over({parts, body, message_name<Event>}));
    }

    [[nodiscard]] bool is_handling() const noexcept { return !has_identity || envelope_.size() > 0; }

    /// Answers with a failure, if there is somebody to answer, and tells the observer. `text` is for both, so it never
    /// repeats what the peer sent.
    [[gnu::cold]] void refuse(errc reason, std::string_view message, std::string text) {
        this->observe(message, reason, text);
        if (!this->in_batch()) answer(failure{reason, std::move(text)});
    }

    template <class M>
    void handler_threw() {
        request_failed(message_name<M>, !std::is_void_v<typename Port::protocol_type::template reply_to<M>>);
        if constexpr (Process::errors_type::stops) throw;
    }
    [[gnu::cold]] void request_failed(std::string_view message, bool asked) {
        errc const reason = this->count_thrown_at(message);
        // What was thrown may quote the request or tell secrets: it stays on this side.
        if (asked && !answered_) refuse_for_thrown(reason, [this](failure const& why) { answer(why); });
    }

    /// With room for the attachments of an answer.
    using envelope_type = envelope<frame, most_attachments<typename Port::protocol_type::replies>>;

    envelope_type envelope_;
    frame         body_, ignored_;
    bool          answered_ = false;
    tenon::peer   deferred_peer_;  ///< Whose envelope has been put away in this handler.
    any_put_off*  put_off_ = nullptr;
};

}  // namespace tenon::detail

// What ends share that receive messages for handlers: decoding in place, calling, and seeing to what goes wrong.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/batch.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/dispatch/inbox.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/process/held.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/thrown.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// The base of ends with handlers. What becomes of an answer, a refusal or an exception is up to the derived end, which
/// may hide `told_definition`, `answer`, `promise_for`, `refuse` and `handler_threw`; by default nobody is answered.
template <class Process, class Port>
class receiving_end : public port_end<Process, Port> {
    using base = port_end<Process, Port>;

protected:
    using frame         = typename base::frame;
    using codec_type    = typename base::codec_type;
    using observer_type = typename base::observer_type;
    using app           = typename Process::app_type;
    using incoming      = typename Port::incoming;
    using base::base, base::codec_, base::counters_, base::process_;

    ~receiving_end() = default;

    /// True if messages arrive here that have attachments.
    static constexpr bool may_attach = most_attached_at<Port> > 0;
    [[no_unique_address]] arrived_attachments<frame, most_attached_at<Port>> attached_;

public:
    /// In a handler, until it first waits if it is a coroutine: the public key of the client whose message is being
    /// handled, in 40 characters of Z85, as `security::public_key::to_string()` gives it. Valid as long as the message.
    /// Known of clients that `tenon::security::curve` has let in where the port is bound. Empty for all others: without
    /// that policy, over inproc, and where the port has connected, to a server whose key it was given.
    [[nodiscard]] std::string_view peer_key() const noexcept {
        if constexpr (Process::security_type::encrypts)
            if (handled_ != nullptr) return Process::security_type::key_of(*handled_);
        return {};
    }

    /// For ends and tasks, inside a catch block: counts what the handler of an `M` has thrown and tells the observer.
    /// Returns the reason for the asker.
    template <class M>
    errc count_thrown() {
        return count_thrown_at(message_name<M>);
    }
    [[gnu::cold]] errc count_thrown_at(std::string_view message) {
        ++counters_.handler_failed;
        thrown const what = what_was_thrown();
        this->observe(message, what.reason, what.text);
        return what.reason;
    }

protected:
    /// Handles the message in `body`, or one after the other those of a batch. Returns how many, at least 1.
    std::size_t deliver_all(frame& body) {
        if constexpr (Process::security_type::encrypts) {
            handling const now{*this, body};
            return deliver_each(body);
        } else {
            return deliver_each(body);
        }
    }
    /// How many that would be.
    std::size_t count_all(frame const& body) const noexcept {
        std::size_t count = 0;
        if constexpr (unpacks)
            if (is_batch(body.view())) {
                batch_reader from{body.view()};
                for (bytes_view message; from.next(message);) ++count;
            }
        return count == 0 ? 1 : count;
    }
    /// The place of a frame behind the body: `otherwise` where no message has attachments.
    frame& attachment_or([[maybe_unused]] frame& otherwise) noexcept {
        if constexpr (may_attach) return attached_.next();
        else return otherwise;
    }
    void keep_attachment() noexcept {
        if constexpr (may_attach) attached_.keep();
    }

    /// True while the messages of a batch are handled: nobody answers them, since they have no envelope of their own.
    [[nodiscard]] bool in_batch() const noexcept { return in_batch_; }

    /// Decodes `body`, a frame or a part of one, and calls the handler for the message in it.
    template <class Body>
    void deliver(Body& body) {
        bytes_view const bytes  = bytes_of(body);  // once: libzmq is called for it
        auto             opened = codec_.template open<incoming>(bytes);
        if (opened.error) [[unlikely]] return unknown(bytes, opened.error);
        // Where nothing is declared to arrive, everything is an unknown message.
        if constexpr (incoming::size > 0)
            with_index<incoming::size>(opened.index, [&](auto index) {
                using message = typename incoming::template at<decltype(index)::value>;
                if constexpr (std::is_same_v<Body, bytes_view> && is_asked<message>)
                    question_in_batch<message>();
                else
                    try {
                        if constexpr (handled_by_task<app, Port, message, Process>)
                            deliver_to_task<message>(body);
                        else
                            deliver_to_function<decltype(index)::value>(opened, bytes);
                    } catch (...) {
                        this->derived().template handler_threw<message>();
                    }
            });
    }

    /// True if `body` was the question for the protocol's definition, and has been answered.
    bool told_definition(bytes_view) { return false; }
    template <class M>
    void answer(M const&) {}
    template <class M>
    no_promise promise_for() {
        return {};
    }
    /// The peer's fault, counted already: tells the observer.
    void refuse(errc reason, std::string_view message, std::string_view text) { this->observe(message, reason, text); }
    /// Inside a catch block: counts and tells the observer, and does what the errors policy says.
    template <class M>
    void handler_threw() {
        count_thrown<M>();
        if constexpr (Process::errors_type::stops) throw;
    }

private:
    static constexpr bool unpacks = Port::options::batching::packs;
    static_assert(!unpacks || !has_reserved_id<incoming>(),
                  "tenon: the id of a message of this port is the one that batches begin with (see Port in the lines "
                  "around); rename the message or one of its fields");

    template <class M>
    static consteval bool asks() noexcept {
        if constexpr (Port::is_server && Port::protocol_type::has_requests)
            return !std::is_void_v<typename Port::protocol_type::template reply_to<M>>;
        else return false;
    }
    template <class M>
    static constexpr bool is_asked = asks<M>();

    static bytes_view bytes_of(frame const& body) noexcept { return body.view(); }
    static bytes_view bytes_of(bytes_view body) noexcept { return body; }
    /// The bytes for one who keeps them: a message of a batch is copied out of it.
    static frame take(frame& body) noexcept { return std::move(body); }
    static frame take(bytes_view body) { return frame(body); }

    std::size_t deliver_each(frame& body) {
        if constexpr (unpacks) {
            if (is_batch(body.view())) return deliver_batch(body.view());
        }
        deliver(body);
        return 1;
    }
    std::size_t deliver_batch(bytes_view batch) {
        batch_reader from{batch};
        std::size_t  count = 0;
        in_batch_          = true;
        for (bytes_view message; from.next(message); ++count) deliver(message);
        in_batch_ = false;
        if (count > 0 && from.is_at_end()) [[likely]] return count;
        ++counters_.wrong_frames;
        this->observe({}, errc::wrong_frames, "a batch is one message or more, each after its length in four bytes");
        return count + 1;
    }

    [[gnu::cold]] void unknown(bytes_view body, codec_error const& error) {
        if (error.code == errc::unknown_message && !in_batch_ && this->derived().told_definition(body)) return;
        ++counters_.undecodable;
        if (!unpacks && is_batch(body))
            return this->derived().refuse(errc::unknown_message, {},
                                          "a batch; give this port the option tenon::batched<> if it may have it, or "
                                          "take it from the sender's port");
        this->derived().refuse(error.code, {}, describe(error));
    }
    template <class M>
    void question_in_batch() {
        ++counters_.wrong_frames;
        this->derived().refuse(errc::wrong_frames, message_name<M>, "a question in a batch: it needs its own envelope");
    }

    template <std::size_t I, class Opened>
    void deliver_to_function(Opened& opened, bytes_view bytes) {
        auto& m       = inbox_.template open<I>();
        using message = std::remove_reference_t<decltype(m)>;
        if (codec_error const error = codec_.read(opened, m)) return unreadable(message_name<message>, error);
        [[maybe_unused]] attachments_guard<frame, message> const guard{&m};
        if constexpr (may_attach)
            if (!attached_.give_to(m)) return wrongly_attached(message_name<message>);
        [[maybe_unused]] traffic const seen{Port::name, message_name<message>, bytes};
        if constexpr (sees_received<observer_type>) process_.observer().received(seen);
        [[maybe_unused]] auto const start = now();
        handle(process_.app(), Port{}, m, process_, [this](auto const& reply) { this->derived().answer(reply); });
        if constexpr (sees_handled<observer_type>) process_.observer().handled(seen, now() - start);
    }

    /// The message gets a place of its own, since a coroutine goes on using it when the next one has arrived.
    template <class M, class Body>
    void deliver_to_task(Body& body) {
        using held_type = held_message<codec_type, frame, M>;
        owner<held_type> held{new held_type{}};
        held->bytes = take(body);
        if constexpr (Process::security_type::encrypts && std::is_same_v<Body, frame>) handled_ = &held->bytes;
        auto opened = held->codec.template open<incoming>(held->bytes.view());
        if (codec_error const error = held->codec.read(opened, held->message))
            return unreadable(message_name<M>, error);
        if constexpr (may_attach)
            if (!attached_.give_to(held->message)) return wrongly_attached(message_name<M>);
        if constexpr (sees_received<observer_type>)
            process_.observer().received({Port::name, message_name<M>, held->bytes.view()});
        start_handler_task<Port>(task_start{}, process_, std::move(held), this->derived().template promise_for<M>());
    }

    [[gnu::cold]] void unreadable(std::string_view message, codec_error const& error) {
        ++counters_.undecodable;
        this->derived().refuse(error.code, message, describe(error));
    }

    /// What `peer_key` looks at while handlers run.
    struct handling {
        receiving_end& end;

        handling(receiving_end& by, frame const& body) noexcept : end{by} { end.handled_ = &body; }
        handling(handling const&)            = delete;
        handling& operator=(handling const&) = delete;
        ~handling() { end.handled_ = nullptr; }
    };

    [[gnu::cold]] void wrongly_attached(std::string_view message) {
        failure const complaint = attached_.complaint();
        ++counters_.wrong_frames;
        this->derived().refuse(complaint.code, message, complaint.text);
    }

    auto now() const {
        if constexpr (sees_handled<observer_type>) return process_.context().now();
        else return 0;
    }

    inbox<incoming> inbox_;
    frame const*    handled_  = nullptr;
    bool            in_batch_ = false;
};

}  // namespace tenon::detail

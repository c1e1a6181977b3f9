// What ends share that receive messages for handlers: decoding in place, calling, and seeing to what goes wrong.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/dispatch/inbox.hpp>
#include <tenon/process/held.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/thrown.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
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

public:
    /// For ends and tasks, inside a catch block: counts what the handler of an `M` has thrown and tells the observer.
    /// Returns the reason for the asker.
    template <class M>
    errc count_thrown() {
        ++counters_.handler_failed;
        errc reason = errc::handler_failed;
        describe_thrown([&](errc why, std::string_view text) {
            reason = why;
            this->observe(message_name<M>, why, text);
        });
        return reason;
    }

protected:
    /// Decodes `body` and calls the handler for the message in it.
    void deliver(frame& body) {
        auto opened = codec_.template open<incoming>(body.view());
        if (opened.error) {
            if (opened.error.code == errc::unknown_message && this->derived().told_definition(body)) return;
            ++counters_.undecodable;
            return this->derived().refuse(opened.error.code, {}, describe(opened.error));
        }
        // Where nothing is declared to arrive, everything is an unknown message.
        if constexpr (incoming::size > 0)
            with_index<incoming::size>(opened.index, [&](auto index) {
                using message = typename incoming::template at<decltype(index)::value>;
                try {
                    if constexpr (handled_by_task<app, Port, message, Process>)
                        deliver_to_task<message>(body);
                    else
                        deliver_to_function<decltype(index)::value>(opened, body);
                } catch (...) {
                    this->derived().template handler_threw<message>();
                }
            });
    }

    /// True if `body` was the question for the protocol's definition, and has been answered.
    bool told_definition(frame const&) { return false; }
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
    template <std::size_t I, class Opened>
    void deliver_to_function(Opened& opened, [[maybe_unused]] frame& body) {
        auto& m       = inbox_.template open<I>();
        using message = std::remove_reference_t<decltype(m)>;
        if (codec_error const error = codec_.read(opened, m)) return unreadable<message>(error);
        [[maybe_unused]] traffic const seen{Port::name, message_name<message>, body.view()};
        if constexpr (sees_received<observer_type>) process_.observer().received(seen);
        [[maybe_unused]] auto const start = now();
        handle(process_.app(), Port{}, m, process_, [this](auto const& reply) { this->derived().answer(reply); });
        if constexpr (sees_handled<observer_type>) process_.observer().handled(seen, now() - start);
    }

    /// The message gets a place of its own, since a coroutine goes on using it when the next one has arrived.
    template <class M>
    void deliver_to_task(frame& body) {
        auto held   = std::make_unique<held_message<codec_type, frame, M>>();
        held->bytes = std::move(body);
        auto opened = held->codec.template open<incoming>(held->bytes.view());
        if (codec_error const error = held->codec.read(opened, held->message)) return unreadable<M>(error);
        if constexpr (sees_received<observer_type>)
            process_.observer().received({Port::name, message_name<M>, held->bytes.view()});
        start_handler_task<Port>(task_start{}, process_, std::move(held), this->derived().template promise_for<M>());
    }

    template <class M>
    void unreadable(codec_error const& error) {
        ++counters_.undecodable;
        this->derived().refuse(error.code, message_name<M>, describe(error));
    }

    auto now() const {
        if constexpr (sees_handled<observer_type>) return process_.context().now();
        else return 0;
    }

    inbox<incoming> inbox_;
};

}  // namespace tenon::detail

// The running end of a `pub` or `xpub` port: publishes events under their topics, and knows who has subscribed.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/sequence.hpp>
#include <tenon/dispatch/subscriptions.hpp>
#include <tenon/process/attachments.hpp>
#include <tenon/process/frames.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/process/tell.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/protocol/topic.hpp>
#include <tenon/transport/concept.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon {

/// Told to an app with an `xpub` port that has `on(tenon::subscribed const&, auto& process)`: a peer has subscribed to
/// the topics that begin with `topic`. The texts are valid during the call only; `topic` is the peer's, not checked.
struct subscribed {
    std::string_view port;
    std::string_view topic;
};

/// The same for a peer that has unsubscribed, or is gone.
struct unsubscribed {
    std::string_view port;
    std::string_view topic;
};

namespace detail {

/// An XPUB socket stands behind a `pub` port too, not a PUB socket: it speaks to the same peers with the same bytes,
/// and it hears them subscribe.
///
/// A message is `[topic, body]`, with `tenon::sequenced` `[topic, body, number]` (tenon/dispatch/sequence.hpp), and
/// attachments come behind the body. The number comes last, so that peers who know nothing of it find the others in
/// their places.
template <class Process, class Port>
class pub_end : public receiving_end<Process, Port> {
    using base     = receiving_end<Process, Port>;
    using frame    = typename base::frame;
    using app      = typename base::app;
    using protocol = typename Port::protocol_type;
    using base::codec_, base::counters_, base::process_, base::scratch_, base::socket_;
    friend base;
    friend class batcher<typename base::port_end>;

public:
    pub_end(Process& process, plan const& from) : base{process, pattern::xpub, from}, counter_{counter_for(process)} {
        static_assert(check_topics<app, Port>::value);
    }

    /// Publishes `event` to all who have subscribed to it.
    ///
    /// True if it was handed to the transport or the port's overload option sees to it. That is not to say that it
    /// arrives: with `overload::by_transport`, the default, libzmq leaves out each subscriber whose queue is full and
    /// tells nobody, so what must not be missed unseen is `tenon::sequenced`. False if the event cannot be encoded or
    /// its topic is too long (`errc::too_large`): then it is counted as undeliverable and told to the observer.
    template <class Event>
    bool send(Event const& event) {
        if constexpr (event_of_port<app, Port, Event>::value) {
            topic const under = topic_of<protocol>(event);
            if (under.too_long()) return refused<Event>(errc::too_large);
            if constexpr (base::packs) return this->is_success(pack_event(event, under.text()));
            auto parts = parts_under<attachment_count<Event>>(under.text());
            if (codec_error const failed = encode_frames(codec_, scratch_, body_of<Event>(parts), event))
                return refused<Event>(failed.code);
            return this->is_success(publish({parts, 1, message_name<Event>}, under.text()));
        }
        return false;
    }

    /// How many subscriptions cover every `Event` whose first keys are `keys`: those to exactly that or to more. A peer
    /// has as many as it made, a `sub` port as a rule one. They are as the peers say, and cannot be checked.
    template <class Event, class... Keys>
    [[nodiscard]] std::size_t subscribers(Keys const&... keys) const {
        if constexpr (subscription_of_port<app, Port, Event, Keys...>::value)
            return subscriptions_.covering(topic_prefix<protocol, Event>(keys...).text());
        return 0;
    }
    /// The same for all events of the protocol: the number for the one that has the fewest.
    [[nodiscard]] std::size_t subscribers() const {
        return []<class... Events>(pub_end const& self, message_set<Events...>) {
            std::size_t fewest = npos;
            for (std::size_t const each : {self.template subscribers<Events>()...})
                if (each < fewest) fewest = each;
            return fewest;
        }(*this, typename protocol::events{});
    }

    /// Calls `f()` once, in a turn of its own, as soon as `subscribers<Event>(keys...)` is `count` or more. What is
    /// sent from then on reaches them, so nobody needs to sleep for slow joiners. Never, if that does not happen.
    template <class Event, class F, class... Keys>
    void when_subscribed(std::size_t count, F f, Keys const&... keys) {
        if constexpr (subscription_of_port<app, Port, Event, Keys...>::value)
            wait({std::string{topic_prefix<protocol, Event>(keys...).text()}, count, std::move(f)});
    }
    /// The same for all events of the protocol.
    template <class F>
    void when_subscribed(std::size_t count, F f) {
        wait({std::nullopt, count, std::move(f)});
    }

    /// Takes note of up to `budget` subscriptions that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        for (; budget > 0; --budget)
            if (!receive_one()) return false;
        return true;
    }

private:
    static constexpr bool numbers = Port::options::sequence::numbers;
    struct no_counter {};
    using counter = std::conditional_t<numbers, event_counter, no_counter>;

    /// A transport with choices of its own makes the publisher's number, so that its runs can be repeated.
    static counter counter_for([[maybe_unused]] Process& process) {
        if constexpr (numbers && requires { process.context().random_id(); })
            return counter{process.context().random_id()};
        else
            return counter{};
    }

    /// Somebody who waits for subscribers of a topic, or of all events.
    struct waiter {
        std::optional<std::string> topic;
        std::size_t                count;
        unique_function<void()>    call;
    };

    /// The frames of an event, without their content but for the topic.
    template <std::size_t Attached = 0>
    static auto parts_under(std::string_view topic) {
        if constexpr (Attached > 0) {
            std::array<frame, (numbers ? 3 : 2) + Attached> parts{frame(as_bytes(topic))};
            if constexpr (numbers) parts.back() = frame(event_number::wire_size);
            return parts;
        } else if constexpr (numbers) {
            return std::array<frame, 3>{frame(as_bytes(topic)), frame{}, frame(event_number::wire_size)};
        } else {
            return std::array<frame, 2>{frame(as_bytes(topic)), frame{}};
        }
    }
    /// Those of them that are the body and the attachments.
    template <class Event>
    static std::span<frame> body_of(std::span<frame> parts) noexcept {
        return parts.subspan(1, 1 + attachment_count<Event>);
    }

    errc publish(departure<frame> event, std::string_view topic) {
        taken_number taken{*this, topic};
        if constexpr (numbers) taken.number.write(event.frames.back().data());
        errc const reason = this->hand_over(event);
        taken.is_used     = true;
        return reason;
    }
    template <class Event>
    errc pack_event(Event const& event, std::string_view topic) {
        taken_number taken{*this, topic};
        errc const   reason = this->pack(event, topic, taken.number);
        taken.is_used       = reason == errc::ok || reason == errc::would_block;
        return reason;
    }
    /// The next number of a topic. It goes back if there is no event for it: that would be a gap of nothing.
    struct taken_number {
        pub_end&         end;
        std::string_view topic;
        event_number     number{};
        bool             is_used = false;

        taken_number(pub_end& from, std::string_view of) : end{from}, topic{of} {
            if constexpr (numbers) number = end.counter_.next(topic);
        }
        taken_number(taken_number const&)            = delete;
        taken_number& operator=(taken_number const&) = delete;
        ~taken_number() {
            if constexpr (numbers)
                if (!is_used) [[unlikely]] end.counter_.take_back(topic);
        }
    };
    /// As an event by itself; the number is that of the first one in it.
    transport::io transmit_batch(frame& body, packed_batch const& batch) {
        auto parts = parts_under(batch.topic());
        parts[1]   = std::move(body);
        if constexpr (numbers) batch.number().write(parts[2].data());
        return this->transmit(parts);
    }

    template <class Event>
    bool refused(errc reason) {
        this->undeliverable(reason, message_name<Event>);
        return false;
    }

    void wait(waiter one) {
        if (is_over(one)) process_.post(std::move(one.call));
        else waiters_.push_back(std::move(one));
    }
    [[nodiscard]] bool is_over(waiter const& one) const {
        return (one.topic ? subscriptions_.covering(*one.topic) : subscribers()) >= one.count;
    }

    bool receive_one() {
        if (socket_.receive(said_) != transport::io::done) return false;
        bool alone = true;
        while (said_.more()) {
            alone = false;
            if (socket_.receive(said_) != transport::io::done) return false;
        }
        auto const change = alone ? subscription_change::read(said_.view()) : std::nullopt;
        if (!change) {
            ++counters_.wrong_frames;
            this->observe({}, errc::wrong_frames, "a subscription is one frame: 1 or 0, and up to 255 bytes of topic");
        } else if (subscriptions_.apply(*change)) {
            take_note(*change);
        } else if (change->added) {
            ++counters_.wrong_frames;
            this->observe({}, errc::too_large, "subscriptions to too many different topics; this one is not counted");
        }
        return true;
    }

    void take_note(subscription_change const& change) {
        if (change.added) {
            for (waiter& one : waiters_)
                if (is_over(one)) process_.post(std::move(one.call)), one.count = npos;
            std::erase_if(waiters_, [](waiter const& one) { return one.count == npos; });
        }
        if constexpr (Port::pattern == pattern::xpub) {
            if (change.added) tell(subscribed{Port::name, change.prefix});
            else tell(unsubscribed{Port::name, change.prefix});
        }
    }

    template <class Moment>
    void tell(Moment const& moment) {
        try {
            tell_app<Port>(process_, moment);
        } catch (...) {
            this->template handler_threw<Moment>();
        }
    }

    frame                                                                         said_;
    subscription_table                                                            subscriptions_{random_id()};
    std::vector<waiter>                                                           waiters_;
    [[no_unique_address]] counter                                                 counter_;
};

}  // namespace detail

}  // namespace tenon

// The running end of a `sub` or `xsub` port: subscribes to events, calls the app's handlers, and sees what is missing.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/text_table.hpp>
#include <tenon/dispatch/sequence.hpp>
#include <tenon/process/receiving_end.hpp>
#include <tenon/process/tell.hpp>
#include <tenon/protocol/topic.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon {

/// Told to an app with a `tenon::sequenced` port that has `on(tenon::gap const&, auto& process)`: events were published
/// and never arrived, because this subscriber was too slow or its connection was lost. The next one is handled right
/// after the call. The texts are valid during the call only.
struct gap {
    std::string_view port;
    std::string_view topic;   ///< Of the event that did arrive, and of those that did not.
    std::uint64_t    missed;  ///< How many.
    std::uint64_t    next;    ///< The number of the event that did arrive.
};

namespace detail {

template <class Process, class Port>
class sub_end : public receiving_end<Process, Port> {
    using base     = receiving_end<Process, Port>;
    using frame    = typename base::frame;
    using app      = typename base::app;
    using protocol = typename Port::protocol_type;
    using base::counters_, base::process_, base::socket_;
    friend base;

public:
    /// Subscribed to all events of the protocol, unless the port's options say `tenon::subscriptions::by_hand`.
    sub_end(Process& process, plan const& from) : base{process, Port::pattern, from} {
        static_assert(check_topics<app, Port>::value);
        if constexpr (Port::options::subscriptions::by_default) subscribe_to(typename protocol::events{});
    }

    /// Asks the publishers for each `Event` whose first keys are `keys`; without keys, for all of them. It takes a
    /// moment until they know: `when_subscribed` of a `pub` port waits for it.
    ///
    /// Subscriptions add up: what two of them ask for comes once, and ends when both are taken back. Allowed in
    /// handlers. Throws `tenon::error` if no event can have such keys: `errc::out_of_range`, `errc::too_large`.
    template <class Event, class... Keys>
    void subscribe(Keys const&... keys) {
        if constexpr (subscription_of_port<app, Port, Event, Keys...>::value) {
            topic const prefix = topic_prefix<protocol, Event>(keys...);
            if (subscriptions_.find(prefix.text()) == nullptr) {
                // Not twice to libzmq: it would tell the publishers of both and take back one.
                socket_.subscribe(as_bytes(prefix.text()));
                if constexpr (numbers) gaps_.forget(prefix.text());  // what passed meanwhile was not wanted
            }
            ++*subscriptions_.find_or_add(prefix.text());
        }
    }

    /// Takes one `subscribe` with the same keys back; without one it does nothing. Events that have arrived and wait
    /// are not handled any more. Allowed in handlers. Throws as `subscribe` does.
    template <class Event, class... Keys>
    void unsubscribe(Keys const&... keys) {
        if constexpr (subscription_of_port<app, Port, Event, Keys...>::value) {
            topic const prefix = topic_prefix<protocol, Event>(keys...);
            if (subscriptions_.find(prefix.text()) == nullptr) return;
            if (--*subscriptions_.find_or_add(prefix.text()) > 0) return;
            subscriptions_.erase(prefix.text());
            socket_.unsubscribe(as_bytes(prefix.text()));
            look_again_ = true;
        }
    }

    /// Handles up to `budget` events that have arrived. Returns true if there may be more.
    bool drain(std::size_t budget) {
        while (budget > 0) {
            std::size_t const handled = receive_one();
            if (handled == 0) return false;
            budget -= handled < budget ? handled : budget;
        }
        return true;
    }

private:
    static constexpr bool numbers = Port::options::sequence::numbers;
    struct no_gaps {};

    template <class... Events>
    void subscribe_to(message_set<Events...>) {
        (subscribe<Events>(), ...);
    }

    /// Returns how many events came; more than one came in a batch.
    std::size_t receive_one() {
        std::size_t const received = receive_event();
        this->attached_.clear();
        return received;
    }

    std::size_t receive_event() {
        if (socket_.receive(topic_) != transport::io::done) return 0;
        std::size_t parts = 1;
        for (bool more = topic_.more(); more; ++parts) {
            frame& into = parts == 1 ? body_ : number_;
            if constexpr (base::may_attach)
                if (parts > 2) this->attached_.keep(std::move(number_));
            if (socket_.receive(into) != transport::io::done) return 0;
            more = into.more();
        }
        if constexpr (base::may_attach) parts = without_attachments(parts);
        auto const number = parts == 3 ? event_number::read(number_.view()) : std::nullopt;
        if (topic_.size() > topic::max_size || (parts != 2 && !number)) {
            ++counters_.wrong_frames;
            this->observe({}, errc::wrong_frames,
                          "an event is a topic, a body, its attachments if it has any, and perhaps a "
                          "number of 16 bytes");
            return 1;
        }
        if (std::exchange(look_again_, false) && !is_wanted(as_text(topic_.view()))) return 1;
        if constexpr (numbers)
            if (number) look_for_gap(*number, this->count_all(body_));
        return this->deliver_all(body_);
    }

    /// How many of `parts` are left if the attachments are taken off. The last frame is one of them if the message has
    /// more than came before it, else it is a number.
    std::size_t without_attachments(std::size_t parts) {
        auto const opened = this->codec_.template open<typename Port::incoming>(body_.view());
        if (parts < 3 || opened.error) return parts;
        constexpr auto counts = attachment_counts<typename Port::incoming>;
        if (this->attached_.count() >= counts[opened.index]) return 3;
        this->attached_.keep(std::move(number_));
        return 2;
    }

    /// libzmq holds one event ready that it has let pass while it was polled, and does not look at it again.
    [[nodiscard]] bool is_wanted(std::string_view arrived) const noexcept {
        for (std::size_t length = 0; length <= arrived.size(); ++length)
            if (subscriptions_.find(arrived.substr(0, length)) != nullptr) return true;
        return false;
    }

    void look_for_gap(event_number const& arrived, std::uint64_t count) {
        auto const          under  = as_text(topic_.view());
        std::uint64_t const missed = gaps_.missed_before(under, arrived, count);
        if (missed == 0) return;
        counters_.gaps += missed;
        this->observe({}, errc::lost, digits(missed));
        try {
            tell_app<Port>(process_, gap{Port::name, under, missed, arrived.number});
        } catch (...) {
            this->template handler_threw<gap>();
        }
    }

    static constexpr std::size_t any_number = 0xffffffff;

    frame                                                                   topic_, body_, number_;
    text_table<std::uint32_t>                                               subscriptions_{any_number, random_id()};
    [[no_unique_address]] std::conditional_t<numbers, gap_finder, no_gaps> gaps_;
    bool                                                                    look_again_ = false;
};

}  // namespace detail

}  // namespace tenon

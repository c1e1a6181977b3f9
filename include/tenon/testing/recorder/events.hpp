// The recorded ends of `pub`, `xpub`, `sub` and `xsub` ports: what is published, and who has subscribed to what.
#pragma once

#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/subscriptions.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/sendable.hpp>
#include <tenon/protocol/topic.hpp>
#include <tenon/testing/recorder/port.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::detail {

template <class Recorder, class Port>
class recorded_publisher : public recorded_port<Recorder, Port> {
    using base     = recorded_port<Recorder, Port>;
    using app      = typename Recorder::app_type;
    using protocol = typename Port::protocol_type;

public:
    using base::base;

    // ---- As the port of a process -----------------------------------------------------------------------------------

    template <class Event>
    bool send(Event const& event) {
        if constexpr (tenon::detail::event_of_port<app, Port, Event>::value)
            return !topic_of<protocol>(event).too_long() && this->record(event);
        return false;
    }
    template <class Event, class... Keys>
    [[nodiscard]] std::size_t subscribers(Keys const&... keys) const {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value)
            return subscriptions_.covering(topic_prefix<protocol, Event>(keys...).text());
        return 0;
    }
    [[nodiscard]] std::size_t subscribers() const {
        return []<class... Events>(recorded_publisher const& self, message_set<Events...>) {
            return std::min({self.template subscribers<Events>()...});
        }(*this, typename protocol::events{});
    }
    template <class Event, class F, class... Keys>
    void when_subscribed(std::size_t count, F f, Keys const&... keys) {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value)
            wait({std::string{topic_prefix<protocol, Event>(keys...).text()}, count, std::move(f)});
    }
    template <class F>
    void when_subscribed(std::size_t count, F f) {
        wait({std::nullopt, count, std::move(f)});
    }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// Somebody subscribes to each `Event` whose first keys are `keys`. What waits for that in the app is called before
    /// this returns.
    template <class Event, class... Keys>
    void add_subscriber(Keys const&... keys) {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value) {
            subscriptions_.apply({true, topic_prefix<protocol, Event>(keys...).text()});
            call_who_waited();
        }
    }
    /// The same for all events, as a `sub` port does.
    void add_subscriber() {
        [this]<class... Events>(message_set<Events...>) {
            (static_cast<void>(subscriptions_.apply({true, topic_prefix<protocol, Events>().text()})), ...);
        }(typename protocol::events{});
        call_who_waited();
    }

private:
    struct waiter {
        std::optional<std::string>              topic;
        std::size_t                             count;
        tenon::detail::unique_function<void()> call;
    };

    [[nodiscard]] bool is_over(waiter const& one) const {
        return (one.topic ? subscriptions_.covering(*one.topic) : subscribers()) >= one.count;
    }
    void wait(waiter one) {
        if (is_over(one)) this->process_.post(std::move(one.call));
        else waiters_.push_back(std::move(one));
    }
    void call_who_waited() {
        for (waiter& one : waiters_)
            if (is_over(one)) this->process_.post(std::move(one.call));
        std::erase_if(waiters_, [](waiter const& one) { return !one.call; });
        this->process_.advance({});
    }

    subscription_table  subscriptions_{1};
    std::vector<waiter> waiters_;
};

template <class Recorder, class Port>
class recorded_subscriber : public recorded_port<Recorder, Port> {
    using base     = recorded_port<Recorder, Port>;
    using app      = typename Recorder::app_type;
    using protocol = typename Port::protocol_type;

public:
    explicit recorded_subscriber(Recorder& process) : base{process} {
        if constexpr (Port::options::subscriptions::by_default)
            subscribe_to(typename protocol::events{});
    }

    // ---- As the port of a process -----------------------------------------------------------------------------------

    template <class Event, class... Keys>
    void subscribe(Keys const&... keys) {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value)
            topics_.emplace_back(topic_prefix<protocol, Event>(keys...).text());
    }
    template <class Event, class... Keys>
    void unsubscribe(Keys const&... keys) {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value) {
            auto const one   = topic_prefix<protocol, Event>(keys...);
            auto const place = std::find(topics_.begin(), topics_.end(), one.text());
            if (place != topics_.end()) topics_.erase(place);
        }
    }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// True if every `Event` whose first keys are `keys` would arrive.
    template <class Event, class... Keys>
    [[nodiscard]] bool is_subscribed(Keys const&... keys) const {
        if constexpr (tenon::detail::subscription_of_port<app, Port, Event, Keys...>::value) {
            auto const wanted = topic_prefix<protocol, Event>(keys...);
            for (auto const& each : topics_)
                if (wanted.text().starts_with(each)) return true;
        }
        return false;
    }

private:
    template <class... Events>
    void subscribe_to(message_set<Events...>) {
        (subscribe<Events>(), ...);
    }

    std::vector<std::string> topics_;
};

}  // namespace tenon::testing::detail

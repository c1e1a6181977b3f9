// The laws of PUB, SUB, XPUB and XSUB.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::testing::transport_laws {

/// The message by which an XPUB learns of a subscription, or of its end.
inline std::string subscription(std::string_view prefix) { return std::string(1, '\1') + std::string{prefix}; }
inline std::string cancellation(std::string_view prefix) { return std::string(1, '\0') + std::string{prefix}; }

/// Subscribes, and waits until the publisher knows. So it also shows that nothing else reached it before.
inline void join(stage& s, any_socket& xpub, any_socket& sub, std::string_view prefix) {
    sub.subscribe(prefix);
    s.expect(s.receive(xpub), {subscription(prefix)}, "what the XPUB is told");
}

/// A publisher, and a subscriber to what ends each list of messages.
inline link publishing(stage& s, pattern sub = pattern::sub, socket_options const& of_pub = brisk()) {
    link l = s.link(pattern::xpub, sub, of_pub);
    join(s, *l.binds, *l.connects, "~");
    return l;
}

/// Publishes them, and checks which of them the subscriber receives.
inline void hears(stage& s, link const& l, std::initializer_list<std::string_view> published, parts const& wanted) {
    for (auto const topic : published) s.send(*l.binds, {topic});
    s.send(*l.binds, {"~"});
    parts heard;
    for (auto message = s.receive(*l.connects); message.front() != "~"; message = s.receive(*l.connects))
        heard.push_back(message.front());
    s.expect(heard, wanted, "what the subscriber receives");
}

inline void subscription_is_a_prefix(stage& s) {
    auto const l = publishing(s);
    hears(s, l, {"a", "abc"}, {});
    join(s, *l.binds, *l.connects, "ab");
    hears(s, l, {"", "a", "ab", "abc", "b", "ba", "bab", "aab", "ab\xff"}, {"ab", "abc", "ab\xff"});
}

inline void empty_subscription_is_all(stage& s) {
    auto const l = publishing(s);
    join(s, *l.binds, *l.connects, "");
    hears(s, l, {"", "a", "\xff"}, {"", "a", "\xff"});
}

inline void nested_subscriptions_deliver_once(stage& s) {
    auto const l = publishing(s);
    join(s, *l.binds, *l.connects, "a");
    join(s, *l.binds, *l.connects, "abc");
    hears(s, l, {"a", "ab", "abcd"}, {"a", "ab", "abcd"});
    l.connects->unsubscribe("a");
    s.expect(s.receive(*l.binds), {cancellation("a")}, "what the XPUB is told");
    hears(s, l, {"a", "ab", "abcd"}, {"abcd"});
}

inline void twice_subscribed_is_twice_unsubscribed(stage& s) {
    auto const l = publishing(s);
    join(s, *l.binds, *l.connects, "a");
    l.connects->subscribe("a");
    l.connects->unsubscribe("a");
    join(s, *l.binds, *l.connects, "barrier");
    hears(s, l, {"a"}, {"a"});
    l.connects->unsubscribe("a");
    s.expect(s.receive(*l.binds), {cancellation("a")}, "what the XPUB is told");
    hears(s, l, {"a"}, {});
}

inline void strange_unsubscription_changes_nothing(stage& s) {
    auto const l = publishing(s);
    l.connects->unsubscribe("never");
    l.connects->unsubscribe("");
    join(s, *l.binds, *l.connects, "a");
    l.connects->unsubscribe("ab");
    join(s, *l.binds, *l.connects, "never");
    hears(s, l, {"a", "ab", "never", "x"}, {"a", "ab", "never"});
}

inline void unsubscription_ends_it(stage& s) {
    auto const l = publishing(s);
    join(s, *l.binds, *l.connects, "a");
    hears(s, l, {"a"}, {"a"});
    l.connects->unsubscribe("a");
    s.expect(s.receive(*l.binds), {cancellation("a")}, "what the XPUB is told");
    hears(s, l, {"a"}, {});
    join(s, *l.binds, *l.connects, "a");
    hears(s, l, {"a"}, {"a"});
}

inline void late_joiner_has_missed_it(stage& s) {
    auto const l = publishing(s);
    hears(s, l, {"a1", "a2"}, {});
    join(s, *l.binds, *l.connects, "a");
    hears(s, l, {"a3"}, {"a3"});
    auto const late = s.connected(pattern::sub, l.where);
    join(s, *l.binds, *late, "a3");
    s.send(*l.binds, {"a34"});
    s.expect(s.receive(*late), {"a34"}, "the first that a second subscriber receives");
}

inline void first_and_last_are_told(stage& s) {
    auto const l     = publishing(s);
    auto const other = s.connected(pattern::sub, l.where);
    join(s, *l.binds, *l.connects, "t");
    other->subscribe("t");
    join(s, *l.binds, *other, "barrier 1");
    l.connects->unsubscribe("t");
    join(s, *l.binds, *l.connects, "barrier 2");
    other->unsubscribe("t");
    s.expect(s.receive(*l.binds), {cancellation("t")}, "what the XPUB is told after the last unsubscription");
}

inline void each_one_is_told(stage& s) {
    socket_options all    = brisk();
    all.all_subscriptions = true;
    auto const l          = publishing(s, pattern::sub, all);
    auto const other      = s.connected(pattern::sub, l.where);
    join(s, *l.binds, *l.connects, "t");
    join(s, *l.binds, *other, "t");
    for (any_socket* const each : {l.connects.get(), other.get()}) {
        each->unsubscribe("t");
        s.expect(s.receive(*l.binds), {cancellation("t")}, "what the XPUB is told after each unsubscription");
    }
}

inline void end_of_a_subscriber_is_told(stage& s) {
    auto const l     = publishing(s);
    auto const other = s.connected(pattern::sub, l.where);
    join(s, *l.binds, *other, "t");
    other->close();
    s.expect(s.receive(*l.binds), {cancellation("t")}, "what the XPUB is told after a subscriber has closed");
    hears(s, l, {"t"}, {});
}

inline void xsub_subscribes_by_message(stage& s) {
    auto const l = publishing(s, pattern::xsub);
    s.send(*l.connects, {subscription("a")});
    s.expect(s.receive(*l.binds), {subscription("a")}, "what the XPUB is told");
    hears(s, l, {"a", "b"}, {"a"});
    s.send(*l.connects, {cancellation("a")});
    s.expect(s.receive(*l.binds), {cancellation("a")}, "what the XPUB is told");
    hears(s, l, {"a", "b"}, {});
}

inline void xsub_speaks_to_its_xpub(stage& s) {
    auto const l = publishing(s, pattern::xsub);
    s.send(*l.connects, {"hello"});
    s.expect(s.receive(*l.binds), {"hello"}, "a message that is no subscription");
    hears(s, l, {"hello"}, {});
}

inline void forwarder_passes_both_ways(stage& s) {
    auto const front = s.fresh_address(), back = s.fresh_address();
    auto const pub = s.bound(pattern::xpub, back);
    auto const xsub = s.connected(pattern::xsub, back), xpub = s.bound(pattern::xpub, front);
    auto const sub = s.connected(pattern::sub, front);
    sub->subscribe("t");
    s.send(*xsub, s.receive(*xpub));
    s.expect(s.receive(*pub), {subscription("t")}, "what the publisher behind a broker is told");
    s.send(*pub, {"unwanted"});
    s.send(*pub, {"topic", "body"});
    s.send(*xpub, s.receive(*xsub));
    s.expect(s.receive(*sub), {"topic", "body"}, "what the subscriber behind a broker receives");
}

inline void first_part_is_the_topic(stage& s) {
    auto const l = publishing(s);
    join(s, *l.binds, *l.connects, "b");
    s.send(*l.binds, {"a", "b"});
    s.send(*l.binds, {"b", "a", ""});
    s.expect(s.receive(*l.connects), {"b", "a", ""}, "the first message whose first part was subscribed to");
}

inline void subscribes_before_it_connects(stage& s) {
    auto const where = s.fresh_address();
    auto const sub   = s.open(pattern::sub);
    sub->subscribe("t");
    sub->connect(where);
    auto const xpub = s.bound(pattern::xpub, where);
    s.expect(s.receive(*xpub), {subscription("t")}, "what the XPUB is told");
    s.send(*xpub, {"topic"});
    s.expect(s.receive(*sub), {"topic"}, "what the subscriber receives");
}

inline void pub_serves_all(stage& s) {
    auto const          where = s.fresh_address();
    auto const          pub   = s.bound(pattern::pub, where);
    std::vector<socket> subs;
    for (int i = 0; i < 3; ++i) {
        subs.push_back(s.connected(pattern::sub, where));
        subs.back()->subscribe("");
    }
    for (auto const& sub : subs) {  // until its subscription has arrived
        auto const joined = [&] {
            s.send(*pub, {"early"});
            return s.receive(*sub, 10ms).has_value();
        };
        s.expect(s.until(joined), "a subscriber never receives anything");
    }
    s.send(*pub, {"for all"});
    for (auto const& sub : subs) {
        auto message = s.receive(*sub);
        while (message == parts{"early"}) message = s.receive(*sub);
        s.expect(message, {"for all"}, "what each subscriber receives");
    }
}

inline void pub_waits_for_nobody(stage& s) {
    auto const pub = s.bound(pattern::pub, s.fresh_address(), with_marks(2));
    for (int i = 0; i < 100; ++i) s.expect(pub->send("unheard", false), io::done, "publishing without a subscriber");
    s.expect(s.ready(*pub, POLLOUT, 0ns), "a PUB without a subscriber is not ready to send");
}

inline void slow_subscriber_costs_others_nothing(stage& s) {
    std::string const large(64 << 10, 'x');
    auto const        where = s.fresh_address();
    auto const        pub   = s.bound(pattern::xpub, where, with_marks(2));
    auto const        fast = s.connected(pattern::sub, where), slow = s.connected(pattern::sub, where, with_marks(2));
    join(s, *pub, *fast, "");
    slow->subscribe("");
    join(s, *pub, *slow, "barrier");
    constexpr int count = 1000;
    for (int i = 0; i < count; ++i) {
        s.expect(s.ready(*pub, POLLOUT), "an XPUB is not ready to send");
        s.expect(pub->send(std::to_string(i), true), io::done, "publishing past a subscriber that does not read");
        s.expect(pub->send(large, false), io::done, "publishing the second part");
        s.expect(s.receive(*fast), {std::to_string(i), large}, "what the other subscriber receives");
    }
    int heard = 0, last = -1;
    for (; auto const message = s.receive(*slow, 50ms); ++heard) {
        int const number = std::stoi(message->front());
        s.expect(message->size() == 2 && number > last, "what the slow one receives is out of order or cut");
        last = number;
    }
    s.expect(heard >= 2, "the slow one has not even what its high-water mark allows");
    s.expect(heard < count, "nothing is dropped at the high-water mark");
}

inline void publisher_can_wait(stage& s) {
    socket_options options  = with_marks(2);
    options.publisher_waits = true;
    std::string const large(64 << 10, 'x');
    auto const        l = s.link(pattern::xpub, pattern::sub, options, with_marks(2));
    join(s, *l.binds, *l.connects, "");
    std::size_t const sent = s.fill(*l.binds, "", large, 4000);
    s.expect(sent < 4000, "it publishes past a subscriber that does not read");
    for (std::size_t i = 0; i < sent; ++i)
        s.expect(s.receive(*l.connects), {std::to_string(i), large}, "the next of the messages that were accepted");
    s.send(*l.binds, {"more"});
    s.expect(s.receive(*l.connects), {"more"}, "the message after them");
}

inline void restarted_publisher_is_told_again(stage& s) {
    auto l = s.link(pattern::xpub, pattern::sub);
    join(s, *l.binds, *l.connects, "t");
    l.binds->close();
    l.binds = s.open(pattern::xpub);
    s.bind_again(*l.binds, l.where);
    std::optional<parts> told;
    auto const           is_told = [&] {  // a subscriber says it again when it is used
        s.ready(*l.connects, POLLIN, 0ns);
        told = s.receive(*l.binds, 5ms);
        return told.has_value();
    };
    s.expect(s.until(is_told), "a publisher that came back is told nothing");
    s.expect(*told, {subscription("t")}, "what a publisher that came back is told");
    s.send(*l.binds, {"topic"});
    s.expect(s.receive(*l.connects), {"topic"}, "what the subscriber receives");
}

inline void sub_is_fair(stage& s) {
    auto const one = s.fresh_address(), two = s.fresh_address();
    auto const a = s.bound(pattern::xpub, one), b = s.bound(pattern::xpub, two);
    auto const sub = s.connected(pattern::sub, one);
    sub->connect(two);
    sub->subscribe("");
    s.expect(s.receive(*a), {subscription("")}, "what the first publisher is told");
    s.expect(s.receive(*b), {subscription("")}, "what the second publisher is told");
    auto       arriving  = 10ms;
    auto const alternate = [&] {
        s.expect(!s.receive(*sub, 0ns), "a message comes from nowhere");  // libzmq looks at idle peers again then
        for (int i = 0; i < 20; ++i) s.send(*a, {"a"});
        for (int i = 0; i < 20; ++i) s.send(*b, {"b"});
        s.pass(arriving *= 2);
        std::string order;
        for (int i = 0; i < 40; ++i) order += s.receive(*sub).front();
        return order.find("aa") == order.npos && order.find("bb") == order.npos;
    };
    s.expect(s.until(alternate), "the messages of two publishers are never received in turn");
}

inline constexpr law publishing_laws[] = {
    {"a subscription is a prefix", subscription_is_a_prefix},
    {"an empty subscription is one to everything", empty_subscription_is_all},
    {"a message that two subscriptions match arrives once", nested_subscriptions_deliver_once},
    {"what was subscribed to twice is unsubscribed from twice", twice_subscribed_is_twice_unsubscribed},
    {"unsubscribing from what was not subscribed to changes nothing", strange_unsubscription_changes_nothing},
    {"after unsubscribing nothing more arrives", unsubscription_ends_it},
    {"what was published before a subscription is not repeated", late_joiner_has_missed_it},
    {"an XPUB is told the first subscription and the last unsubscription", first_and_last_are_told},
    {"an XPUB with all_subscriptions is told each one", each_one_is_told},
    {"an XPUB is told when a subscriber ends", end_of_a_subscriber_is_told},
    {"an XSUB subscribes by message", xsub_subscribes_by_message},
    {"an XSUB can send to its XPUB", xsub_speaks_to_its_xpub},
    {"subscriptions and messages pass through an XSUB-XPUB broker", forwarder_passes_both_ways},
    {"the first part alone is the topic", first_part_is_the_topic},
    {"a subscription from before the connection counts", subscribes_before_it_connects},
    {"a PUB sends to all its subscribers", pub_serves_all},
    {"a PUB without subscribers drops at once", pub_waits_for_nobody},
    {"a subscriber that is slow loses messages, and costs the others none", slow_subscriber_costs_others_nothing},
    {"an XPUB with publisher_waits says again, and loses nothing", publisher_can_wait},
    {"a publisher that was restarted is told the subscriptions again", restarted_publisher_is_told_again,
     &transport_abilities::reconnects},
    {"a SUB receives from its publishers in turn", sub_is_fair},
};

}  // namespace tenon::testing::transport_laws

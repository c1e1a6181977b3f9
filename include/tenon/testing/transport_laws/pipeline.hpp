// The laws of PUSH and PULL, and of what every pattern shares with them: turns, order, high-water marks.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace tenon::testing::transport_laws {

/// What one socket connects to: three bound ones.
struct fan {
    socket                from;
    std::array<socket, 3> to;
};

inline fan fan_out(stage& s, pattern from, pattern to) {
    fan f{s.open(from), {}};
    for (auto& each : f.to) {
        auto const where = s.fresh_address();
        each             = s.bound(to, where);
        f.from->connect(where);
    }
    return f;
}

inline void in_turn(stage& s, pattern from, pattern to) {
    auto const f = fan_out(s, from, to);
    for (int i = 0; i < 9; ++i) s.send(*f.from, {std::to_string(i)});
    std::array<bool, 3> seen{};
    for (auto const& each : f.to) {
        int const first = std::stoi(s.receive(*each).back());
        s.expect(first >= 0 && first < 3, "a peer has none of the first three messages");
        seen[static_cast<std::size_t>(first)] = true;
        for (int i = first + 3; i < 9; i += 3)
            s.expect(s.receive(*each).back() == std::to_string(i), "a peer does not have every third message");
    }
    s.expect(seen == std::array{true, true, true}, "two peers have the same message");
}
inline void push_in_turn(stage& s) { in_turn(s, pattern::push, pattern::pull); }
inline void dealer_in_turn(stage& s) { in_turn(s, pattern::dealer, pattern::dealer); }

/// Two senders queue messages; received in turn they alternate. Time and again, with more
/// and more time to arrive, since a sender may be late.
inline void fairly(stage& s, pattern at, pattern from) {
    auto const              l     = s.link(at, from);
    auto const              other = s.connected(from, l.where);
    constexpr std::size_t   each  = 20;
    any_socket* const       senders[] = {l.connects.get(), other.get()};
    constexpr char const*   names[]   = {"a", "b"};
    auto                    arriving  = 10ms;
    auto const              alternate = [&] {
        s.expect(!s.receive(*l.binds, 0ns), "a message comes from nowhere");  // libzmq looks at idle peers again then
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t k = 0; k < each; ++k) s.send(*senders[i], {names[i]});
        s.pass(arriving *= 2);
        std::string order;
        for (std::size_t i = 0; i < 2 * each; ++i) order += s.receive(*l.binds).back();
        s.expect(std::count(order.begin(), order.end(), 'a') == each, "a sender's messages are lost or repeated");
        return std::adjacent_find(order.begin(), order.end()) == order.end();
    };
    s.expect(s.until(alternate), "the messages of two peers are never received in turn");
}
inline void pull_is_fair(stage& s) { fairly(s, pattern::pull, pattern::push); }
inline void router_is_fair(stage& s) { fairly(s, pattern::router, pattern::dealer); }
inline void dealer_is_fair(stage& s) { fairly(s, pattern::dealer, pattern::dealer); }

inline void flood_starves_nobody(stage& s) {
    auto const l      = s.link(pattern::pull, pattern::push, with_marks(100), with_marks(100));
    auto const modest = s.connected(pattern::push, l.where);
    int        left   = 10;
    for (int i = 0; i < left; ++i) s.send(*modest, {"modest"});
    bool const heard = s.until([&] {
        for (int i = 0; i < 200 && left > 0; ++i) {  // the flood never ends: what is taken out is put in again
            while (l.connects->send("flood", false) == io::done) {}
            if (s.receive(*l.binds).front() == "modest") --left;
        }
        return left == 0;
    });
    s.expect(heard, "one peer's flood keeps another's messages away");
}

inline void order_is_kept(stage& s) {
    auto const             where = s.fresh_address();
    auto const             pull  = s.bound(pattern::pull, where);
    std::array<socket, 3>  pushers;
    std::array<int, 3>     next{};
    constexpr int          count = 300;
    for (auto& each : pushers) each = s.connected(pattern::push, where);
    for (int i = 0; i < count; ++i)
        for (std::size_t p = 0; p < 3; ++p) s.send(*pushers[p], {std::to_string(p), std::to_string(i)});
    for (int i = 0; i < 3 * count; ++i) {
        auto const message = s.receive(*pull);
        auto&      wanted  = next.at(static_cast<std::size_t>(std::stoi(message.at(0))));
        s.expect(message, {message[0], std::to_string(wanted)}, "the next message of a peer");
        ++wanted;
    }
}

inline void unconnected_says_again(stage& s) {
    for (pattern const p : {pattern::push, pattern::dealer, pattern::req, pattern::pair}) {
        auto const alone = s.open(p);
        s.expect(alone->send("precious", false), io::again, std::string{tenon::name_of(p)} + " sends to nobody");
        s.expect(!s.ready(*alone, POLLOUT, 0ns), "a socket without a peer is ready to send");
    }
}

inline void waits_for_its_peer(stage& s) {
    constexpr std::size_t mark  = 7;
    auto const            where = s.fresh_address();
    auto const            push  = s.connected(pattern::push, where, with_marks(mark));
    s.expect(s.fill(*push, "", "", 100) == mark, "other than send_hwm messages wait for a peer that is not there yet");
    s.expect(!s.ready(*push, POLLOUT, 0ns), "a full socket is ready to send");
    auto const pull = s.bound(pattern::pull, where);
    for (std::size_t i = 0; i < mark; ++i)
        s.expect(s.receive(*pull), {std::to_string(i)}, "the next of the messages that waited");
    s.expect(s.ready(*push, POLLOUT), "there is never room again");
    s.send(*push, {"more"});
    s.expect(s.receive(*pull), {"more"}, "the message after them");
}

inline void push_says_again(stage& s) {
    std::string const large(64 << 10, 'x');
    auto const        l    = s.link(pattern::pull, pattern::push, with_marks(2), with_marks(2));
    std::size_t const sent = s.fill(*l.connects, "", large, 4000);
    s.expect(sent < 4000, "a PUSH has no high-water mark");
    s.expect(sent >= 2, "a PUSH does not queue up to its high-water mark");
    for (std::size_t i = 0; i < sent; ++i)
        s.expect(s.receive(*l.binds), {std::to_string(i), large}, "the next of the messages that were accepted");
    s.expect(s.ready(*l.connects, POLLOUT), "there is never room again");
    s.send(*l.connects, {"more"});
    s.expect(s.receive(*l.binds), {"more"}, "the message after them");
}

inline void nothing_is_lost_at_the_mark(stage& s) {
    auto const    l     = s.link(pattern::pull, pattern::push, with_marks(3), with_marks(3));
    constexpr int count = 1000;
    int           sent = 0, received = 0;
    while (received < count) {
        while (sent < count && l.connects->send(std::to_string(sent), false) == io::done) ++sent;
        if (received == sent) s.expect(s.ready(*l.connects, POLLOUT), "there is never room again");
        for (; received < sent; ++received)
            s.expect(s.receive(*l.binds), {std::to_string(received)}, "the next message");
    }
}

inline void full_peer_is_passed_over(stage& s) {
    auto const push   = s.open(pattern::push, with_marks(5));
    auto const where  = s.fresh_address();
    auto const pull   = s.bound(pattern::pull, where);
    auto const absent = s.fresh_address();
    push->connect(absent);
    push->connect(where);
    constexpr int count = 100;
    int           heard = 0;
    for (int i = 0; i < count; ++i) {
        s.send(*push, {std::to_string(i)});
        if (s.receive(*pull, 1ms)) ++heard;
    }
    while (heard < count - 5 && s.receive(*pull, s.patience())) ++heard;
    s.expect(heard == count - 5, "the peer with room does not have all but the five that wait for the other");
    auto const late = s.bound(pattern::pull, absent);
    for (int i = 0; i < 5; ++i) s.receive(*late);
    s.expect_nothing(*pull, "a message is there twice");
}

inline void immediate_waits_for_nobody(stage& s) {
    socket_options options = brisk();
    options.immediate      = true;
    auto const where       = s.fresh_address();
    auto const push        = s.connected(pattern::push, where, options);
    s.expect(push->send("too early", false), io::again, "sending before there is a connection");
    auto const pull = s.bound(pattern::pull, where);
    s.expect(s.ready(*push, POLLOUT), "the connection never stands");
    s.send(*push, {"now"});
    s.expect(s.receive(*pull), {"now"}, "the first message");
}

inline void one_way_only(stage& s) {
    std::string part;
    bool        more = false;
    for (pattern const p : {pattern::push, pattern::pub})
        s.expect(s.open(p)->receive(part, more), io::failed, std::string{tenon::name_of(p)} + " receives");
    for (pattern const p : {pattern::pull, pattern::sub})
        s.expect(s.open(p)->send("x", false), io::failed, std::string{tenon::name_of(p)} + " sends");
}

inline void many_to_many(stage& s) {
    auto const    one = s.fresh_address(), two = s.fresh_address();
    auto const    left = s.bound(pattern::pull, one), right = s.bound(pattern::pull, two);
    auto const    a = s.connected(pattern::push, one), b = s.connected(pattern::push, one);
    constexpr int count = 50;
    a->connect(two);
    b->connect(two);
    for (int i = 0; i < count; ++i) {
        s.send(*a, {std::to_string(i)});
        s.send(*b, {std::to_string(i)});
    }
    std::array<int, count> times{};
    for (any_socket* const each : {left.get(), right.get()})
        for (int i = 0; i < count; ++i) ++times.at(static_cast<std::size_t>(std::stoi(s.receive(*each).front())));
    s.expect(std::count(times.begin(), times.end(), 2) == count, "a message is lost or repeated");
}

inline constexpr law pipeline_laws[] = {
    {"a PUSH sends to its peers in turn", push_in_turn},
    {"a DEALER sends to its peers in turn", dealer_in_turn},
    {"a PULL receives from its peers in turn", pull_is_fair},
    {"a ROUTER receives from its peers in turn", router_is_fair},
    {"a DEALER receives from its peers in turn", dealer_is_fair},
    {"a flood from one peer starves no other", flood_starves_nobody},
    {"the order of each peer's messages is kept", order_is_kept},
    {"a socket without a peer says again", unconnected_says_again},
    {"messages wait for a peer that is not there yet, up to send_hwm", waits_for_its_peer},
    {"a PUSH says again at the high-water mark", push_says_again},
    {"nothing is lost or repeated at the high-water mark", nothing_is_lost_at_the_mark},
    {"a PUSH passes over a peer that is full", full_peer_is_passed_over},
    {"with immediate nothing is queued before there is a connection", immediate_waits_for_nobody,
     &transport_abilities::immediate},
    {"PUSH and PUB do not receive, PULL and SUB do not send", one_way_only},
    {"several PUSHes share several PULLs", many_to_many},
};

}  // namespace tenon::testing::transport_laws

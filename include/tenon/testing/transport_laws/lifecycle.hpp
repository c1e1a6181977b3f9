// The laws of binding, connecting and closing, and of peers that come and go.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <cstddef>
#include <string>

namespace tenon::testing::transport_laws {

inline void sockets_say_what_they_are(stage& s) {
    for (pattern const p : {pattern::req, pattern::rep, pattern::dealer, pattern::router, pattern::pub, pattern::sub,
                            pattern::xpub, pattern::xsub, pattern::push, pattern::pull, pattern::pair}) {
        auto const one = s.open(p);
        s.expect(one->kind() == p, "a socket forgets its pattern");
        s.expect(one->is_open(), "a new socket is not open");
        one->close();
        s.expect(!one->is_open(), "a closed socket is open");
        one->close();
        s.expect(!one->is_open(), "a socket that was closed twice is open");
    }
}

inline void pair_talks_both_ways(stage& s) {
    auto const l = s.link(pattern::pair, pattern::pair);
    for (int i = 0; i < 3; ++i) {
        s.send(*l.connects, {"there", std::to_string(i)});
        s.expect(s.receive(*l.binds), {"there", std::to_string(i)}, "the message to the one that is bound");
        s.send(*l.binds, {"and back", std::to_string(i)});
        s.expect(s.receive(*l.connects), {"and back", std::to_string(i)}, "the message to the one that connects");
    }
}

inline void pair_takes_one_peer(stage& s) {
    auto const l = s.link(pattern::pair, pattern::pair);
    s.send(*l.connects, {"first"});
    s.expect(s.receive(*l.binds), {"first"}, "the first peer's message");
    auto const second = s.connected(pattern::pair, l.where);
    second->send("second", false);
    s.settle();
    s.send(*l.connects, {"first again"});
    s.expect(s.receive(*l.binds), {"first again"}, "the first peer's next message");
    s.send(*l.binds, {"for the first"});
    s.expect(s.receive(*l.connects), {"for the first"}, "the answer");
    s.expect_nothing(*l.binds, "a second peer of a PAIR is heard");
}

inline void bind_says_where(stage& s) {
    auto const where = s.fresh_address();
    auto const pull  = s.open(pattern::pull);
    s.expect(pull->bind(where) == where, "bind returns another address than it was given");
    auto const push = s.connected(pattern::push, where);
    s.send(*push, {"found"});
    s.expect(s.receive(*pull), {"found"}, "a message to that address");
}

inline void address_in_use_is_said(stage& s) {
    auto const where  = s.fresh_address();
    auto const first  = s.bound(pattern::pull, where);
    auto const second = s.open(pattern::pull);
    s.refused(errc::address_in_use, "binding where another socket is bound", [&] { second->bind(where); });
    auto const push = s.connected(pattern::push, where);
    s.send(*push, {"still here"});
    s.expect(s.receive(*first), {"still here"}, "what arrives at the first one");
    auto const elsewhere = s.fresh_address();
    second->bind(elsewhere);
    auto const other = s.connected(pattern::push, elsewhere);
    s.send(*other, {"elsewhere"});
    s.expect(s.receive(*second), {"elsewhere"}, "what arrives at the second one, bound elsewhere");
}

inline void unbound_address_is_free(stage& s) {
    auto const where  = s.fresh_address();
    auto const first  = s.bound(pattern::pull, where);
    auto const second = s.open(pattern::pull);
    first->unbind(where);
    s.bind_again(*second, where);
    auto const push = s.connected(pattern::push, where);
    s.send(*push, {"for the second"});
    s.expect(s.receive(*second), {"for the second"}, "what arrives at the one that is bound there now");
    s.expect_nothing(*first, "a message arrives at an address that was given up");
}

inline void closed_address_is_free(stage& s) {
    auto const where = s.fresh_address();
    for (int i = 0; i < 5; ++i) {
        auto const pull = s.open(pattern::pull);
        s.bind_again(*pull, where);
        auto const push = s.connected(pattern::push, where);
        s.send(*push, {std::to_string(i)});
        s.expect(s.receive(*pull), {std::to_string(i)}, "what arrives at the one that is bound there now");
    }
}

inline void strange_addresses_are_refused(stage& s) {
    auto const where = s.fresh_address();
    auto const one   = s.open(pattern::dealer);
    s.refused(errc::bad_address, "unbinding what is not bound", [&] { one->unbind(where); });
    s.refused(errc::bad_address, "disconnecting what is not connected", [&] { one->disconnect(where); });
    one->bind(where);
    one->unbind(where);
    s.refused(errc::bad_address, "unbinding twice", [&] { one->unbind(where); });
}

inline void disconnected_peer_hears_nothing(stage& s) {
    auto const push = s.open(pattern::push);
    auto const one = s.fresh_address(), two = s.fresh_address();
    auto const left = s.bound(pattern::pull, one), right = s.bound(pattern::pull, two);
    push->connect(one);
    push->connect(two);
    for (int i = 0; i < 2; ++i) s.send(*push, {"to both"});
    s.expect(s.receive(*left), {"to both"}, "what arrives at the one peer");
    s.expect(s.receive(*right), {"to both"}, "what arrives at the other");
    push->disconnect(one);
    for (int i = 0; i < 4; ++i) s.send(*push, {"to the other"});
    for (int i = 0; i < 4; ++i) s.expect(s.receive(*right), {"to the other"}, "what arrives at the other peer");
    s.expect_nothing(*left, "a message arrives at a peer that was disconnected");
    push->disconnect(two);
    s.expect(s.until([&] { return push->send("x", false) == io::again; }), "without a peer it goes on sending");
    push->connect(one);
    s.send(*push, {"back"});
    auto message = s.receive(*left);
    while (message == parts{"x"}) message = s.receive(*left);
    s.expect(message, {"back"}, "what arrives after connecting again");
}

inline void several_addresses_for_one(stage& s) {
    auto const pull = s.open(pattern::pull);
    auto const one = s.fresh_address(), two = s.fresh_address();
    pull->bind(one);
    pull->bind(two);
    auto const left = s.connected(pattern::push, one), right = s.connected(pattern::push, two);
    s.send(*left, {"over one"});
    s.expect(s.receive(*pull), {"over one"}, "what came to the first address");
    s.send(*right, {"over two"});
    s.expect(s.receive(*pull), {"over two"}, "what came to the second address");
    auto const third = s.fresh_address();
    auto const far   = s.bound(pattern::push, third);
    pull->connect(third);  // the same socket binds and connects
    s.send(*far, {"over three"});
    s.expect(s.receive(*pull), {"over three"}, "what came over its own connection");
}

inline void linger_delivers(stage& s) {
    socket_options patient = brisk();
    patient.linger         = 5s;
    auto const l           = s.link(pattern::pull, pattern::push, with_marks(2), patient);
    constexpr int     count = 300;
    std::string const large(64 << 10, 'x');  // more in all than what the system takes off the sender's hands
    for (int i = 0; i < count; ++i) s.send(*l.connects, {std::to_string(i), large});
    l.connects->close();
    for (int i = 0; i < count; ++i)
        s.expect(s.receive(*l.binds).front() == std::to_string(i), "a message is lost although its sender lingers");
}

inline void linger_waits_for_a_peer(stage& s) {
    socket_options patient = brisk();
    patient.linger         = 10s;
    auto const where       = s.fresh_address();
    auto const push        = s.connected(pattern::push, where, patient);
    s.send(*push, {"for later"});
    push->close();
    auto const pull = s.bound(pattern::pull, where);
    s.expect(s.receive(*pull), {"for later"}, "the message of a sender that has closed");
}

/// A close may go on in the background; so time and again, with more and more time for it.
inline void without_linger_it_is_dropped(stage& s) {
    auto       closing    = 10ms;
    auto const is_dropped = [&] {
        auto const where = s.fresh_address();
        auto const push  = s.connected(pattern::push, where);
        s.send(*push, {"never"});
        push->close();
        s.pass(closing *= 2);
        auto const pull  = s.bound(pattern::pull, where);
        auto const other = s.connected(pattern::push, where);
        s.send(*other, {"marker"});
        bool const is_first = s.receive(*pull) == parts{"marker"};
        s.pass(150ms);  // longer than the pauses before connecting again
        return is_first && !s.receive(*pull, 0ns);
    };
    s.expect(s.until(is_dropped), "a message arrives whose sender was closed without linger");
}

inline void received_messages_outlive_their_sender(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    for (int i = 0; i < 3; ++i) s.send(*l.connects, {std::to_string(i)});
    s.expect(s.receive(*l.binds), {"0"}, "the first message");
    s.settle();
    l.connects->close();
    s.settle();
    s.expect(s.receive(*l.binds), {"1"}, "what arrived before its sender closed");
    s.expect(s.receive(*l.binds), {"2"}, "what arrived before its sender closed");
}

inline void moved_sockets_work(stage& s) {
    auto const l = s.link(pattern::rep, pattern::req);
    s.send(*l.connects, {"question"});
    l.connects->move();
    l.binds->move();
    s.expect(l.binds->kind() == pattern::rep && l.binds->is_open(), "a moved socket is not what it was");
    s.expect(s.receive(*l.binds), {"question"}, "what a moved socket receives");
    l.binds->move();
    s.send(*l.binds, {"answer"});
    s.expect(s.receive(*l.connects), {"answer"}, "what comes back");
}

inline void peers_come_and_go(stage& s) {
    auto const where  = s.fresh_address();
    auto const router = s.bound(pattern::router, where);
    for (int i = 0; i < 100; ++i) {
        auto const dealer = s.connected(pattern::dealer, where);
        s.send(*dealer, {std::to_string(i)});
        auto message = s.receive(*router);
        s.expect(message.size() == 2 && message[1] == std::to_string(i), "a new peer's message does not arrive");
        s.send(*router, message);
        s.expect(s.receive(*dealer), {std::to_string(i)}, "what comes back to a new peer");
    }
}

inline void restarted_receiver_is_found(stage& s) {
    auto l = s.link(pattern::pull, pattern::push);
    s.send(*l.connects, {"first"});
    s.expect(s.receive(*l.binds), {"first"}, "the message before the restart");
    constexpr int count    = 50;
    auto const    all_wait = [&] {  // what is sent before the end of the connection is noticed is lost
        l.binds->close();
        l.binds = s.open(pattern::pull);
        s.settle();
        for (int i = 0; i < count; ++i) s.send(*l.connects, {std::to_string(i)});
        s.bind_again(*l.binds, l.where);
        parts arrived;
        while (arrived.empty() || arrived.back() != std::to_string(count - 1)) {
            auto message = s.receive(*l.binds, s.patience() / 10);
            if (!message) return false;
            arrived.push_back(message->front());
        }
        for (std::size_t i = 1; i < arrived.size(); ++i)
            s.expect(std::stoi(arrived[i]) == std::stoi(arrived[i - 1]) + 1, "what waited arrives out of order");
        return arrived.size() == count;
    };
    s.expect(s.until(all_wait), "what is sent while the receiver is away is lost");
}

inline void restarted_client_is_served(stage& s) {
    auto l = s.link(pattern::rep, pattern::req);
    for (int i = 0; i < 5; ++i) {
        s.send(*l.connects, {"question"});
        s.expect(s.receive(*l.binds), {"question"}, "the request");
        if (i % 2 == 0) l.connects->close();  // before it has its reply
        s.send(*l.binds, {"answer"});
        if (i % 2 == 1) s.expect(s.receive(*l.connects), {"answer"}, "the reply");
        l.connects = s.connected(pattern::req, l.where);
    }
}

inline constexpr law lifecycle_laws[] = {
    {"a socket knows its pattern, and may be closed twice", sockets_say_what_they_are},
    {"a PAIR talks both ways", pair_talks_both_ways},
    {"a PAIR has one peer only", pair_takes_one_peer},
    {"bind returns where the socket is bound", bind_says_where},
    {"two sockets do not bind to one address", address_in_use_is_said},
    {"an address is free after unbind", unbound_address_is_free},
    {"an address is free after close", closed_address_is_free},
    {"what was not bound or connected cannot be taken back", strange_addresses_are_refused},
    {"a peer that was disconnected hears nothing more", disconnected_peer_hears_nothing},
    {"a socket binds and connects to several addresses", several_addresses_for_one},
    {"what was sent before close is delivered within the linger time", linger_delivers},
    {"unsent messages linger for a peer that is not there yet", linger_waits_for_a_peer,
     &transport_abilities::linger_unconnected},
    {"without linger unsent messages are dropped at close", without_linger_it_is_dropped,
     &transport_abilities::linger_unconnected},
    {"what has arrived outlives its sender", received_messages_outlive_their_sender},
    {"a socket works after it was moved", moved_sockets_work},
    {"a hundred peers come and go", peers_come_and_go},
    {"a receiver that was restarted is found, and what waited for it arrives", restarted_receiver_is_found,
     &transport_abilities::reconnects},
    {"a client that was restarted is served", restarted_client_is_served},
};

}  // namespace tenon::testing::transport_laws

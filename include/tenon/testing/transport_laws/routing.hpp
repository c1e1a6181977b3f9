// The laws of ROUTER and DEALER: identities, envelopes, turns.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tenon::testing::transport_laws {

/// A ROUTER and a DEALER "d" that it has heard of.
inline link introduced(stage& s, socket_options const& of_router = brisk(),
                       socket_options of_dealer = with_identity("d")) {
    of_dealer.identity = "d";
    link l             = s.link(pattern::router, pattern::dealer, of_router, of_dealer);
    s.send(*l.connects, {"hello"});
    s.expect(s.receive(*l.binds), {"d", "hello"}, "the first message of a DEALER with an identity");
    return l;
}

inline void generated_identities_differ(stage& s) {
    auto const          where  = s.fresh_address();
    auto const          router = s.bound(pattern::router, where);
    std::vector<socket> dealers;
    for (char const* name : {"a", "b", "c", "d", "e"}) {
        dealers.push_back(s.connected(pattern::dealer, where));
        for (int i = 0; i < 2; ++i) s.send(*dealers.back(), {name});
    }
    std::map<std::string, std::string> identity_of;
    std::set<std::string>              identities;
    for (int i = 0; i < 10; ++i) {
        auto const message = s.receive(*router);
        s.expect(message.size() == 2 && !message[0].empty(), "no identity stands before the message");
        auto const [place, added] = identity_of.emplace(message[1], message[0]);
        s.expect(place->second == message[0], "a peer has two identities");
        identities.insert(message[0]);
    }
    s.expect(identities.size() == 5, "two peers have the same identity");
}

inline void given_identities_are_used(stage& s) {
    auto const  where  = s.fresh_address();
    auto const  router = s.bound(pattern::router, where);
    std::string all;
    for (int i = 1; i < 256; ++i) all += static_cast<char>(i);
    for (std::string const& identity : {std::string{"x"}, std::string("\1\0\2", 3), all}) {
        auto const dealer = s.connected(pattern::dealer, where, with_identity(identity));
        s.send(*dealer, {"hello"});
        s.expect(s.receive(*router), {identity, "hello"}, "the message with the given identity");
        s.send(*router, parts{identity, "back"});
        s.expect(s.receive(*dealer), {"back"}, "what is sent to that identity");
    }
}

inline void second_of_a_name_is_ignored(stage& s) {
    auto const l      = introduced(s);
    auto const second = s.connected(pattern::dealer, l.where, with_identity("d"));
    s.send(*second, {"I am d"});
    s.settle();
    auto const other = s.connected(pattern::dealer, l.where, with_identity("e"));
    s.send(*other, {"I am e"});
    s.expect(s.receive(*l.binds), {"e", "I am e"}, "the message of a peer with another name");
    s.send(*l.connects, {"still here"});
    s.expect(s.receive(*l.binds), {"d", "still here"}, "the message of the first peer of the name");
    s.send(*l.binds, {"d", "for the first"});
    s.expect(s.receive(*l.connects), {"for the first"}, "what is sent to the name");
    s.expect_nothing(*l.binds, "the second peer of a name is heard");
    s.expect_nothing(*second, "the second peer of a name is spoken to");
}

inline void unroutable_is_said(stage& s) {
    auto const l = introduced(s);
    s.expect(l.binds->send("nobody", true), io::unroutable, "sending to a name that nobody has");
    s.expect(l.binds->send("nobody", true), io::unroutable, "sending to it again");
    s.send(*l.binds, {"d", "fine"});
    s.expect(s.receive(*l.connects), {"fine"}, "a message to somebody after that");
}

inline void unroutable_is_dropped(stage& s) {
    socket_options silent   = brisk();
    silent.router_mandatory = false;
    auto const l            = introduced(s, silent);
    s.send(*l.binds, {"nobody", "one", "two"});
    s.send(*l.binds, {"d", "fine"});
    s.expect(s.receive(*l.connects), {"fine"}, "a message to somebody after one to nobody");
}

inline void must_become_unroutable(stage& s, any_socket& router) {
    auto const gone = [&] {
        io const outcome = router.send("d", true);
        if (outcome == io::done) s.expect(router.send("into the void", false), io::done, "the rest of a message");
        std::string part;
        bool        more = false;
        s.expect(router.receive(part, more), io::again, "receiving from a peer that has closed");  // lets it go
        return outcome == io::unroutable;
    };
    s.expect(s.until(gone), "a peer that has closed never becomes unroutable");
}

inline void gone_peer_is_unroutable(stage& s) {
    auto const l = introduced(s);
    l.connects->close();
    must_become_unroutable(s, *l.binds);
}

inline void full_peer_is_not_lost(stage& s) {
    std::string const large(64 << 10, 'x');
    auto const        l    = introduced(s, with_marks(2), with_marks(2));
    std::size_t const sent = s.fill(*l.binds, "d", large, 4000);
    s.expect(sent < 4000, "a ROUTER has no high-water mark");
    s.expect(sent >= 2, "a ROUTER does not queue up to its high-water mark");
    for (std::size_t i = 0; i < sent; ++i)
        s.expect(s.receive(*l.connects), {std::to_string(i), large}, "the next of the messages that were accepted");
    s.send(*l.binds, {"d", "room again"});
    s.expect(s.receive(*l.connects), {"room again"}, "a message after there is room again");
}

inline void router_speaks_first(stage& s) {
    auto const where  = s.fresh_address();
    auto const dealer = s.bound(pattern::dealer, where, with_identity("d"));
    auto const router = s.connected(pattern::router, where);
    s.expect(s.until([&] { return router->send("d", true) == io::done; }), "a ROUTER never learns who its peer is");
    s.expect(router->send("welcome", false), io::done, "the rest of the message");
    s.expect(s.receive(*dealer), {"welcome"}, "the first message");
}

inline void replies_in_any_order(stage& s) {
    auto const          where  = s.fresh_address();
    auto const          router = s.bound(pattern::router, where);
    std::vector<socket> askers;
    std::vector<parts>  questions;
    for (char const* name : {"a", "b", "c", "d"}) {
        askers.push_back(s.connected(pattern::dealer, where));
        s.send(*askers.back(), {"id of mine", "", name});
    }
    for (int i = 0; i < 4; ++i) questions.push_back(s.receive(*router));
    for (auto question = questions.rbegin(); question != questions.rend(); ++question) s.send(*router, *question);
    for (std::size_t i = 0; i < 4; ++i)
        s.expect(s.receive(*askers[i]), {"id of mine", "", std::string(1, static_cast<char>('a' + i))},
                 "what comes back to this asker");
}

inline void dealer_comes_back(stage& s) {
    auto const l = introduced(s);
    l.connects->close();
    must_become_unroutable(s, *l.binds);
    socket     back;
    auto const heard = [&] {  // the name may be taken for a moment longer, and then it is ignored for ever
        back = s.connected(pattern::dealer, l.where, with_identity("d"));
        s.send(*back, {"back"});
        return s.receive(*l.binds, 50ms) == parts{"d", "back"};
    };
    s.expect(s.until(heard), "a peer that came back under its name is never heard");
    s.send(*l.binds, {"d", "welcome"});
    s.expect(s.receive(*back), {"welcome"}, "the answer to it");
}

/// Hands one message on, whole, as a broker does.
inline void forward(stage& s, any_socket& from, any_socket& to) { s.send(to, s.receive(from)); }

inline void envelope_through_brokers(stage& s) {
    auto const front  = s.fresh_address();
    auto const middle = s.fresh_address();
    auto const back   = s.fresh_address();
    auto const rep    = s.bound(pattern::rep, back);
    auto const router2 = s.bound(pattern::router, middle), dealer2 = s.connected(pattern::dealer, back);
    auto const router1 = s.bound(pattern::router, front), dealer1 = s.connected(pattern::dealer, middle);
    auto const one = s.connected(pattern::req, front), two = s.connected(pattern::req, front);
    s.send(*one, {"question", "", "of one"});
    s.send(*two, {"question", "", "of two"});
    for (int i = 0; i < 2; ++i) {
        forward(s, *router1, *dealer1);
        forward(s, *router2, *dealer2);
        auto request = s.receive(*rep);
        s.expect(request.size() == 3 && request[0] == "question", "a request does not arrive as it was sent");
        request[0] = "answer";
        s.send(*rep, request);
        forward(s, *dealer2, *router2);
        forward(s, *dealer1, *router1);
    }
    s.expect(s.receive(*one), {"answer", "", "of one"}, "the reply that came through two brokers");
    s.expect(s.receive(*two), {"answer", "", "of two"}, "the reply to the other");
}

inline void routers_talk(stage& s) {
    auto const where = s.fresh_address();
    auto const left  = s.bound(pattern::router, where, with_identity("left"));
    auto const right = s.connected(pattern::router, where, with_identity("right"));
    s.expect(s.until([&] { return right->send("left", true) == io::done; }), "a ROUTER never learns who its peer is");
    s.expect(right->send("from right", false), io::done, "the rest of the message");
    s.expect(s.receive(*left), {"right", "from right"}, "the message of a ROUTER");
    s.send(*left, {"right", "from left"});
    s.expect(s.receive(*right), {"left", "from left"}, "the answer of a ROUTER");
}

inline void bad_identity_is_refused(stage& s) {
    try {
        s.open(pattern::dealer, with_identity(std::string(256, 'x')));
    } catch (error const&) {
        return;
    }
    s.expect(false, "there is no error");
}

inline constexpr law routing_laws[] = {
    {"a ROUTER makes up an identity for each peer, and keeps to it", generated_identities_differ},
    {"a ROUTER knows a peer by the identity that it was given", given_identities_are_used},
    {"an identity has at most 255 bytes", bad_identity_is_refused},
    {"of two peers with one identity the second is ignored", second_of_a_name_is_ignored},
    {"a ROUTER says that a message is unroutable", unroutable_is_said},
    {"a ROUTER without router_mandatory drops what is unroutable", unroutable_is_dropped},
    {"a peer that has gone becomes unroutable", gone_peer_is_unroutable},
    {"a ROUTER says again when its peer is full, and loses nothing", full_peer_is_not_lost},
    {"a ROUTER can speak first", router_speaks_first},
    {"a ROUTER answers in any order, each to its asker", replies_in_any_order},
    {"a peer that comes back under its identity is reached again", dealer_comes_back},
    {"an envelope comes back whole through two brokers", envelope_through_brokers},
    {"two ROUTERs talk to each other", routers_talk},
};

}  // namespace tenon::testing::transport_laws

// The laws of REQ and REP.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

#include <string>
#include <vector>

namespace tenon::testing::transport_laws {

/// REQ as zmq_socket(3) has it: one request, one reply.
inline socket_options strict() {
    socket_options options      = brisk();
    options.request_correlation = false;
    return options;
}

inline void req_asks_once(stage& s) {
    auto const l = s.link(pattern::rep, pattern::req, brisk(), strict());
    s.send(*l.connects, {"first"});
    s.expect(l.connects->send("second", false), io::wrong_state, "a second request before the reply");
    s.expect(s.receive(*l.binds), {"first"}, "the request");
    s.send(*l.binds, {"reply"});
    s.expect(s.receive(*l.connects), {"reply"}, "the reply");
    s.send(*l.connects, {"second"});
    s.expect(s.receive(*l.binds), {"second"}, "the next request");
}

inline void req_speaks_first(stage& s) {
    for (bool const correlates : {false, true}) {
        auto const  l = s.link(pattern::rep, pattern::req, brisk(), correlates ? brisk() : strict());
        std::string part;
        bool        more = false;
        s.expect(l.connects->receive(part, more), io::wrong_state, "receiving before a request was sent");
        s.send(*l.connects, {"question"});
        s.expect(s.receive(*l.binds), {"question"}, "the request after that");
    }
}

inline void rep_listens_first(stage& s) {
    auto const l = s.link(pattern::rep, pattern::req);
    s.expect(l.binds->send("unasked", false), io::wrong_state, "a reply before the request");
    s.send(*l.connects, {"question"});
    s.expect(s.receive(*l.binds), {"question"}, "the request after that");
    s.send(*l.binds, {"answer"});
    s.expect(s.receive(*l.connects), {"answer"}, "its reply");
    s.expect(l.binds->send("twice", false), io::wrong_state, "a second reply");
}

inline void rep_answers_first(stage& s) {
    auto const  l       = s.link(pattern::rep, pattern::req);
    auto const  another = s.connected(pattern::req, l.where);
    std::string part;
    bool        more = false;
    s.send(*l.connects, {"question"});
    s.send(*another, {"question"});
    s.receive(*l.binds);
    s.expect(l.binds->receive(part, more), io::wrong_state, "receiving before the last request was answered");
    s.send(*l.binds, {"answer"});
    s.expect(s.receive(*l.binds), {"question"}, "the other's request");
}

inline void rep_hears_all(stage& s) {
    auto const  l = s.link(pattern::rep, pattern::req);
    std::string part;
    bool        more = false;
    s.send(*l.connects, {"long", "question"});
    s.expect(s.ready(*l.binds, POLLIN), "the request does not arrive");
    s.expect(l.binds->receive(part, more), io::done, "receiving the first part");
    s.expect(l.binds->send("answer", false), io::wrong_state, "a reply in the middle of the request");
    s.expect(l.binds->receive(part, more), io::done, "receiving the second part");
    s.send(*l.binds, {"long", "answer"});
    s.expect(s.receive(*l.connects), {"long", "answer"}, "the reply");
}

inline void late_reply_is_dropped(stage& s) {
    auto const l = s.link(pattern::router, pattern::req);
    s.send(*l.connects, {"first"});
    auto first = s.receive(*l.binds);
    s.send(*l.connects, {"second"});
    auto second = s.receive(*l.binds);
    s.expect(first.size() == 4 && second.size() == 4, "a request with an id has no envelope of three parts");
    s.expect(first[1] != second[1], "two requests have the same id");
    first.back()  = "reply to first";
    second.back() = "reply to second";
    s.send(*l.binds, first);
    s.send(*l.binds, second);
    s.expect(s.receive(*l.connects), {"reply to second"}, "the reply to the second request");
    s.expect_nothing(*l.connects, "one more reply is received");
}

inline void rep_keeps_the_envelope(stage& s) {
    auto const l = s.link(pattern::rep, pattern::dealer);
    s.send(*l.connects, {"far", "near", "", "question"});
    s.expect(s.receive(*l.binds), {"question"}, "the request");
    s.send(*l.binds, {"answer"});
    s.expect(s.receive(*l.connects), {"far", "near", "", "answer"}, "the reply with its envelope");
}

inline void rep_drops_what_has_no_delimiter(stage& s) {
    auto const l = s.link(pattern::rep, pattern::dealer);
    s.send(*l.connects, {"no", "delimiter"});
    s.send(*l.connects, {"alone"});
    s.send(*l.connects, {"", "question"});
    s.expect(s.receive(*l.binds), {"question"}, "the first request that has a delimiter");
    s.send(*l.binds, {"answer"});
    s.expect(s.receive(*l.connects), {"", "answer"}, "its reply");
}

inline void req_hears_whom_it_asked(stage& s) {
    socket_options options = strict();
    options.identity       = "asker";
    auto const one         = s.link(pattern::router, pattern::req, brisk(), options);
    auto const where       = s.fresh_address();
    auto const other       = s.bound(pattern::router, where);
    one.connects->connect(where);
    s.send(*one.connects, {"question"});
    awaited both[] = {{one.binds.get()}, {other.get()}};
    s.expect(s.wait(both, s.patience()) == 1, "not exactly one of two peers has the request");
    any_socket& asked    = both[0].ready != 0 ? *one.binds : *other;
    any_socket& stranger = both[0].ready != 0 ? *other : *one.binds;
    s.expect(s.receive(asked), {"asker", "", "question"}, "the request");
    s.expect(s.until([&] { return stranger.send("asker", true) == io::done; }), "the other peer never knows it");
    s.expect(stranger.send("", true), io::done, "the next part");
    s.expect(stranger.send("forged", false), io::done, "the last part");
    s.settle();
    s.send(asked, {"asker", "", "answer"});
    s.expect(s.receive(*one.connects), {"answer"}, "the reply");
}

inline void req_asks_in_turn(stage& s) {
    auto const one   = s.link(pattern::rep, pattern::req);
    auto const where = s.fresh_address();
    auto const two   = s.bound(pattern::rep, where);
    one.connects->connect(where);
    any_socket* last = nullptr;
    for (int i = 0; i < 6; ++i) {
        s.send(*one.connects, {"question"});
        awaited both[] = {{one.binds.get()}, {two.get()}};
        s.expect(s.wait(both, s.patience()) == 1, "not exactly one of two peers has the request");
        any_socket* const asked = both[0].ready != 0 ? one.binds.get() : two.get();
        s.expect(asked != last, "the same peer is asked twice in turn");
        last = asked;
        s.receive(*asked);
        s.send(*asked, {"answer"});
        s.receive(*one.connects);
    }
}

inline void each_asker_has_its_reply(stage& s) {
    auto const          where = s.fresh_address();
    auto const          rep   = s.bound(pattern::rep, where);
    std::vector<socket> askers;
    for (int i = 0; i < 5; ++i) {
        askers.push_back(s.connected(pattern::req, where));
        s.send(*askers.back(), {"question " + std::to_string(i)});
    }
    for (int i = 0; i < 5; ++i) s.send(*rep, {"re: " + s.receive(*rep).front()});
    for (int i = 0; i < 5; ++i)
        s.expect(s.receive(*askers[static_cast<std::size_t>(i)]), {"re: question " + std::to_string(i)},
                 "the reply to this asker");
}

inline void asker_that_left_holds_nothing_up(stage& s) {
    auto l = s.link(pattern::rep, pattern::req);
    s.send(*l.connects, {"question"});
    s.expect(s.receive(*l.binds), {"question"}, "the request");
    l.connects->close();
    s.settle();
    s.send(*l.binds, {"answer for nobody"});
    auto const next = s.connected(pattern::req, l.where);
    s.send(*next, {"next question"});
    s.expect(s.receive(*l.binds), {"next question"}, "the next asker's request");
}

inline void restarted_server_answers(stage& s) {
    auto l = s.link(pattern::rep, pattern::req);
    s.send(*l.connects, {"question"});
    s.receive(*l.binds);
    l.binds->close();
    l.binds = s.open(pattern::rep);
    s.bind_again(*l.binds, l.where);
    std::optional<parts> reply;
    for (int i = 0; i < 200 && !reply; ++i) {
        s.send(*l.connects, {"again"});
        if (!s.receive(*l.binds, s.patience() / 50)) continue;
        s.send(*l.binds, {"answer"});
        reply = s.receive(*l.connects, s.patience() / 50);
    }
    s.expect(reply == parts{"answer"}, "no request is answered after the server came back");
}

inline constexpr law request_reply_laws[] = {
    {"a REQ does not ask twice before the reply", req_asks_once},
    {"a REQ does not receive before it has asked", req_speaks_first},
    {"a REP does not answer before it was asked, nor twice", rep_listens_first},
    {"a REP receives the next request after it has answered", rep_answers_first},
    {"a REP does not answer in the middle of a request", rep_hears_all},
    {"a REQ that correlates may ask again, and drops the late reply", late_reply_is_dropped},
    {"a REP gives the envelope back", rep_keeps_the_envelope},
    {"a REP drops a request without a delimiter", rep_drops_what_has_no_delimiter},
    {"a REQ takes the reply of the peer that it asked only", req_hears_whom_it_asked},
    {"a REQ asks its peers in turn", req_asks_in_turn},
    {"each asker has the reply to its own request", each_asker_has_its_reply},
    {"an asker that has left holds up no REP", asker_that_left_holds_nothing_up},
    {"a REQ finds a server that was restarted", restarted_server_answers, &transport_abilities::reconnects},
};

}  // namespace tenon::testing::transport_laws

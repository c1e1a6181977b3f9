// The laws of time and waiting.
#pragma once

#include <tenon/testing/transport_laws/stage.hpp>

namespace tenon::testing::transport_laws {

inline void time_does_not_go_back(stage& s) {
    auto before = s.now();
    for (int i = 0; i < 1000; ++i) {
        auto const after = s.now();
        s.expect(after >= before, "the time goes back");
        before = after;
    }
}

inline void wait_takes_its_limit(stage& s) {
    auto const alone = s.open(pattern::pull);
    auto const start = s.now();
    s.expect(!s.ready(*alone, POLLIN, 30ms), "a socket without a message is ready");
    s.expect(s.now() - start >= 29ms, "a wait ends before its limit");  // to the millisecond
    s.expect(s.now() - start < 30ms + s.patience(), "a wait goes on far beyond its limit");
    auto const again = s.now();
    s.expect(s.wait({}, 20ms) == 0, "a wait for nothing finds something");
    s.expect(s.now() - again >= 19ms, "a wait for nothing ends before its limit");
}

inline void zero_only_looks(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    for (int i = 0; i < 100; ++i) s.expect(!s.ready(*l.binds, POLLIN, 0ns), "a socket without a message is ready");
    s.send(*l.connects, {"x"});
    s.expect(s.ready(*l.binds, POLLIN), "the message does not arrive");
    s.expect(s.ready(*l.binds, POLLIN, 0ns), "a look does not find a message that is there");
}

inline void wait_ends_when_something_comes(stage& s) {
    auto const l     = s.link(pattern::pull, pattern::push);
    auto const start = s.now();
    s.send(*l.connects, {"x"});
    s.expect(s.ready(*l.binds, POLLIN, 2 * s.patience()), "a message does not end the wait for it");
    s.expect(s.now() - start < s.patience(), "a message does not end the wait for it");
}

inline void readable_until_drained(stage& s) {
    auto const l = s.link(pattern::pull, pattern::push);
    for (int i = 0; i < 5; ++i) s.send(*l.connects, {std::to_string(i), "end"});
    for (int i = 0; i < 5; ++i) {
        for (int look = 0; look < 3; ++look)
            s.expect(s.ready(*l.binds, POLLIN), "a socket with messages is not ready to receive");
        s.expect(s.receive(*l.binds), {std::to_string(i), "end"}, "the next message");
    }
    s.expect(!s.ready(*l.binds, POLLIN, 0ns), "a socket without a message is ready to receive");
}

inline void readable_in_the_middle(stage& s) {
    auto const  l = s.link(pattern::pull, pattern::push);
    std::string part;
    bool        more = false;
    s.send(*l.connects, {"one", "two"});
    s.expect(s.ready(*l.binds, POLLIN), "the message does not arrive");
    s.expect(l.binds->receive(part, more), io::done, "receiving the first part");
    s.expect(more, "the first of two parts does not say that another follows");
    s.expect(s.ready(*l.binds, POLLIN, 0ns), "a socket with half a message is not ready to receive");
    s.expect(l.binds->receive(part, more), io::done, "receiving the second part");
    s.expect(!more, "the last part says that another follows");
    s.expect(!s.ready(*l.binds, POLLIN, 0ns), "a socket without a message is ready to receive");
}

inline void writable_while_there_is_room(stage& s) {
    auto const where = s.fresh_address();
    auto const push  = s.connected(pattern::push, where, with_marks(3));
    for (int i = 0; i < 3; ++i) {
        s.expect(s.ready(*push, POLLOUT, 0ns), "a socket with room is not ready to send");
        s.expect(push->send(std::to_string(i), false), io::done, "sending when there is room");
    }
    s.expect(!s.ready(*push, POLLOUT, 0ns), "a socket without room is ready to send");
    auto const pull = s.bound(pattern::pull, where);
    s.expect(s.ready(*push, POLLOUT), "a socket is not ready to send when there is room again");
    s.expect(push->send("3", false), io::done, "sending when there is room again");
    for (int i = 0; i < 4; ++i) s.expect(s.receive(*pull), {std::to_string(i)}, "the next message");
}

inline void readiness_follows_the_state(stage& s) {
    auto const l = s.link(pattern::rep, pattern::req);
    s.expect(s.ready(*l.connects, POLLOUT), "a REQ is not ready to ask");
    s.expect(!s.ready(*l.binds, POLLOUT, 0ns), "a REP is ready to answer before it was asked");
    s.send(*l.connects, {"question"});
    s.expect(s.ready(*l.binds, POLLIN), "a REP with a request is not ready to receive");
    s.receive(*l.binds);
    s.expect(s.ready(*l.binds, POLLOUT, 0ns), "a REP with a request is not ready to answer");
    s.expect(!s.ready(*l.binds, POLLIN, 0ns), "a REP is ready for the next request before it has answered");
    s.send(*l.binds, {"answer"});
    s.expect(s.ready(*l.connects, POLLIN), "a REQ with a reply is not ready to receive");
}

inline void several_are_waited_for(stage& s) {
    auto const one = s.link(pattern::pull, pattern::push), two = s.link(pattern::pull, pattern::push);
    s.send(*two.connects, {"x"});
    awaited items[] = {{one.binds.get()}, {two.binds.get()}, {two.connects.get(), POLLIN | POLLOUT}};
    s.expect(s.until([&] { return s.wait(items, s.patience()) == 2; }), "not exactly two of three are ready");
    s.expect(items[0].ready == 0, "a socket without a message is ready");
    s.expect(items[1].ready == POLLIN, "a socket with a message is not ready to receive, or for something else");
    s.expect(items[2].ready == POLLOUT, "a socket with room is not ready to send, or for something else");
    s.receive(*two.binds);
    s.send(*one.connects, {"y"});
    s.expect(s.ready(*one.binds, POLLIN), "the message does not arrive");
    s.expect(s.wait({items, 2}, 0ns) == 1, "not exactly one of two is ready");
    s.expect(items[0].ready == POLLIN && items[1].ready == 0, "what an item found before is not forgotten");
}

inline constexpr law waiting_laws[] = {
    {"the time does not go back", time_does_not_go_back},
    {"a wait takes as long as its limit", wait_takes_its_limit},
    {"a wait of no time only looks", zero_only_looks},
    {"a wait ends when something comes", wait_ends_when_something_comes},
    {"a socket is ready to receive until it is drained", readable_until_drained},
    {"a socket is ready to receive in the middle of a message", readable_in_the_middle},
    {"a socket is ready to send while there is room", writable_while_there_is_room},
    {"REQ and REP are ready for what their state allows", readiness_follows_the_state},
    {"several sockets are waited for at once", several_are_waited_for},
};

}  // namespace tenon::testing::transport_laws

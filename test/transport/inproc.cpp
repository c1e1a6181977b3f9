// Inproc names of a context: who binds them, who waits for them, and connections that are made again.
#include "support.hpp"

#include <memory>
#include <thread>
#include <utility>

using namespace support;

namespace {

/// Sends until something arrives: libzmq takes a moment to close a socket, and until then messages may go there.
bool arrives(zmq::socket& from, zmq::socket& to) {
    zmq::frame part;
    for (int i = 0; i < 1000; ++i) {
        static_cast<void>(send(from, "hello"));
        if (zmq::wait(to, POLLIN, 10ms) && to.receive(part) == io::done) return true;
    }
    return false;
}

constexpr pattern all_patterns[] = {pattern::req, pattern::rep,  pattern::dealer, pattern::router, pattern::pub,
                                    pattern::sub, pattern::xpub, pattern::xsub,   pattern::push,   pattern::pull,
                                    pattern::pair};

}  // namespace

TEST_CASE("an inproc name is had by one socket at a time, and free as soon as that gives it up") {
    auto        context = zmq::context::of_program();
    zmq::socket pull{context, pattern::pull}, other{context, pattern::pull};
    pull.bind("inproc://here");
    auto const taken = refusal(errc::address_in_use, [&] { other.bind("inproc://here"); });
    CHECK(mentions(taken, "choose another name, or inproc://*"));
    CHECK(!mentions(taken, "port"));
    CHECK(mentions(refusal(errc::bad_address, [&] { other.unbind("inproc://here"); }), "cannot unbind"));
    pull.unbind("inproc://here");
    CHECK(mentions(refusal(errc::bad_address, [&] { pull.unbind("inproc://here"); }), "cannot unbind"));
    other.bind("inproc://here");
    other.close();
    pull.bind("inproc://here");
    CHECK(mentions(refusal(errc::bad_address, [&] { pull.disconnect("inproc://here"); }), "cannot disconnect"));
}

TEST_CASE("who connects to an inproc name before it is bound waits, and so does what it sends") {
    zmq::context context;
    zmq::socket  push{context, pattern::push}, other{context, pattern::push}, pull{context, pattern::pull};
    push.connect("inproc://later");
    other.connect("inproc://later");
    for (int i = 0; i < 100; ++i) REQUIRE(send(push, std::to_string(i)) == io::done);
    zmq::socket elsewhere{context, pattern::pull};
    elsewhere.bind("inproc://elsewhere");
    pull.bind("inproc://later");
    for (int i = 0; i < 100; ++i) REQUIRE(receive(pull) == std::to_string(i));
    must_send(other, "the other");
    CHECK(receive(pull) == "the other");
    zmq::frame part;
    CHECK(elsewhere.receive(part) == io::again);
}

TEST_CASE("subscribers, dealers and receivers that wait for an inproc name are found from another thread") {
    zmq::context context;
    zmq::socket  sub{context, pattern::sub}, dealer{context, pattern::dealer}, pull{context, pattern::pull};
    sub.subscribe(tenon::as_bytes("h"));
    sub.connect("inproc://topics");
    dealer.connect("inproc://requests");
    pull.connect("inproc://work");
    REQUIRE(send(dealer, "question") == io::done);
    std::thread other{[&] {
        zmq::socket xpub{context, pattern::xpub}, router{context, pattern::router}, push{context, pattern::push};
        push.bind("inproc://work");
        static_cast<void>(send(push, "some work"));
        router.bind("inproc://requests");
        auto const request = receive_all(router);
        static_cast<void>(send(router, request[0], true));
        static_cast<void>(send(router, "answer"));
        xpub.bind("inproc://topics");
        receive(xpub);  // the subscription
        static_cast<void>(send(xpub, "heard"));
    }};
    CHECK(receive(pull) == "some work");
    CHECK(receive(dealer) == "answer");
    CHECK(receive(sub) == "heard");
    other.join();
}

TEST_CASE("a socket of any pattern is closed while it waits for an inproc name, and the name is bound later") {
    for (pattern const p : all_patterns) {
        INFO(tenon::name_of(p));
        zmq::context context;
        {
            zmq::socket waits{context, p};
            waits.connect("inproc://never");
            waits.connect("inproc://nor this");
            for (int i = 0; i < 3; ++i) static_cast<void>(send(waits, "for nobody"));
        }
        zmq::socket pull{context, pattern::pull};
        pull.bind("inproc://never");
        zmq::frame part;
        CHECK(pull.receive(part) == io::again);
    }
}

TEST_CASE("a connection over inproc may be taken back while it waits, while it stands, and when it is lost") {
    zmq::context context;
    zmq::socket  push{context, pattern::push}, pull{context, pattern::pull};
    auto const   sends_nothing = [&] {
        auto sent = io::done;
        for (int i = 0; i < 1000 && sent == io::done; ++i) {  // libzmq ends it in a thread of its own
            sent = send(push, "to nobody");
            zmq::wait(pull, POLLIN, 1ms);
        }
        return sent == io::again;
    };
    push.connect("inproc://here");
    push.disconnect("inproc://here");
    CHECK(sends_nothing());
    pull.bind("inproc://here");
    CHECK(sends_nothing());
    push.connect("inproc://here");
    CHECK(arrives(push, pull));
    push.disconnect("inproc://here");
    CHECK(sends_nothing());
    push.connect("inproc://here");
    pull.close();
    push.disconnect("inproc://here");
    pull = zmq::socket{context, pattern::pull};
    pull.bind("inproc://here");
    CHECK(sends_nothing());
}

TEST_CASE("a connection over inproc is made again when the name is bound again") {
    zmq::context context;
    zmq::socket  push{context, pattern::push}, pull{context, pattern::pull};
    push.connect(pull.bind("inproc://here"));
    for (int i = 0; i < 5; ++i) {
        CHECK(arrives(push, pull));
        pull.close();
        pull = zmq::socket{context, pattern::pull};
        pull.bind("inproc://here");
    }
    CHECK(arrives(push, pull));
}

TEST_CASE("a subscriber that only waits finds a publisher over inproc that came back, after its socket has moved") {
    zmq::context context;
    zmq::socket  sub{context, pattern::sub}, xpub{context, pattern::xpub};
    sub.subscribe(tenon::as_bytes("h"));
    sub.connect(xpub.bind("inproc://here"));
    CHECK(receive(xpub) == "\1h");
    zmq::socket moved{std::move(sub)};
    xpub.close();
    xpub = zmq::socket{context, pattern::xpub};
    xpub.bind("inproc://here");
    xpub.disown();
    std::thread other{[&] {
        receive(xpub);
        static_cast<void>(send(xpub, "heard"));
    }};
    CHECK(receive(moved) == "heard");  // in one wait, which no message ends before
    other.join();
}

TEST_CASE("a socket whose connection over inproc is lost may be closed, and its context end, before it is used again") {
    auto        context = std::make_unique<zmq::context>();
    zmq::socket pull{*context, pattern::pull}, push{*context, pattern::push};
    pull.connect(push.bind("inproc://here"));
    push.close();
    context.reset();
    pull.close();
    zmq::frame part;
    CHECK(pull.receive(part) == io::failed);
}

TEST_CASE("a PAIR over inproc keeps its first peer: what it sends after the end of that is refused") {
    zmq::context context;
    zmq::socket  one{context, pattern::pair}, two{context, pattern::pair};
    one.connect("inproc://here");
    two.bind("inproc://here");
    CHECK(arrives(one, two));
    two.close();
    auto sent = io::done;
    for (int i = 0; i < 1000 && sent == io::done; ++i) {
        sent = send(one, "to nobody");
        zmq::wait(one, POLLIN, 1ms);
    }
    CHECK(sent == io::again);
    two = zmq::socket{context, pattern::pair};
    two.bind("inproc://here");
    CHECK(send(one, "to nobody") == io::again);
    CHECK(mentions(refusal(errc::bad_address, [&] { one.disconnect("inproc://here"); }), "cannot disconnect"));
}

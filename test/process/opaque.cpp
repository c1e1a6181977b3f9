// Opaque ports: messages that pass an app as frames.
#include "by_hand.hpp"
#include "catch.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using by_hand::zmq;

namespace {

/// Sends everything back to who has sent it, with one more frame; stops at "stop", throws at "throw".
struct echo {
    static constexpr auto clients = tenon::opaque<tenon::pattern::router, "clients">;
    static constexpr auto ports   = tenon::ports(clients);

    static inline tenon::port_counters seen;

    void on(decltype(clients), tenon::opaque_message auto& message, auto& process) {
        auto const last = tenon::as_text(message[message.size() - 1].view());
        if (last == "throw") throw std::runtime_error{"as told"};
        if (last == "stop") process.stop();
        if (last == "nobody") message[0] = zmq::frame{tenon::as_bytes("nobody")};
        message.add(zmq::frame{tenon::as_bytes("seen")});
        process[clients].forward(message);
        seen = process[clients].counters();
    }
};

template <class App>
using in_thread = tenon::process<App, tenon::launch::thread, zmq>;

by_hand::frames many_frames(std::size_t count) { return by_hand::frames(count, "x"); }

}  // namespace

TEST_CASE("frames pass an opaque port as they are, empty ones and any bytes", "[opaque]") {
    auto child = tenon::start<in_thread<echo>>(tenon::bind(echo::clients, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::dealer};
    peer.connect(child.address(echo::clients));
    std::string const bytes{"\0\xff\n", 3}, large(100'000, 'x');
    for (by_hand::frames const& message :
         {by_hand::frames{"a"}, {"", "b"}, {bytes, "", "", large}, {"1", "2", "3", "4", "5", "6", "7", "8"}}) {
        by_hand::send(peer, message);
        auto expected = message;
        expected.push_back("seen");
        CHECK(by_hand::receive(peer) == expected);
    }
    by_hand::send(peer, {"stop"});
    CHECK(child.join() == 0);
}

TEST_CASE("what an opaque port cannot pass is dropped and counted, and the next message passes", "[opaque][hazard]") {
    auto child = tenon::start<in_thread<echo>>(tenon::bind(echo::clients, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::dealer};
    peer.connect(child.address(echo::clients));
    by_hand::send(peer, many_frames(64));    // 65 with the identity
    by_hand::send(peer, many_frames(1000));
    by_hand::send(peer, {"throw"});
    by_hand::send(peer, {"nobody"});
    by_hand::send(peer, many_frames(62));    // with the identity and the frame that the app adds, exactly 64
    by_hand::send(peer, {"stop"});
    CHECK(by_hand::receive(peer).size() == 63);
    CHECK(by_hand::receive(peer) == by_hand::frames{"stop", "seen"});
    CHECK(child.join() == 0);
    CHECK(echo::seen.wrong_frames == 2);
    CHECK(echo::seen.handler_failed == 1);
    CHECK(echo::seen.undeliverable == 1);
}

namespace {

struct next {};
struct got { std::vector<std::string> until_now; };
using steering = tenon::protocol<tenon::request<next, got>>;

/// Takes a message from `in` only when it is told to.
struct hesitant {
    static constexpr auto in    = tenon::opaque<tenon::pattern::pull, "in">;
    static constexpr auto steps = tenon::rep<"steps", steering>;
    static constexpr auto ports = tenon::ports(in, steps);

    int                                       wanted = 0;
    int                                       offers = 0;
    std::vector<std::string>                  taken{};
    std::vector<tenon::promise<got>>          waiting{};

    bool on(decltype(in), tenon::opaque_message auto& message) {
        ++offers;
        if (wanted == 0) return false;
        --wanted;
        taken.emplace_back(tenon::as_text(message[0].view()));
        for (; !waiting.empty(); waiting.pop_back()) waiting.back().answer(got{taken});
        return true;
    }
    auto on(next const& n, auto& process) {
        return process[steps].defer(n, [&](tenon::promise<got> later) {
            ++wanted;
            waiting.push_back(std::move(later));
            process[in].retry();
        });
    }
};

}  // namespace

TEST_CASE("a message that a handler does not take stays, is offered again, and none is lost", "[opaque]") {
    auto child = tenon::start<in_thread<hesitant>>(tenon::bind(hesitant::in, "127.0.0.1"),
                                                   tenon::bind(hesitant::steps, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::push};
    peer.connect(child.address(hesitant::in));
    for (char const* word : {"one", "two", "three"}) by_hand::send(peer, {word});
    tenon::client<steering> steps{child.address(hesitant::steps)};
    CHECK(steps.request(next{}).until_now == std::vector<std::string>{"one"});
    CHECK(steps.request(next{}).until_now == std::vector<std::string>{"one", "two"});
    CHECK(steps.request(next{}).until_now == std::vector<std::string>{"one", "two", "three"});
}

namespace {

/// Two opaque ports of one app; an observer sees what passes.
struct watching {
    using policy_kind = tenon::kind::observer;
    static inline std::vector<std::string> seen;

    void note(char const* what, tenon::traffic const& t) {
        seen.push_back(what + std::string{t.port} + " " + std::string{t.message} + std::string{tenon::as_text(t.body)});
    }
    void received(tenon::traffic const& t) { note("received ", t); }
    void sent(tenon::traffic const& t) { note("sent ", t); }
    void dropped(tenon::incident const& what) { seen.push_back(std::string{what.text}); }
};

struct bridge {
    static constexpr auto in    = tenon::opaque<tenon::pattern::pair, "in">;
    static constexpr auto out   = tenon::opaque<tenon::pattern::push, "out", tenon::overload::drop_newest<10>>;
    static constexpr auto ports = tenon::ports(in, out);

    void on(decltype(in), tenon::opaque_message auto& message, auto& process) {
        if (process[out].forward(message)) process.stop();
    }
};

}  // namespace

TEST_CASE("an observer sees the last frame of what passes an opaque port", "[opaque]") {
    watching::seen.clear();
    zmq::context context;
    zmq::socket  sink{context, tenon::pattern::pull}, source{context, tenon::pattern::pair};
    auto const   where = sink.bind("127.0.0.1");
    auto child = tenon::start<tenon::process<bridge, tenon::launch::thread, zmq, watching>>(
        tenon::bind(bridge::in, "127.0.0.1"), tenon::connect(bridge::out, where));
    source.connect(child.address(bridge::in));
    by_hand::send(source, {"a", "b"});
    CHECK(by_hand::receive(sink) == by_hand::frames{"a", "b"});
    CHECK(child.join() == 0);
    CHECK(watching::seen == std::vector<std::string>{"received in b", "sent out b"});
}

TEST_CASE("a message that is emptied gives its large frames back at once", "[opaque]") {
    std::string const            large(100'000, 'x');
    int                          given_back = 0;
    tenon::multipart<zmq::frame> message;
    message.add(zmq::frame{tenon::as_bytes("small")});
    auto const count_it = [](void*, void* count) { ++*static_cast<int*>(count); };
    message.add(zmq::frame{tenon::as_bytes(large), count_it, &given_back});
    CHECK(given_back == 0);
    message.clear();
    CHECK(given_back == 1);
    CHECK(message.empty());
}

// The blocking client: one outcome for each request, and usable after each of them.
#include "by_hand.hpp"
#include "catch.hpp"
#include "ping_pong.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using app::client;
using app::ping;
using app::server;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

/// A server by hand, so that it can misbehave: the test plays the peer.
struct raw_server {
    zmq::context context;
    zmq::socket  socket{context, tenon::pattern::router};
    tenon::address where = socket.bind("127.0.0.1");

    by_hand::frames receive() { return by_hand::receive(socket); }
    void            send(by_hand::frames const& parts) { by_hand::send(socket, parts); }
    /// The request's frames with another body.
    void answer(by_hand::frames frames, std::string body) {
        frames.back() = std::move(body);
        send(frames);
    }
    /// Does not know the question for the protocol's definition that follows on such a reply.
    void refuse_question() { answer(receive(), R"(["failure",{"code":4,"text":"unknown message"}])"); }
};

/// Asks in a thread of its own, so that the test can answer in this one.
struct asker {
    explicit asker(tenon::address const& where, std::chrono::milliseconds timeout = 10s)
        : thread{[this, where, timeout] {
              client<> peer{where};
              outcome = peer.try_request(ping{1}, timeout);
              if (again) second = peer.try_request(ping{2}, 10s);
              late = peer.late_replies();
          }} {}
    ~asker() { join(); }
    void join() {
        if (thread.joinable()) thread.join();
    }

    std::atomic<bool>         again{false};
    tenon::result<app::pong>  outcome{tenon::failure{}};
    tenon::result<app::pong>  second{tenon::failure{}};
    std::uint64_t             late = 0;
    std::thread               thread;
};

}  // namespace

TEST_CASE("a request carries an id and an empty delimiter before its body", "[client]") {
    raw_server peer;
    asker      client{peer.where};
    auto const frames = peer.receive();
    REQUIRE(frames.size() == 4);  // the identity that ROUTER adds, the id, the delimiter, the body
    CHECK(frames[1].size() == 8);
    CHECK(frames[2].empty());
    CHECK(frames[3] == R"(["ping",1])");
    peer.answer(frames, R"(["pong",1])");
    client.join();
    REQUIRE(client.outcome);
    CHECK(client.outcome->count == 1);
}

TEST_CASE("a reply that is none ends the request with a typed failure", "[client]") {
    raw_server peer;
    asker      client{peer.where};
    auto const frames = peer.receive();
    SECTION("a message that the protocol does not know") {
        peer.answer(frames, R"(["pang",1])");
        peer.refuse_question();
        client.join();
        CHECK(client.outcome.error().code == errc::unexpected_reply);
    }
    SECTION("the reply to another question") {
        peer.answer(frames, R"(["done",null])");
        peer.refuse_question();
        client.join();
        CHECK(client.outcome.error().code == errc::unexpected_reply);
    }
    SECTION("garbage") {
        peer.answer(frames, "\x01\x02\x03");
        client.join();
        CHECK(client.outcome.error().code == errc::malformed);
    }
    SECTION("a field of the wrong type") {
        peer.answer(frames, R"(["pong","x"])");
        peer.refuse_question();
        client.join();
        CHECK(client.outcome.error().code == errc::wrong_type);
    }
    SECTION("the peer's failure, with its code and text") {
        peer.answer(frames, R"(["failure",{"code":101,"text":"not today"}])");
        client.join();
        CHECK(client.outcome.error() == tenon::failure{errc::refused, "not today"});
    }
}

TEST_CASE("a late reply is dropped and never answers the next request", "[client][hazard]") {
    raw_server peer;
    asker      client{peer.where, 50ms};
    client.again       = true;
    auto const first   = peer.receive();
    auto const second  = peer.receive();  // the first one has timed out by now
    CHECK(second[1] != first[1]);
    peer.answer(first, R"(["pong",1])");
    peer.answer(first, R"(["pong",1])");
    peer.send({first[0], "no id", "", R"(["pong",1])"});
    peer.send({first[0], R"(["pong",1])"});
    peer.answer(second, R"(["pong",2])");
    client.join();
    CHECK(client.outcome.error().code == errc::timed_out);
    REQUIRE(client.second);
    CHECK(client.second->count == 2);
    CHECK(client.late == 4);
}

TEST_CASE("a client may be told to wait for ever, in any unit", "[client]") {
    raw_server  peer;
    int         answers = 0;
    std::thread asking{[&] {
        app::client<> client{peer.where};
        answers += client.request(ping{1}, std::chrono::hours::max()).count;
        answers += client.request(ping{1}, std::chrono::nanoseconds::max()).count;
    }};
    for (int i = 0; i < 2; ++i) peer.answer(peer.receive(), R"(["pong",1])");
    asking.join();
    CHECK(answers == 2);
}

TEST_CASE("a client whose time is over before it begins, however long ago, ends at once", "[client]") {
    raw_server    peer;
    app::client<> client{peer.where};
    for (auto const timeout : {std::chrono::nanoseconds{0}, std::chrono::nanoseconds::min()}) {
        auto const outcome = client.try_request(ping{1}, timeout);
        REQUIRE(!outcome);
        CHECK(static_cast<int>(outcome.error().code) == static_cast<int>(errc::timed_out));
    }
}

TEST_CASE("the client may start before the server", "[client]") {
    tenon::address where{"127.0.0.1"};
    {
        zmq::context context;
        zmq::socket  probe{context, tenon::pattern::router};
        where = probe.bind("127.0.0.1");  // a port that is free a moment later
    }
    client<> peer{where};
    CHECK(peer.try_request(ping{1}, 20ms).error().code == errc::timed_out);
    auto child = tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, where));
    CHECK(peer.request(ping{2}, 10s).count == 2);
}

TEST_CASE("the server may restart", "[client]") {
    tenon::launch::start_options options;
    auto child = tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    auto const where = child.address(server::requests);
    client<>   peer{where};
    for (int round = 0; round < 3; ++round) {
        CHECK(peer.request(ping{round}).count == round);
        child.kill();
        child.join();
        child = tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, where));
    }
    // What was sent into the gap may be lost; the next one is not.
    auto const after = peer.try_request(ping{7}, 10s);
    REQUIRE(after);
    CHECK(after->count == 7);
}

TEST_CASE("a message that cannot be encoded is refused before it is sent", "[client]") {
    raw_server peer;
    client<>   asking{peer.where};
    auto const refused = asking.try_request(app::misbehave{"\xff"}, 10s);
    CHECK(refused.error().code == errc::bad_utf8);
    CHECK_THROWS_AS(asking.request(app::misbehave{"\xff"}), tenon::error);
}

TEST_CASE("a request without an answer throws what went wrong", "[client]") {
    raw_server peer;
    client<>   asking{peer.where};
    try {
        static_cast<void>(asking.request(ping{1}, 10ms));
        FAIL("there was a reply");
    } catch (tenon::error const& e) {
        CHECK(e.code() == errc::timed_out);
    }
}

TEST_CASE("a client refuses an address that it can never reach", "[client]") {
    for (char const* only_bound : {"inproc://*", "tcp://127.0.0.1"}) {
        try {
            client<> lost{only_bound};
            FAIL("connected");
        } catch (tenon::error const& e) {
            CHECK(e.code() == errc::bad_address);
        }
    }
}

TEST_CASE("a client that waits in vain over inproc is told how far that reaches", "[client]") {
    client<> asking{"inproc://nobody"};
    try {
        static_cast<void>(asking.request(ping{1}, 10ms));
        FAIL("there was a reply");
    } catch (tenon::error const& e) {
        CHECK(e.code() == errc::timed_out);
        CHECK(std::string{e.what()}.find("ipc://") != std::string::npos);
    }
}

TEST_CASE("a client belongs to one thread", "[client][hazard]") {
    raw_server peer;
    client<>   asking{peer.where};
    CHECK(asking.try_request(ping{1}, 1ms).error().code == errc::timed_out);
    errc seen = errc::ok;
    std::thread{[&] {
        try {
            static_cast<void>(asking.try_request(ping{1}, 1ms));
        } catch (tenon::error const& e) {
            seen = e.code();
        }
    }}.join();
    CHECK(seen == errc::wrong_thread);
}

// Requests that are sent again: ports and clients with a retry policy.
#include "by_hand.hpp"
#include "catch.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;
using tenon::errc;

namespace {

struct ask { int number; };
struct told { int number; };
struct over {};
struct news { int number; };
using talk = tenon::protocol<tenon::request<ask, told>, tenon::command<over>, tenon::event<news>>;

struct asker {
    static constexpr auto server = tenon::dealer<"server", talk, tenon::retry::times<2, 1ms, 2ms>>;
    static constexpr auto ports  = tenon::ports(server);

    static inline std::string          outcome;
    static inline tenon::port_counters counters;

    void on(tenon::started const&, auto& process) {
        process[server].request(ask{1}, 40ms, [&process](tenon::result<told> got) {
            outcome = got ? std::to_string(got->number) : std::string{describe(got.error().code)};
            process[server].send(over{});
        });
    }
    void on(news const&, auto& process) {
        counters = process[server].counters();
        process.stop();
    }
};

/// A server that answers only the attempts named, and says at the end which it has seen.
std::vector<by_hand::frames> serve(zmq::socket& router, std::vector<std::size_t> const& answered) {
    std::vector<by_hand::frames> attempts;
    for (;;) {
        auto message = by_hand::receive(router);
        if (message.back().find("over") != std::string::npos) {
            by_hand::send(router, {message[0], "", R"(["news",1])"});
            return attempts;
        }
        attempts.push_back(message);
        for (std::size_t const number : answered)
            if (attempts.size() == number) {
                message.back() = R"(["told",7])";
                by_hand::send(router, message);
            }
    }
}

struct run {
    zmq::context                 context{};
    zmq::socket                  router{context, tenon::pattern::router};
    std::vector<by_hand::frames> attempts;

    explicit run(std::vector<std::size_t> const& answered) {
        auto const where = router.bind("127.0.0.1");
        auto       child = tenon::start<tenon::process<asker, tenon::launch::thread, zmq>>(
            tenon::connect(asker::server, where));
        attempts = serve(router, answered);
        CHECK(child.join() == 0);
    }
};

}  // namespace

TEST_CASE("a request without a reply is sent again under the same id, and the reply to any attempt counts", "[retry]") {
    run const r{{2}};
    CHECK(asker::outcome == "7");
    REQUIRE(r.attempts.size() == 2);
    CHECK(r.attempts[0] == r.attempts[1]);
    CHECK(asker::counters.retried == 1);
    CHECK(asker::counters.timed_out == 0);
}

TEST_CASE("after the last attempt a request has timed out, once", "[retry]") {
    run const r{{}};
    CHECK(asker::outcome == "timed out");
    CHECK(r.attempts.size() == 3);
    CHECK(asker::counters.retried == 2);
    CHECK(asker::counters.timed_out == 1);
}

TEST_CASE("a second reply to a repeated request is late", "[retry][hazard]") {
    zmq::context context;
    zmq::socket  router{context, tenon::pattern::router};
    auto const   where = router.bind("127.0.0.1");
    auto child = tenon::start<tenon::process<asker, tenon::launch::thread, zmq>>(tenon::connect(asker::server, where));
    auto message = by_hand::receive(router);
    message      = by_hand::receive(router);
    message.back() = R"(["told",8])";
    by_hand::send(router, message);
    by_hand::send(router, message);
    serve(router, {});
    CHECK(child.join() == 0);
    CHECK(asker::outcome == "8");
    CHECK(asker::counters.late == 1);
}

namespace {

/// Answers the third question only, after an event.
void serve_client(zmq::socket& router) {
    for (int i = 1; i <= 3; ++i) {
        auto message = by_hand::receive(router);
        if (i < 3) continue;
        by_hand::send(router, {message[0], "", R"(["news",1])"});
        by_hand::send(router, {message[0], R"(["news",2])"});
        by_hand::send(router, {message[0], "", R"(["news","x"])"});
        message.back() = R"(["told",3])";
        by_hand::send(router, message);
    }
}

}  // namespace

TEST_CASE("a client asks again as its retry policy says, and keeps events that come meanwhile", "[retry][client]") {
    zmq::context context;
    zmq::socket  router{context, tenon::pattern::router};
    auto const   where = router.bind("127.0.0.1");
    router.disown();
    std::jthread const server{[&] { serve_client(router); }};

    tenon::client<talk, zmq, tenon::retry::times<5, 1ms>, tenon::codec::json> client{where};
    CHECK(client.request(ask{1}, 20ms).number == 3);
    CHECK(std::get<news>(client.next_event().value()).number == 1);
    CHECK(std::get<news>(client.next_event().value()).number == 2);
    CHECK(client.next_event().error().code == errc::wrong_type);
    CHECK(client.next_event(1ms).error().code == errc::timed_out);
    auto const none = client.try_request(ask{1}, 1ms);
    CHECK(none.error().code == errc::timed_out);
}

TEST_CASE("a server's own failure is the outcome of a request, whatever its name, and is not asked for again",
          "[retry][client]") {
    zmq::context context;
    zmq::socket  router{context, tenon::pattern::router};
    auto const   where = router.bind("127.0.0.1");
    router.disown();
    std::jthread const server{[&] {
        for (auto const& body : {R"(["failure",{"code":104,"text":"by the server"}])", R"(["told",4])"}) {
            auto message   = by_hand::receive(router);
            message.back() = body;
            by_hand::send(router, message);
        }
    }};
    tenon::client<talk, zmq, tenon::retry::times<5, 1ms>, tenon::codec::json> client{where};
    auto const outcome = client.try_request(ask{1}, 10s);
    REQUIRE(!outcome);
    CHECK(outcome.error().text == "by the server");
    CHECK(client.request(ask{1}, 10s).number == 4);
}

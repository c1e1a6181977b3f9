// Threads of one program that talk over inproc: processes in threads, clients, and what a fork makes of them.
#include "catch.hpp"
#include "neighbours.hpp"
#include "ping_pong.hpp"

#include <tenon/process/security/curve.hpp>
#include <tenon/process/topology.hpp>
#include <tenon/protocol/topology.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using app::ping;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

constexpr auto patience = 30s;  // reached only when a test fails

template <class... More>
using server_thread = app::server_process<tenon::launch::thread, tenon::codec::binary, More...>;
using server_fork   = app::server_process<tenon::launch::fork, tenon::codec::binary>;
template <class... More>
using client_of = tenon::client<app::ping_pong, tenon::codec::binary, zmq, More...>;

constexpr auto requests = app::server::requests;

std::string refusal(errc code, auto&& call) {
    try {
        call();
    } catch (tenon::error const& e) {
        INFO(e.what());
        CHECK(static_cast<int>(e.code()) == static_cast<int>(code));
        return e.what();
    }
    return "accepted";
}
bool mentions(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Talks to itself over inproc, by the way of its plan. The port that connects comes first.
struct loner {
    static constexpr auto asks    = tenon::req<"asks", app::ping_pong>;
    static constexpr auto answers = tenon::rep<"answers", tenon::protocol<tenon::request<ping, app::pong>>>;
    static constexpr auto ports   = tenon::ports(asks, answers);

    app::pong on(ping const& p) { return {p.count}; }
    void      on(tenon::started const&, auto& process) {
        process[asks].request(ping{5}, patience, [&process](tenon::result<app::pong> got) {
            process.stop(got && got->count == 5 ? 5 : 1);
        });
    }
};

/// Passes requests on to another server.
struct relay {
    static constexpr auto in    = tenon::rep<"in", tenon::protocol<tenon::request<ping, app::pong>>>;
    static constexpr auto out   = tenon::req<"out", app::ping_pong>;
    static constexpr auto ports = tenon::ports(out, in);

    tenon::deferred<app::pong> on(ping const& p, auto& process) {
        return process[in].defer(p, [&](tenon::promise<app::pong> later) {
            process[out].request(p, patience, [later = std::move(later)](tenon::result<app::pong> got) mutable {
                later.answer(got);
            });
        });
    }
};
using relay_client = tenon::client<tenon::protocol<tenon::request<ping, app::pong>>, tenon::codec::binary, zmq>;

}  // namespace

TEMPLATE_TEST_CASE("a client talks over inproc to a process in a thread, however they wait", "[inproc]",
                   tenon::wait::block, tenon::wait::spin_then_block<50us>, tenon::wait::spin_then_block<20ms>) {
    auto child = tenon::start<server_thread<TestType>>(tenon::bind(requests, "inproc://*"));
    CHECK(child.address(requests).scheme() == tenon::scheme::inproc);
    CHECK(!child.address(requests).is_wildcard());
    client_of<TestType> peer{child.address(requests)};
    for (int i = 0; i < 100; ++i) REQUIRE(peer.request(ping{i}).count == i);
    auto const refused = peer.try_request(app::misbehave{"refuse"});
    REQUIRE(!refused);
    CHECK(static_cast<int>(refused.error().code) == static_cast<int>(errc::refused));
    peer.send(app::plzdiekthxbye{});
    CHECK(child.join() == 0);
}

TEST_CASE("random inproc names differ, and a given one is had by one process at a time", "[inproc]") {
    auto one = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://*"));
    auto two = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://*"));
    CHECK(!(one.address(requests) == two.address(requests)));
    CHECK(client_of<>{one.address(requests)}.request(ping{1}).count == 1);
    CHECK(client_of<>{two.address(requests)}.request(ping{2}).count == 2);

    auto const taken = one.address(requests);
    refusal(errc::address_in_use, [&] {
        static_cast<void>(tenon::start<server_thread<>>(tenon::bind(requests, taken)));
    });
    CHECK(client_of<>{taken}.request(ping{3}).count == 3);
}

TEST_CASE("an inproc name is free as soon as its process has ended", "[inproc]") {
    for (int i = 0; i < 30; ++i) {
        auto        child = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://again"));
        client_of<> peer{child.address(requests)};
        REQUIRE(peer.request(ping{i}).count == i);
        child.terminate();
        REQUIRE(child.join() == 0);
    }
}

TEST_CASE("a client over inproc may start before its server, and outlives it", "[inproc]") {
    client_of<> peer{"inproc://later"};
    auto const  early = peer.try_request(ping{1}, 20ms);
    REQUIRE(!early);
    CHECK(static_cast<int>(early.error().code) == static_cast<int>(errc::timed_out));
    CHECK(mentions(early.error().text, "a thread of this program"));
    for (int i = 0; i < 5; ++i) {
        auto child = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://later"));
        // libzmq needs a moment to close the socket of the server before: until then requests are taken, and time out.
        auto outcome = peer.try_request(ping{i}, 100ms);
        for (int k = 0; k < 100 && !outcome; ++k) outcome = peer.try_request(ping{i}, 100ms);
        REQUIRE(outcome);
        CHECK(outcome->count == i);
        child.terminate();
        REQUIRE(child.join() == 0);
    }
    CHECK(!peer.try_request(ping{6}, 20ms));
}

TEST_CASE("addresses of inproc that can only be bound, and processes that are no threads of the program, are refused",
          "[inproc]") {
    CHECK(mentions(refusal(errc::bad_address, [] { client_of<> lost{"inproc://*"}; }), "write what bind returned"));
    auto const text = refusal(errc::bad_address, [] {
        using process = tenon::process<relay, tenon::launch::fork, zmq>;
        static_cast<void>(tenon::start<process>(tenon::bind(relay::in, "inproc://*"),
                                                tenon::connect(relay::out, "inproc://elsewhere")));
    });
    CHECK(mentions(text, "cannot start relay"));
    CHECK(mentions(text, "'inproc://elsewhere'"));
    CHECK(mentions(text, "ipc:// or tcp://"));
}

TEST_CASE("what another process has bound over inproc is out of reach", "[inproc]") {
    auto const  child = tenon::start<server_fork>(tenon::bind(requests, "inproc://*"));
    client_of<> lost{child.address(requests)};
    auto const  outcome = lost.try_request(ping{1}, 50ms);
    REQUIRE(!outcome);
    CHECK(mentions(outcome.error().text, "to reach another process use ipc:// or tcp://"));
}

TEST_CASE("processes in threads pass requests on over inproc, and a port may have tcp beside it", "[inproc]") {
    using process = tenon::process<relay, tenon::launch::thread, tenon::codec::binary, zmq>;
    auto         last  = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://last"),
                                                       tenon::bind(requests, "127.0.0.1"));
    auto         first = tenon::start<process>(tenon::bind(relay::in, "inproc://*"),
                                               tenon::connect(relay::out, last.address(requests)));
    relay_client peer{first.address(relay::in)};
    for (int i = 0; i < 100; ++i) REQUIRE(peer.request(ping{i}).count == i);
    REQUIRE(last.addresses(requests).size() == 2);
    CHECK(client_of<>{last.addresses(requests)[1]}.request(ping{7}).count == 7);
}

TEST_CASE("the ports of one process may be linked over inproc, in any order", "[inproc]") {
    auto const start = [](auto launch) {
        return tenon::start<tenon::process<loner, decltype(launch), zmq>>(tenon::connect(loner::asks, "inproc://self"),
                                                                          tenon::bind(loner::answers, "inproc://self"));
    };
    CHECK(start(tenon::launch::thread{}).join() == 5);
    CHECK(start(tenon::launch::fork{}).join() == 5);
}

TEST_CASE("what a client has sent over inproc arrives though the client has gone", "[inproc]") {
    auto child = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://*"));
    client_of<>{child.address(requests)}.send(app::plzdiekthxbye{});
    CHECK(child.join(patience) == 0);
}

TEST_CASE("a large message goes over inproc and back", "[inproc]") {
    auto        child = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://*"));
    client_of<> peer{child.address(requests)};
    CHECK(peer.try_request(app::misbehave{std::string(1 << 20, 'x')}).has_value());
}

TEST_CASE("clients and processes in many threads come and go in any order", "[inproc]") {
    for (int round = 0; round < 10; ++round) {
        auto const               name  = "inproc://crowd";
        auto                     child = tenon::start<server_thread<>>(tenon::bind(requests, name));
        std::atomic<int>         answered{0};
        std::vector<std::thread> crowd;
        for (int i = 0; i < 8; ++i)
            crowd.emplace_back([&, i] {
                for (int k = 0; k < 5; ++k) {
                    client_of<> peer{name};
                    if (peer.request(ping{i + k}, patience).count == i + k) ++answered;
                }
            });
        for (auto& each : crowd) each.join();
        CHECK(answered == 40);
    }
}

TEST_CASE("a fork amid traffic over inproc harms neither side", "[inproc][fork]") {
    auto              server = tenon::start<server_thread<>>(tenon::bind(requests, "inproc://busy"));
    std::atomic<bool> enough{false};
    std::atomic<long> answered{0}, wrong{0};
    std::thread       busy{[&] {
        while (!enough) {
            client_of<> peer{"inproc://busy"};  // so that the shared context is looked for all the time
            for (int i = 0; i < 10; ++i) ++(peer.request(ping{i}, patience).count == i ? answered : wrong);
        }
    }};
    client_of<> inherited{"inproc://busy"};
    for (int i = 0; i < 20; ++i) {
        auto child = tenon::start<tenon::process<loner, tenon::launch::fork, zmq>>(
            tenon::connect(loner::asks, "inproc://busy"), tenon::bind(loner::answers, "inproc://busy"));
        CHECK(child.join() == 5);
        CHECK(inherited.request(ping{i}, patience).count == i);
    }
    enough = true;
    busy.join();
    CHECK(answered > 0);
    CHECK(wrong == 0);
}

// ---- Topologies ----------------------------------------------------------------------------------------------------

namespace {

using relay_thread = tenon::process<relay, tenon::launch::thread, tenon::codec::binary, zmq>;
using relay_fork   = tenon::process<relay, tenon::launch::fork, tenon::codec::binary, zmq>;

constexpr auto back   = tenon::participant<server_thread<>, "back">;
constexpr auto front  = tenon::participant<relay_thread, "front">;
constexpr auto apart  = tenon::participant<relay_fork, "apart">;
constexpr auto script = tenon::outsider<"script", tenon::codec::binary>;
constexpr auto inside = tenon::topology(front[relay::out] >> back[requests],
                                        script[tenon::req<"asks", tenon::protocol<tenon::request<ping, app::pong>>>] >>
                                            front[relay::in]);
constexpr auto across = tenon::topology(apart[relay::out] >> back[requests], tenon::open(apart[relay::in]));

}  // namespace

TEST_CASE("a topology of processes in threads may be linked over inproc", "[inproc][topology]") {
    auto         running = tenon::start(inside, tenon::bind(back[requests], "inproc://*"),
                                        tenon::bind(front[relay::in], "inproc://front"));
    relay_client peer{running.address(front[relay::in])};
    for (int i = 0; i < 20; ++i) REQUIRE(peer.request(ping{i}).count == i);
    for (auto const& each : running.stop()) CHECK(each.success());
}

TEST_CASE("a topology that links another process over inproc does not start", "[inproc][topology]") {
    auto const text = refusal(errc::bad_address, [] {
        static_cast<void>(tenon::start(across, tenon::bind(back[requests], "inproc://back")));
    });
    CHECK(mentions(text, "apart.out is to connect to back.requests at 'inproc://back'"));
    CHECK(mentions(text, "apart is a process of its own"));
}

TEST_CASE("processes in a circle talk over inproc, and what the first one says when it starts arrives",
          "[inproc][topology]") {
    using namespace neighbours;
    auto running = tenon::start(circle, tenon::bind(left[neighbour::door], "inproc://left"),
                                tenon::bind(right[neighbour::door], "inproc://right"));
    for (auto const* name : {"inproc://left", "inproc://right"}) {
        tenon::client<greeting, tenon::codec::binary, zmq> visitor{name};
        int                                                replies = 0;
        for (int i = 0; i < 10'000 && replies == 0; ++i) replies = visitor.request(hello{}, patience).replies;
        CHECK(replies == 1);
    }
    for (auto const& each : running.stop()) CHECK(each.success());
}

// ---- Peers that come again -----------------------------------------------------------------------------------------

namespace {

struct bulletin { int edition; };
using news = tenon::protocol<tenon::event<bulletin>>;

struct publisher {
    static constexpr auto out   = tenon::pub<"out", news>;
    static constexpr auto ports = tenon::ports(out);

    struct config { int edition; };
    config settings;

    void on(tenon::started const&, auto& process) {
        process.every(1ms, [this, &process] { process[out].send(bulletin{settings.edition}); });
    }
};

std::atomic<int> latest_edition{0};

struct reader {
    static constexpr auto in    = tenon::sub<"in", news>;
    static constexpr auto ports = tenon::ports(in);

    void on(bulletin const& b, auto& process) {
        latest_edition = b.edition;
        if (b.edition == 2) process.stop(2);
    }
};

}  // namespace

TEST_CASE("a port over inproc that only listens finds a publisher that came back", "[inproc]") {
    using writes = tenon::process<publisher, tenon::launch::thread, tenon::codec::binary, zmq>;
    using reads  = tenon::process<reader, tenon::launch::thread, tenon::codec::binary, zmq>;
    auto reading = tenon::start<reads>(tenon::connect(reader::in, "inproc://news"));
    {
        auto first = tenon::start<writes>(publisher::config{1}, tenon::bind(publisher::out, "inproc://news"));
        while (latest_edition == 0 && reading.alive()) std::this_thread::yield();
    }
    auto       second = tenon::start<writes>(publisher::config{2}, tenon::bind(publisher::out, "inproc://news"));
    auto const ended  = reading.join(patience);
    REQUIRE(ended);
    CHECK(*ended == 2);
}

// ---- Security ------------------------------------------------------------------------------------------------------

namespace {

tenon::security::key_pair const pair_of_keys = tenon::security::make_key_pair();

struct keys {
    static tenon::security::curve_keys of(std::string_view) { return {.own = pair_of_keys, .any_client = true}; }
};
struct friend_keys {
    static tenon::security::curve_keys of(std::string_view) {
        return {.own = pair_of_keys, .server = pair_of_keys.public_part};
    }
};
using guarded     = server_thread<tenon::security::curve<keys>>;
using known       = client_of<tenon::security::curve<friend_keys>>;
using without_key = client_of<>;

}  // namespace

TEST_CASE("processes with keys talk over inproc, where nobody asks for them", "[inproc][curve]") {
    auto one = tenon::start<guarded>(tenon::bind(requests, "inproc://*"));
    auto two = tenon::start<guarded>(tenon::bind(requests, "inproc://*"));
    CHECK(known{one.address(requests)}.request(ping{1}).count == 1);
    CHECK(without_key{two.address(requests)}.request(ping{2}).count == 2);
}

TEST_CASE("one process with keys and inproc links of a program may be reached by tcp as well", "[inproc][curve]") {
    auto const start = [] {
        return tenon::start<guarded>(tenon::bind(requests, "inproc://*"), tenon::bind(requests, "127.0.0.1"));
    };
    auto one = start();
    CHECK(known{one.addresses(requests)[0]}.request(ping{1}).count == 1);
    CHECK(known{one.addresses(requests)[1]}.request(ping{2}, patience).count == 2);

    auto const text = refusal(errc::address_in_use, [&] { static_cast<void>(start()); });
    CHECK(mentions(text, "leave out the inproc links"));
    auto beside = tenon::start<guarded>(tenon::bind(requests, "127.0.0.1"));  // has a context of its own
    CHECK(known{beside.address(requests)}.request(ping{3}, patience).count == 3);
}

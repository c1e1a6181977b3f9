// Simulated processes that are threads of one program, and those that are not: what inproc names mean in a world.
#include "app.hpp"
#include "catch.hpp"
#include "process/neighbours.hpp"

#include <tenon/launch/fork.hpp>
#include <tenon/launch/thread.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/topology.hpp>
#include <tenon/transport/zmq.hpp>

#include <string>
#include <string_view>

using namespace app;
using tenon::errc;
using tenon::testing::world;

namespace {

// The types of production.
using server_thread = tenon::process<server, tenon::launch::thread, tenon::codec::msgpack, tenon::transport::zmq>;
using asker_thread  = tenon::process<asker<>, tenon::launch::thread, tenon::codec::msgpack, tenon::transport::zmq>;
using asker_fork    = tenon::process<asker<>, tenon::launch::fork, tenon::codec::msgpack, tenon::transport::zmq>;

auto& start_asker(world& here, tenon::address const& where, int rounds = 10, std::chrono::milliseconds pause = 0ms) {
    return here.start<asker_thread>(asker<>::config{rounds, 1000ms, pause}, tenon::connect(asker<>::out, where));
}

std::string refusal(errc code, auto&& call) {
    try {
        call();
    } catch (tenon::error const& e) {
        CHECK(e.code() == code);
        return e.what();
    }
    return "accepted";
}
bool mentions(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("threads of one program talk over inproc in a world, the same way for each seed") {
    auto const hash_of = [](std::uint64_t seed) {
        world here{seed};
        auto& serves = here.start<server_thread>(tenon::bind(server::requests, "inproc://*"));
        auto& asks   = start_asker(here, serves.address(server::requests), 100);
        REQUIRE(here.run_until([&] { return asks.app().outcomes() == 100; }));
        CHECK(asks.app().answered == 100);
        CHECK(here.now() > 10ms);  // threads have to be woken
        return here.hash();
    };
    CHECK(hash_of(1) == hash_of(1));
    CHECK(hash_of(1) != hash_of(2));
    CHECK(hash_of(1) == 0x2cd7f37fe8263973u);
}

TEST_CASE("an inproc name is had by one process of a world, and said to be taken as ZeroMQ's is") {
    world here{1};
    auto& first = here.start<server_thread>(tenon::bind(server::requests, "inproc://desk"));
    auto const start_second = [&] {
        return &here.start<server_thread>(tenon::bind(server::requests, "inproc://desk"));
    };
    auto const text = refusal(errc::address_in_use, [&] { static_cast<void>(start_second()); });
    CHECK(mentions(text, "cannot bind a ROUTER socket to 'inproc://desk': Address already in use"));
    CHECK(mentions(text, "choose another name, or inproc://*"));
    first.stop();
    REQUIRE(here.run_until([&] { return !first.alive(); }));
    CHECK(start_second()->alive());
    auto& other = here.start<server_thread>(tenon::bind(server::requests, "inproc://*"));
    auto& more  = here.start<server_thread>(tenon::bind(server::requests, "inproc://*"));
    CHECK(!(other.address(server::requests) == more.address(server::requests)));
}

TEST_CASE("in a world, who connects over inproc waits for who binds, also after the end of that") {
    world here{1};
    auto& asks = start_asker(here, "inproc://desk", 1000, 10ms);
    here.advance(500ms);
    CHECK(asks.app().outcomes() == 0);
    auto& serves = here.start<server_thread>(tenon::bind(server::requests, "inproc://desk"));
    REQUIRE(here.run_until([&] { return asks.app().answered == 10; }, 1s));
    CHECK(asks.app().failures.empty());  // the first request waited, too

    serves.stop();
    REQUIRE(here.run_until([&] { return !serves.alive(); }));
    here.advance(500ms);
    here.restart(serves);
    REQUIRE(here.run_until([&] { return asks.app().answered == 20; }, 2s));
    CHECK(asks.app().failures.size() <= 1);  // what was asked just when the server went

    here.crash(serves);
    here.restart(serves);
    REQUIRE(here.run_until([&] { return asks.app().answered == 30; }, 2s));
    CHECK(asks.app().failures.size() <= 2);
}

TEST_CASE("processes that are no threads of the program do not reach each other over inproc in a world either") {
    world here{1};
    auto const text = refusal(errc::bad_address, [&] {
        here.start<asker_fork>(asker<>::config{1, 1000ms, 0ms}, tenon::connect(asker<>::out, "inproc://desk"));
    });
    CHECK(mentions(text, "cannot start asker"));
    CHECK(mentions(text, "inproc connects threads of one program"));

    auto& apart  = here.start<server_process>(tenon::bind(server::requests, "inproc://desk"));  // spawned
    auto& serves = here.start<server_thread>(tenon::bind(server::requests, "inproc://desk"));
    auto& asks   = start_asker(here, "inproc://desk", 5);
    REQUIRE(here.run_until([&] { return asks.app().answered == 5; }));
    CHECK(serves.app().answered == 5);
    CHECK(apart.app().answered == 0);
}

TEST_CASE("faults of a world befall what goes over inproc, too") {
    world here{1};
    auto& serves = here.start<server_thread>(tenon::bind(server::requests, "inproc://desk"));
    auto& asks   = start_asker(here, "inproc://desk", 3);
    here.drop_next<pong>();
    REQUIRE(here.run_until([&] { return asks.app().outcomes() == 3; }));
    CHECK(asks.app().answered == 2);
    CHECK(asks.app().failures == std::vector<errc>{errc::timed_out});
    CHECK(serves.app().answered == 3);

    auto& more = start_asker(here, "inproc://desk", 1);
    here.partition(serves, more);
    here.advance(500ms);
    CHECK(more.app().outcomes() == 0);
    here.heal(serves, more);
    REQUIRE(here.run_until([&] { return more.app().answered == 1; }, 100ms));
}

using namespace neighbours;

namespace {

using neighbour_fork = neighbour_process<tenon::launch::fork>;

constexpr auto apart  = tenon::participant<neighbour_fork, "apart">;
constexpr auto across = tenon::topology(left[neighbour::next] >> apart[neighbour::door],
                                        tenon::open(left[neighbour::door]), tenon::open(apart[neighbour::next]));

}  // namespace

TEST_CASE("a topology in a circle over inproc runs in a world, and what the first one says when it starts arrives") {
    world here{1};
    auto  running = tenon::testing::start(here, circle, tenon::bind(left[neighbour::door], "inproc://left"),
                                          tenon::bind(right[neighbour::door], "inproc://right"));
    CHECK(running.address(left[neighbour::door]) == "inproc://left");
    REQUIRE(here.settle());
    CHECK(running[left].app().replies == 1);
    CHECK(running[right].app().replies == 1);
    CHECK(running.stop());
}

TEST_CASE("a topology that links a process of its own over inproc is refused in a world as in production") {
    world      here{1};
    auto const text = refusal(errc::bad_address, [&] {
        tenon::testing::start(here, across, tenon::bind(apart[neighbour::door], "inproc://apart"));
    });
    CHECK(mentions(text, "left.next is to connect to apart.door at 'inproc://apart'"));
    CHECK(mentions(text, "apart is a process of its own"));
    auto const random = refusal(errc::bad_address, [&] {
        tenon::testing::start(here, circle, tenon::bind(right[neighbour::door], "inproc://*"));
    });
    CHECK(mentions(random, "give it a name of its own in tenon::bind(end, address)"));
}

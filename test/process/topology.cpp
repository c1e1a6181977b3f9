// Applications started from their topologies: in processes of the system, and in a simulated world.
#include "catch.hpp"

#include <tenon/process/topology.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/topology.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct hello { int number; };
struct welcome { int place; };
struct all_there { int count; };
struct sum { int numbers; };
struct stock { int left; };

using greeting = tenon::protocol<tenon::request<hello, welcome>, tenon::request<all_there, sum>>;
using prices   = tenon::protocol<tenon::event<stock>>;

/// Counts its guests, and tells when all are there.
struct host_app {
    static constexpr auto requests = tenon::rep<"requests", greeting>;
    static constexpr auto spare    = tenon::pull<"spare", tenon::protocol<tenon::command<stock>>>;
    static constexpr auto ports    = tenon::ports(requests, spare);

    struct config { int first_place; };
    config given;

    explicit host_app(config c) : given{c} {}

    welcome on(hello const& h) {
        numbers += h.number;
        ++guests;
        tell();
        return {given.first_place + guests - 1};
    }
    tenon::deferred<sum> on(all_there const& a, auto& process) {
        return process[requests].defer(a, [&](tenon::promise<sum> later) {
            wanted = a.count;
            waiting.emplace(std::move(later));
            tell();
        });
    }
    void on(stock const&) {}

    int                               guests = 0, numbers = 0, wanted = 0;
    std::optional<tenon::promise<sum>> waiting;

private:
    void tell() {
        if (waiting && guests == wanted) std::exchange(waiting, std::nullopt)->answer(sum{numbers});
    }
};

struct guest_app {
    static constexpr auto door  = tenon::req<"door", greeting>;
    static constexpr auto ports = tenon::ports(door);

    struct config { int number; };
    config given;
    int    place = -1;

    explicit guest_app(config c) : given{c} {}

    void on(tenon::started const&, auto& process) {
        process[door].request(hello{given.number}, 10s,
                              [this](tenon::result<welcome> const& w) { place = w.has_value() ? w->place : -2; });
    }
};

using host_process  = tenon::process<host_app>;
using guest_process = tenon::process<guest_app>;

constexpr auto host   = tenon::participant<host_process, "Host">;
constexpr auto guests = tenon::participants<guest_process, "guest">;
constexpr auto script = tenon::outsider<"script", tenon::codec::json>;
// The guests are mentioned first, and start last.
constexpr auto party =
    tenon::topology(guests[guest_app::door] >> host[host_app::requests],
                    script[tenon::dealer<"out", greeting>] >> host[host_app::requests],
                    tenon::open(host[host_app::spare]));

constexpr auto numbered = [](std::size_t number) { return guest_app::config{10 + static_cast<int>(number)}; };

TEST_CASE("a topology starts its processes and hands random ports from who binds to who connects", "[topology]") {
    auto running = tenon::start(party, tenon::instances(guests, 3), tenon::configure(guests, numbered),
                                tenon::configure(host, host_app::config{0}),
                                tenon::start_with(host, {.ready_timeout = 60s}));
    CHECK(running.size() == 4);
    CHECK(running[guests].size() == 3);
    CHECK(running[host].alive());
    CHECK(running.address(host[host_app::requests]).port().has_value());
    CHECK(running.address(host[host_app::requests]) == running[host].address(host_app::requests));

    tenon::client<greeting> asker{running.address(host[host_app::requests])};
    CHECK(asker.request(all_there{3}, 60s).numbers == 10 + 11 + 12);

    auto const ends = running.stop();
    REQUIRE(ends.size() == 4);
    for (auto const& each : ends) CHECK(each.success());
    CHECK(!running.alive());
}

TEST_CASE("an end that was not linked has no address, and one that is given one binds there", "[topology]") {
    auto const start = [](auto const&... more) {
        return tenon::start(party, tenon::instances(guests, 0), tenon::configure(guests, numbered),
                            tenon::configure(host, host_app::config{0}), more...);
    };
    auto plain = start();
    REQUIRE_THROWS_AS(plain.address(host[host_app::spare]), tenon::error);
    auto open = start(tenon::bind(host[host_app::spare], "127.0.0.1"));
    CHECK(open.address(host[host_app::spare]).port().has_value());
    CHECK(open.address(host[host_app::spare]) != open.address(host[host_app::requests]));
}

TEST_CASE("a topology runs in a simulated world, and stops in the reverse order", "[topology]") {
    tenon::testing::world world{7, {.keep_trace = true}};
    auto running = tenon::testing::start(world, party, tenon::configure(host, host_app::config{5}),
                                         tenon::instances(guests, 2), tenon::configure(guests, numbered));
    auto const is_seated = [&](std::size_t guest) { return running[guests][guest]->app().place >= 0; };
    REQUIRE(world.run_until([&] { return is_seated(0) && is_seated(1); }, 1s));
    CHECK(running[host].app().numbers == 10 + 11);
    CHECK(running[guests][0]->app().place + running[guests][1]->app().place == 5 + 6);
    CHECK(running.address(host[host_app::requests]).port().has_value());

    CHECK(running.stop());
    std::string const text = world.trace_text();
    auto const        last = text.find("guest.2: stopped"), first = text.find("guest: stopped");
    auto const        bound = text.find("Host: stopped");
    REQUIRE(bound != std::string::npos);
    CHECK(last < first);
    CHECK(first < bound);
}

// ---- Circles ----------------------------------------------------------------------------------------------------

struct turn { int left; };
using game = tenon::protocol<tenon::command<turn>>;

struct player_app {
    static constexpr auto in    = tenon::pull<"in", game>;
    static constexpr auto out   = tenon::push<"out", game>;
    static constexpr auto ports = tenon::ports(in, out);

    void on(turn const& t, auto& process) {
        ++turns;
        if (t.left > 0) process[out].send(turn{t.left - 1});
    }
    int turns = 0;
};

constexpr auto left   = tenon::participant<tenon::process<player_app>, "left">;
constexpr auto right  = tenon::participant<tenon::process<player_app>, "right">;
constexpr auto circle = tenon::topology(left[player_app::out] >> right[player_app::in],
                                        right[player_app::out] >> left[player_app::in]);

TEST_CASE("a circle starts where an address is known before", "[topology]") {
    tenon::testing::world world{1};
    auto running = tenon::testing::start(world, circle, tenon::bind(left[player_app::in], "127.0.0.1:5678"));
    CHECK(running.address(left[player_app::in]) == tenon::address{"127.0.0.1:5678"});
    running[left].process()[player_app::out].send(turn{5});
    REQUIRE(world.run_until([&] { return running[left].app().turns == 3; }, 10s));
    CHECK(running[right].app().turns == 3);
}

TEST_CASE("a circle does not start at a random address", "[topology]") {
    tenon::testing::world world{1};
    try {
        tenon::testing::start(world, circle, tenon::bind(left[player_app::in], "127.0.0.1"));
        CHECK(false);
    } catch (tenon::error const& e) {
        CHECK(e.code() == tenon::errc::bad_address);
        CHECK(std::string{e.what()}.find("left.in binds to 'tcp://127.0.0.1', a random address") != std::string::npos);
    }
}

// ---- Outsiders and others ----------------------------------------------------------------------------------------

constexpr auto store   = tenon::outsider<"store", tenon::codec::json>;
constexpr auto visitor = tenon::participant<guest_process, "visitor">;
constexpr auto outside = tenon::topology(visitor[guest_app::door] >> store[tenon::rep<"in", greeting>]);

TEST_CASE("an outsider that binds is found where it is said to be", "[topology]") {
    tenon::testing::world world{3};
    // The test plays the outsider by starting a host where it was announced.
    world.start<host_process>(host_app::config{70}, tenon::bind(host_app::requests, "127.0.0.1:7000"),
                              tenon::unlinked(host_app::spare));
    auto running = tenon::testing::start(world, outside, tenon::configure(visitor, guest_app::config{1}),
                                         tenon::bind(store[tenon::rep<"in", greeting>], "127.0.0.1:7000"));
    CHECK(running.size() == 1);
    REQUIRE(world.run_until([&] { return running[visitor].app().place == 70; }, 10s));
}

TEST_CASE("who connects is linked to every process that binds", "[topology]") {
    constexpr auto hosts = tenon::participants<host_process, "hosts">;
    constexpr auto app   = tenon::topology(visitor[guest_app::door] >> hosts[host_app::requests],
                                           tenon::open(hosts[host_app::spare]));
    tenon::testing::world world{3};
    auto running = tenon::testing::start(world, app, tenon::configure(visitor, guest_app::config{1}),
                                         tenon::configure(hosts, host_app::config{0}), tenon::instances(hosts, 2));
    CHECK(running.addresses(hosts[host_app::requests]).size() == 2);
    auto const ask = [&] {
        running[visitor].process()[guest_app::door].request(hello{1}, 10s, [](tenon::result<welcome> const&) {});
    };
    for (int i = 0; i < 3; ++i) ask();
    REQUIRE(world.settle(10s));
    CHECK(running[hosts][0]->app().guests == 2);
    CHECK(running[hosts][1]->app().guests == 2);
}

TEST_CASE("a start that fails stops what was started", "[topology]") {
    auto const blocker = tenon::start<host_process>(host_app::config{0}, tenon::bind(host_app::requests, "127.0.0.1"),
                                                    tenon::unlinked(host_app::spare));
    auto const taken   = blocker.address(host_app::requests);
    REQUIRE_THROWS_AS(tenon::start(party, tenon::bind(host[host_app::requests], taken), tenon::instances(guests, 1),
                                   tenon::configure(guests, numbered), tenon::configure(host, host_app::config{0})),
                      tenon::error);
}

}  // namespace

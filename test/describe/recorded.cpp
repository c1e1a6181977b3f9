// Diagrams of recorded runs.
#include "catch.hpp"
#include "describe/describe.hpp"

#include <tenon/describe/ascii.hpp>
#include <tenon/describe/mermaid.hpp>
#include <tenon/describe/recorded.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/recordings.hpp>
#include <tenon/testing/world/topology.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace description = tenon::description;
using tenon::recording::happening;

struct tick { int number; };
using clock_ticks = tenon::protocol<tenon::event<tick>>;

/// Asks twice and says good bye.
struct asker_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto seen  = tenon::sub<"seen", clock_ticks>;
    static constexpr auto ports = tenon::ports(out, seen);

    int asked = 0;

    void on(tenon::started const&, auto& process) { ask(process); }
    void on(tick const&) {}

    void ask(auto& process) {
        process[out].request(ping{asked}, 5s, [this, &process](tenon::result<pong> const&) {
            if (++asked < 2) ask(process);
            else process[out].send(plzdiekthxbye{});
        });
    }
};
struct answerer_app {
    static constexpr auto requests = tenon::router<"requests", ping_pong>;
    static constexpr auto ticks    = tenon::pub<"ticks", clock_ticks>;
    static constexpr auto ports    = tenon::ports(requests, ticks);

    tenon::result<pong> on(ping const& p) {
        if (p.count == refused) return tenon::failure{tenon::errc::refused, "not this one"};
        return pong{p.count};
    }
    /// Ticks when all who subscribe have done so.
    void on(plzdiekthxbye const&, auto& process) {
        process.after(1s, [&process] { process[ticks].send(tick{1}); });
    }

    int refused = -1;
};

constexpr auto askers   = tenon::participants<tenon::process<asker_app>, "Asker">;
constexpr auto answerer = tenon::participant<tenon::process<answerer_app>, "Answerer">;
constexpr auto asked    = askers[asker_app::out] >> answerer[answerer_app::requests];
constexpr auto told     = askers[asker_app::seen] >> answerer[answerer_app::ticks];
constexpr auto app      = tenon::topology(asked, told);

std::vector<tenon::recording::file> run_of(std::size_t askers_wanted, int refused = -1) {
    tenon::testing::world world{2, {.keep_trace = true}};
    auto running = tenon::testing::start(world, app, tenon::instances(askers, askers_wanted));
    running[answerer].app().refused = refused;
    world.advance(10s);
    return tenon::testing::recordings(world);
}

TEST_CASE("a recorded run is drawn in the article's form", "[recorded]") {
    CHECK(description::ascii(description::recorded(app, run_of(1), "A run")) == golden("a_run.txt"));
}

TEST_CASE("processes of one participant have columns of their own, and what is published goes to all", "[recorded]") {
    auto const said = description::recorded(app, run_of(2), "Two");
    CHECK(said.participants == std::vector<std::string>{"Asker", "Answerer", "Asker.2"});
    int ticks = 0, pings = 0, pongs = 0;
    for (auto const& each : said.steps) {
        ticks += each.what.name == "tick";
        pings += each.what.name == "ping";
        pongs += each.what.name == "pong";
    }
    CHECK(pings == 4);
    CHECK(pongs == 4);
    CHECK(ticks == 4);  // two were published, and each has two subscribers
}

TEST_CASE("a refusal is drawn as the reply that it is", "[recorded]") {
    auto const said = description::recorded(app, run_of(1, 0), "Refused");
    REQUIRE(said.steps.size() > 1);
    CHECK(said.steps[1].what.name == "failure");
    CHECK(said.steps[1].kind == description::meaning::reply);
    CHECK(said.steps[1].out == std::vector<std::string>{"'failure, code, text'"});
}

// ---- Recordings of real processes, whose clocks begin at different times --------------------------------------------

tenon::recording::entry entry(std::chrono::nanoseconds time, happening what, char const* port, char const* message,
                              char const* body) {
    tenon::recording::entry made;
    made.time    = time;
    made.what    = what;
    made.port    = port;
    made.message = message;
    made.body    = body;
    return made;
}
tenon::recording::file file(char const* app_name, std::vector<tenon::recording::entry> entries) {
    tenon::recording::file made;
    made.app     = app_name;
    made.entries = std::move(entries);
    return made;
}

TEST_CASE("nothing is received before it was sent, whatever the clocks say", "[recorded]") {
    auto const asker  = file("asker_app", {entry(900ms, happening::sent, "out", "ping", "1"),
                                           entry(950ms, happening::received, "out", "pong", "1")});
    auto const second = file("asker_app", {entry(5ms, happening::sent, "out", "ping", "2"),
                                           entry(6ms, happening::received, "out", "pong", "2")});
    auto const server = file("answerer_app", {entry(1ms, happening::received, "requests", "ping", "1"),
                                              entry(2ms, happening::sent, "requests", "pong", "1"),
                                              entry(3ms, happening::received, "requests", "ping", "2"),
                                              entry(4ms, happening::sent, "requests", "pong", "2")});
    std::vector<tenon::recording::file> const run{server, asker, second};
    auto const said = description::recorded(app, run, "Clocks");
    CHECK(said.participants == std::vector<std::string>{"Asker", "Answerer", "Asker.2"});
    REQUIRE(said.steps.size() == 4);
    // Steps of the second asker may stand before or after those of the first; each has its question before its answer.
    for (std::size_t who : {0u, 2u}) {
        std::vector<std::string> order;
        for (auto const& each : said.steps)
            if (each.from == who || each.to == who) order.emplace_back(each.what.name);
        CHECK(order == std::vector<std::string>{"ping", "pong"});
    }
}

TEST_CASE("of two equal messages the second is received after it was sent, too", "[recorded]") {
    std::vector<tenon::recording::file> const run{
        file("asker_app", {entry(900ms, happening::sent, "out", "ping", "1"),
                           entry(905ms, happening::received, "out", "pong", "1"),
                           entry(910ms, happening::sent, "out", "ping", "1")}),
        file("answerer_app", {entry(1ms, happening::received, "requests", "ping", "1"),
                              entry(2ms, happening::sent, "requests", "pong", "1"),
                              entry(3ms, happening::received, "requests", "ping", "1")})};
    std::vector<std::string> order;
    for (auto const& each : description::recorded(app, run, "Equal").steps) order.emplace_back(each.what.name);
    CHECK(order == std::vector<std::string>{"ping", "pong", "ping"});
}

TEST_CASE("what is said to and by outsiders is drawn, and what was lost is not", "[recorded]") {
    constexpr auto script = tenon::outsider<"script">;
    constexpr auto open   = tenon::topology(script[tenon::dealer<"out", ping_pong>] >> answerer[answerer_app::requests],
                                            askers[asker_app::out] >> answerer[answerer_app::requests],
                                            tenon::open(answerer[answerer_app::ticks]),
                                            tenon::open(askers[asker_app::seen]));
    std::vector<tenon::recording::file> const run{
        file("answerer_app", {entry(1ms, happening::received, "requests", "ping", "1"),
                              entry(2ms, happening::sent, "requests", "pong", "1"),
                              entry(3ms, happening::sent, "ticks", "tick", "1")}),
        file("asker_app", {entry(3ms, happening::sent, "out", "ping", "7")}),
        file("somebody_else", {entry(3ms, happening::sent, "out", "ping", "7")})};
    CHECK(description::mermaid(description::recorded(open, run, "Outside")) ==
          "sequenceDiagram\n    accTitle: Outside\n    autonumber\n    participant p0 as script\n"
          "    participant p1 as Answerer\n    p0->>p1: ping(count)\n    p1-->>p0: pong(count)\n");
}

}  // namespace

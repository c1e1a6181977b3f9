// Recorded runs held against declared chains, in a simulated world and in processes of the system.
#include "catch.hpp"

#include <tenon/process/observer/recording.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/process/topology.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/conforms.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/recordings.hpp>
#include <tenon/testing/world/topology.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <stdlib.h>

namespace {

using namespace std::chrono_literals;
using tenon::testing::conforms;
using tenon::testing::only;

struct ping { int count; };
struct pong { int count; };
struct bye {};
struct query { int key; };
struct row { int key; };

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<bye>>;
using lookup    = tenon::protocol<tenon::request<query, row>>;

/// Asks the number of times that it is told, one after the other, and says good bye.
struct ping_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto ports = tenon::ports(out);

    struct config { int times; };
    config given;
    int    answered = 0;

    explicit ping_app(config c) : given{c} {}

    void on(tenon::started const&, auto& process) { ask(process); }

    void ask(auto& process) {
        process[out].request(ping{answered}, 60s, [this, &process](tenon::result<pong> const& reply) {
            if (!reply.has_value()) return;
            if (++answered < given.times) return ask(process);
            process[out].send(bye{});
            process.stop();
        });
    }
};
struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(bye const&, auto& process) { process.stop(); }
};

constexpr auto ping_proc = tenon::participant<tenon::process<ping_app, tenon::observer::recording>, "PingProc">;
constexpr auto pong_proc = tenon::participant<tenon::process<pong_app, tenon::observer::recording>, "PongProc">;
constexpr auto pings     = ping_proc[ping_app::out] >> pong_proc[pong_app::requests];
constexpr auto app       = tenon::topology(pings);

constexpr auto sending_pings =
    tenon::chain("Sending pings", tenon::notes(), tenon::step<ping>(pings), tenon::step<pong>(pings));
constexpr auto saying_good_bye = tenon::chain("Good bye", tenon::notes(), tenon::step<bye>(pings));
constexpr auto wrong_order =
    tenon::chain("Wrong order", tenon::notes(), tenon::step<pong>(pings), tenon::step<ping>(pings));
constexpr auto refusals =
    tenon::chain("Refusals", tenon::notes(), tenon::step<ping>(pings), tenon::step<tenon::failure>(pings));
constexpr auto too_long = tenon::chain("Too long", tenon::notes(), tenon::step<ping>(pings), tenon::step<pong>(pings),
                                       tenon::step<bye>(pings));

std::vector<tenon::recording::file> simulated_run(int times, auto meddle) {
    tenon::testing::world world{11, {.keep_trace = true}};
    auto running = tenon::testing::start(world, app, tenon::configure(ping_proc, ping_app::config{times}));
    meddle(world, running);
    world.advance(20s);
    return tenon::testing::recordings(world);
}
std::vector<tenon::recording::file> simulated_run(int times = 3) {
    return simulated_run(times, [](auto&, auto&) {});
}

TEST_CASE("a simulated run is as its chains declare", "[conforms]") {
    auto const run = simulated_run();
    REQUIRE(run.size() == 2);
    CHECK(conforms(run, sending_pings).text() == "");
    CHECK(conforms(run, sending_pings).ok());
    CHECK(conforms(run, saying_good_bye).ok());
}

TEST_CASE("a chain in another order is refused, and the text says what came too early", "[conforms]") {
    auto const found = conforms(simulated_run(), wrong_order);
    REQUIRE(!found.ok());
    CHECK(found.text() ==
          "'Wrong order': PongProc did receive ping at requests (step 2) before it did send pong at requests (step 1)\n"
          "'Wrong order': PingProc did send ping at out (step 2) before it did receive pong at out (step 1)\n");
}

TEST_CASE("a step that never happens is named", "[conforms]") {
    auto const found = conforms(simulated_run(), refusals);
    REQUIRE(found.problems().size() == 2);
    CHECK(found.problems()[0] ==
          "'Refusals': PingProc did send ping at out (step 1), but did not receive failure at out (step 2)");
}

TEST_CASE("a chain that ends too late is not complete", "[conforms]") {
    CHECK(conforms(simulated_run(1), too_long).ok());
    CHECK(!conforms(simulated_run(2), too_long).ok());
}

TEST_CASE("a reply that was lost is seen at the one who waits for it", "[conforms]") {
    auto const run = simulated_run(3, [](auto& world, auto&) { world.template drop_next<pong>(); });
    CHECK(conforms(run, sending_pings).text() == "'Sending pings': PingProc did send ping at out (step 1), but did not "
                                                 "receive pong at out (step 2)\n");
}

TEST_CASE("a command that was lost is seen by its receiver", "[conforms]") {
    auto const run = simulated_run(3, [](auto& world, auto&) { world.template drop_next<bye>(); });
    CHECK(conforms(run, sending_pings).ok());
    CHECK(conforms(run, saying_good_bye).text() ==
          "'Good bye': step 1 never happened: PingProc has sent bye, but none has arrived at PongProc\n");
}

TEST_CASE("a participant without recording is missed", "[conforms]") {
    auto run = simulated_run();
    std::erase_if(run, [](auto const& each) { return each.app == "PongProc"; });
    CHECK(conforms(run, sending_pings).text() == "'Sending pings': there is no recording of PongProc\n");
}

TEST_CASE("some of many commands that do not arrive are counted", "[conforms]") {
    auto run = simulated_run();
    for (auto& each : run)
        if (each.app == "PingProc") each.entries.push_back(each.entries.back());  // one more bye than has arrived
    CHECK(conforms(run, saying_good_bye).text() ==
          "'Good bye': step 1: PingProc has sent bye 2 times, PongProc has received it 1 time\n");
}

TEST_CASE("recordings belong to the participant that they name, with or without a number", "[conforms]") {
    using tenon::detail::is_recorded_as;
    CHECK(is_recorded_as("PingProc", "PingProc", "ping_app"));
    CHECK(is_recorded_as("PingProc.2", "PingProc", "ping_app"));
    CHECK(is_recorded_as("ping_app", "PingProc", "ping_app"));
    CHECK(!is_recorded_as("PingProc.", "PingProc", "ping_app"));
    CHECK(!is_recorded_as("PingProc.x", "PingProc", "ping_app"));
    CHECK(!is_recorded_as("PingProcs", "PingProc", "ping_app"));
    CHECK(!is_recorded_as("other", "PingProc", ""));
}

TEST_CASE("held against only a chain, a run says nothing else", "[conforms]") {
    auto const run = simulated_run();
    CHECK(conforms(run, only(sending_pings, saying_good_bye)).text() == "");
    CHECK(conforms(run, only(sending_pings)).text() ==
          "PongProc has received bye at requests 1 time, which the chain does not declare\n"
          "PingProc has sent bye at out 1 time, which the chain does not declare\n");
    CHECK(conforms(run, only(saying_good_bye, saying_good_bye)).problems() ==
          std::vector<std::string>{"PongProc has received ping at requests 3 times, which no chain declares",
                                   "PongProc has sent pong at requests 3 times, which no chain declares",
                                   "PingProc has sent ping at out 3 times, which no chain declares",
                                   "PingProc has received pong at out 3 times, which no chain declares"});
}

TEST_CASE("held against only some chains, a run still does each of them", "[conforms]") {
    CHECK(conforms(simulated_run(), only(wrong_order, saying_good_bye)).text() ==
          conforms(simulated_run(), wrong_order).text());
}

TEST_CASE("what a process says that is in no chain is told as well", "[conforms]") {
    auto run = simulated_run();
    run.push_back(run.back());
    run.back().app = "stranger";
    auto const found = conforms(run, only(sending_pings, saying_good_bye));
    REQUIRE(found.problems().size() == 3);
    CHECK(found.problems()[0].starts_with("stranger has "));
}

// ---- Published ----------------------------------------------------------------------------------------------------

struct tick { int number; };
using ticks = tenon::protocol<tenon::event<tick>>;

struct clock_app {
    static constexpr auto out   = tenon::pub<"out", ticks>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].when_subscribed(3, [&process] {
            for (int number = 0; number < 4; ++number) process[out].send(tick{number});
        });
    }
};
struct watch_app {
    static constexpr auto in    = tenon::sub<"in", ticks>;
    static constexpr auto ports = tenon::ports(in);

    void on(tick const&) {}
};
struct alarm_app {
    static constexpr auto in    = tenon::sub<"in", ticks>;
    static constexpr auto ports = tenon::ports(in);

    void on(tick const&) {}
};

constexpr auto tower     = tenon::participant<tenon::process<clock_app>, "Tower">;
constexpr auto watches   = tenon::participants<tenon::process<watch_app>, "watch">;
constexpr auto bell      = tenon::participant<tenon::process<alarm_app>, "Bell">;
constexpr auto shown     = watches[watch_app::in] >> tower[clock_app::out];
constexpr auto heard     = bell[alarm_app::in] >> tower[clock_app::out];
constexpr auto town      = tenon::topology(shown, heard);
constexpr auto telling   = tenon::chain("Telling the time", tenon::notes(), tenon::step<tick>(shown),
                                        tenon::step<tick>(heard));
constexpr auto striking  = tenon::chain("Striking", tenon::notes(), tenon::step<tick>(heard));
constexpr auto four_each = tenon::testing::conformance_options{.every_subscriber = true};

std::vector<tenon::recording::file> a_day(auto meddle) {
    tenon::testing::world world{3, {.keep_trace = true}};
    auto const running = tenon::testing::start(world, town, tenon::instances(watches, 2));
    meddle(world);
    world.advance(20s);
    return tenon::testing::recordings(world);
}

TEST_CASE("an event that is published to several kinds of subscribers is one message", "[conforms]") {
    auto const run = a_day([](auto&) {});
    CHECK(conforms(run, telling).text() == "");
    CHECK(conforms(run, only(telling), four_each).text() == "");
    CHECK(conforms(run, striking, four_each).text() == "");
}

TEST_CASE("a published event that misses a subscriber shows if every one is to have it", "[conforms]") {
    auto const run = a_day([](auto& world) { world.template drop_next<tick>(); });
    CHECK(conforms(run, telling).text() == "");
    auto const found = conforms(run, telling, four_each);
    REQUIRE(found.problems().size() == 1);
    CHECK(found.problems()[0].find("Tower has published tick 4 times, ") != std::string::npos);
    CHECK(found.problems()[0].ends_with(" has received it 3 times"));
}

// ---- Several at once ----------------------------------------------------------------------------------------------

struct server_app {
    static constexpr auto requests = tenon::router<"requests", ping_pong>;
    static constexpr auto store    = tenon::dealer<"store", lookup>;
    static constexpr auto ports    = tenon::ports(requests, store);

    tenon::deferred<pong> on(ping const& p, auto& process) {
        return process[requests].defer(p, [&](tenon::promise<pong> later) {
            process[store].request(query{p.count}, 60s,
                                   [later = std::move(later)](tenon::result<row> const& found) mutable {
                                       later.answer(pong{found.has_value() ? found->key : -1});
                                   });
        });
    }
    void on(bye const&) {}
};
struct store_app {
    static constexpr auto rows  = tenon::rep<"rows", lookup>;
    static constexpr auto ports = tenon::ports(rows);

    row on(query const& q) { return {q.key}; }
};

constexpr auto askers  = tenon::participants<tenon::process<ping_app>, "asker">;
constexpr auto server  = tenon::participant<tenon::process<server_app>, "Server">;
constexpr auto store   = tenon::participant<tenon::process<store_app>, "Store">;
constexpr auto asked   = askers[ping_app::out] >> server[server_app::requests];
constexpr auto fetched = server[server_app::store] >> store[store_app::rows];
constexpr auto archive = tenon::topology(asked, fetched);

constexpr auto looking_up =
    tenon::chain("Looking up", tenon::notes(), tenon::step<ping>(asked), tenon::step<query>(fetched),
                 tenon::step<row>(fetched), tenon::step<pong>(asked));
constexpr auto cached = tenon::chain("Cached", tenon::notes(), tenon::step<ping>(asked), tenon::step<pong>(asked),
                                     tenon::step<query>(fetched), tenon::step<row>(fetched));

TEST_CASE("a chain over three processes happens for several clients at once", "[conforms]") {
    tenon::testing::world world{5, {.keep_trace = true}};
    auto const running = tenon::testing::start(world, archive, tenon::instances(askers, 4),
                                               tenon::configure(askers, ping_app::config{5}));
    world.advance(20s);
    auto const run = tenon::testing::recordings(world);
    REQUIRE(run.size() == 6);
    CHECK(conforms(run, looking_up).text() == "");
    CHECK(!conforms(run, cached).ok());
}

TEST_CASE("a world that keeps no trace has no recordings", "[conforms]") {
    tenon::testing::world world{5};
    auto const running = tenon::testing::start(world, app, tenon::configure(ping_proc, ping_app::config{1}));
    world.advance(1s);
    REQUIRE_THROWS_AS(tenon::testing::recordings(world), tenon::error);
}

// ---- In processes of the system -----------------------------------------------------------------------------------

struct recording_folder {
    recording_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tenon_conforms.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw tenon::error{tenon::errc::refused, "no folder " + name};
        path = name;
        ::setenv("TENON_RECORDING", name.c_str(), 1);
    }
    recording_folder(recording_folder const&)            = delete;
    recording_folder& operator=(recording_folder const&) = delete;
    ~recording_folder() {
        ::unsetenv("TENON_RECORDING");
        std::filesystem::remove_all(path);
    }
    std::filesystem::path path;
};

TEST_CASE("a run of real processes is as its chains declare", "[conforms]") {
    recording_folder const folder;
    auto running = tenon::start(app, tenon::configure(ping_proc, ping_app::config{5}));
    for (auto const& each : running.join()) CHECK(each.success());

    std::vector<tenon::recording::file> run;
    for (auto const& file : std::filesystem::directory_iterator{folder.path})
        run.push_back(tenon::recording::read(file.path().string()));
    REQUIRE(run.size() == 2);
    CHECK(conforms(run, sending_pings).text() == "");
    CHECK(conforms(run, saying_good_bye).text() == "");
    CHECK(!conforms(run, wrong_order).ok());
}

}  // namespace

#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/world.hpp>

#include <algorithm>

using namespace app;
using tenon::errc;
using tenon::testing::chaos_options;
using tenon::testing::simulated;
using tenon::testing::world;
using tenon::testing::world_options;

namespace {

using thrice = tenon::retry::times<3, tenon::static_duration{10ms}>;

template <class Retry = tenon::retry::never>
struct pair_of {
    explicit pair_of(world& in, int rounds = 10, std::chrono::milliseconds timeout = 1000ms,
                     std::chrono::milliseconds pause = 0ms)
        : server_side{in.start<server_process>(tenon::bind(server::requests, "127.0.0.1"))},
          asker_side{in.start<asker_process<Retry>>(
              typename asker<Retry>::config{rounds, timeout, pause},
              tenon::connect(asker<Retry>::out, server_side.address(server::requests)))} {}

    auto& asks() { return asker_side.app(); }
    auto& counters() { return asker_side.process()[asker<Retry>::out].counters(); }

    tenon::testing::resident_process<simulated<server_process>>&       server_side;
    tenon::testing::resident_process<simulated<asker_process<Retry>>>& asker_side;
};

}  // namespace

TEST_CASE("a lost ping times out, and a lost pong too although it was answered") {
    world     here{1};
    pair_of<> both{here, 3};
    here.drop_next<ping>();
    here.drop_next<pong>(both.server_side, both.asker_side);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 3; }));
    CHECK(both.asks().answered == 1);
    CHECK(both.asks().failures == std::vector<errc>{errc::timed_out, errc::timed_out});
    CHECK(both.server_side.app().answered == 2);
}

TEST_CASE("a rule for one direction leaves the other one alone") {
    world     here{1};
    pair_of<> both{here, 3};
    here.drop_next<ping>(both.server_side, both.asker_side);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 3; }));
    CHECK(both.asks().answered == 3);
}

TEST_CASE("a retry makes up for a lost pong, and the asker has one outcome") {
    world           here{1};
    pair_of<thrice> both{here, 2};
    here.drop_next<pong>(2);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 2; }));
    CHECK(both.asks().answered == 2);
    CHECK(both.server_side.app().answered == 4);
    CHECK(both.counters().retried == 2);
    CHECK(both.counters().late == 0);
}

TEST_CASE("a duplicate and a late answer are dropped and counted") {
    world     here{1};
    pair_of<> both{here, 3, 100ms};
    here.duplicate_next<pong>();
    here.advance(50ms);
    here.settle();
    CHECK(both.counters().late == 1);
    CHECK(both.asks().answered == 3);

    both.asks().settings.rounds = 4;
    here.delay<pong>(200ms, 1);
    both.asks().ask(both.asker_side.process());
    here.advance(1s);
    CHECK(both.counters().late == 2);
    CHECK(both.asks().failures == std::vector<errc>{errc::timed_out});
}

TEST_CASE("a server that crashes and comes back at its address is found again") {
    world      here{1};
    pair_of<>  both{here, 100, 500ms, 10ms};
    auto const address = both.server_side.address(server::requests);
    here.run_until([&] { return both.asks().answered == 5; });
    here.crash(both.server_side);
    CHECK_FALSE(both.server_side.alive());
    CHECK(both.server_side.exit_code() == std::nullopt);
    here.advance(2s);
    auto const failed = both.asks().failures.size();
    CHECK(failed >= 3);
    here.restart(both.server_side);
    CHECK(both.server_side.address(server::requests) == address);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 100; }));
    // Requests that timed out meanwhile wait in the queue, and their answers are late.
    CHECK(both.asks().failures.size() <= failed + 5);
    CHECK(both.asks().answered + static_cast<int>(both.asks().failures.size()) == 100);
    CHECK(both.counters().late > 0);
}

TEST_CASE("a frozen server answers late when it thaws") {
    world     here{1};
    pair_of<> both{here, 0, 100ms};
    here.settle();
    both.asks().settings.rounds = 3;
    here.freeze(both.server_side, 250ms);
    both.asks().ask(both.asker_side.process());
    CHECK(here.run_until([&] { return both.asks().outcomes() == 3; }));
    CHECK(both.asks().answered == 1);
    here.advance(1s);
    CHECK(both.counters().late == 2);
    CHECK(both.server_side.app().answered == 3);
}

TEST_CASE("who connects to a frozen server gets through when it thaws") {
    world     here{1};
    pair_of<> both{here, 1};
    here.freeze(both.server_side, 300ms);
    here.advance(299ms);
    CHECK(both.asks().outcomes() == 0);
    here.advance(5ms);
    CHECK(both.asks().answered == 1);
}

TEST_CASE("who waits for a frozen server to take its connection hears at once when that is thawed, or crashes") {
    bool const crashes = GENERATE(false, true);
    world      here{1};
    pair_of<>  both{here, 1};
    here.freeze(both.server_side, 1h);
    here.advance(10ms);
    if (crashes) {
        here.crash(both.server_side);
        here.restart(both.server_side);
    } else {
        here.thaw(both.server_side);
    }
    here.advance(500ms);
    CHECK(both.asks().answered == 1);
}

TEST_CASE("a frozen process finds its timers due when it thaws, and each has run once") {
    world     here{1};
    pair_of<> both{here, 0};
    int       ticks = 0;
    both.server_side.process().every(10ms, [&] { ++ticks; });
    here.advance(100ms);
    CHECK(ticks == 10);
    here.freeze(both.server_side, 95ms);
    here.advance(95ms - 1ns);
    CHECK(ticks == 10);
    here.advance(1ns);
    CHECK(ticks == 11);
    here.advance(5ms);
    CHECK(ticks == 12);
}

TEST_CASE("a partition and its end are felt by the asker") {
    world     here{1};
    pair_of<> both{here, 50, 100ms, 10ms};
    here.advance(50ms);
    CHECK(both.asks().failures.empty());
    here.partition(both.asker_side, both.server_side);
    here.advance(1s);
    CHECK(both.asks().failures.size() >= 8);
    here.heal(both.asker_side, both.server_side);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 50; }));
    CHECK(both.asks().answered > 30);
    CHECK(both.counters().late >= 8);
}

TEST_CASE("a clock that jumps forward ends what waits for a time that is past") {
    world     here{1};
    pair_of<> both{here, 1, 5000ms};
    here.crash(both.server_side);
    here.advance(1s);
    here.jump(both.asker_side, 10s);
    here.advance(0s);
    CHECK(both.asks().failures == std::vector<errc>{errc::timed_out});
    CHECK(here.now() == 1s);
}

TEST_CASE("a delay for ever, a freeze for ever and a jump as far as clocks go are felt, and nothing breaks") {
    constexpr auto for_ever = std::chrono::hours::max();
    world          here{1};
    pair_of<>      both{here, 4};
    CHECK(here.run_until([&] { return both.asks().answered == 1; }, for_ever));
    here.freeze(both.server_side, for_ever);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 2; }, for_ever));
    here.thaw(both.server_side);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 3; }, for_ever));
    CHECK(both.asks().answered == 2);
    here.jump(both.asker_side, for_ever);
    here.jump(both.asker_side, for_ever);
    here.delay<pong>(for_ever);
    here.delay<pong>(for_ever);
    CHECK(here.run_until([&] { return both.asks().outcomes() == 4; }, for_ever));
    CHECK(both.asks().answered == 2);
    here.advance(for_ever);
    CHECK(here.now() < 1h);
    both.asker_side.stop();
    CHECK(here.run_until([&] { return !both.asker_side.alive(); }));
    CHECK(both.asker_side.exit_code() == 0);
}

TEST_CASE("in chaos each request has exactly one outcome, and a seed replays to the nanosecond") {
    auto const run = [](std::uint64_t seed) {
        world_options options;
        options.network.odds  = {20'000, 20'000, 20'000, 20'000};
        options.chaos.pause   = 300ms;
        options.chaos.longest = 1s;
        world           here{seed, options};
        pair_of<thrice> both{here, 1'000'000, 200ms, 5ms};
        int             before = 0;
        for (int second = 0; second < 20; ++second) {
            here.advance(1s);
            if (!both.asker_side.alive()) continue;
            auto const& app = both.asks();
            CHECK(app.wrong == 0);
            CHECK((app.asked == app.outcomes() || app.asked == app.outcomes() + 1));
            before = std::max(before, app.outcomes());
        }
        CHECK(before > 20);
        return here.hash();
    };
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        INFO("seed " << seed);
        CHECK(run(seed) == run(seed));
    }
}

TEST_CASE("each kind of chaos can be left out") {
    world_options options;
    options.keep_trace  = true;
    options.chaos.pause = 50ms;
    auto const kind     = GENERATE(0, 1, 2, 3);
    options.chaos.partitions  = kind == 0;
    options.chaos.freezes     = kind == 1;
    options.chaos.crashes     = kind == 2;
    options.chaos.clock_jumps = kind == 3;
    world     here{1, options};
    pair_of<> both{here, 1'000'000};
    here.advance(10s);
    auto const text = here.trace_text();
    CHECK((text.find(": cut") != std::string::npos) == (kind == 0));
    CHECK((text.find(": frozen") != std::string::npos) == (kind == 1));
    CHECK((text.find(": crashed") != std::string::npos) == (kind == 2));
    CHECK((text.find(": jumped") != std::string::npos) == (kind == 3));
    CHECK((text.find(": healed") != std::string::npos) == (kind == 0));
    CHECK((text.find(": thawed") != std::string::npos) == (kind == 1));
}

TEST_CASE("a process can neither crash itself nor move its world on") {
    world     here{1};
    pair_of<> both{here, 0};
    errc      crash = errc::ok, step = errc::ok;
    both.server_side.process().after(1ms, [&] {
        try {
            here.crash(both.server_side);
        } catch (tenon::error const& e) {
            crash = e.code();
        }
        here.network().wake(both.asker_side.node());
        try {
            here.step();
        } catch (tenon::error const& e) {
            step = e.code();
        }
    });
    here.advance(1ms);
    CHECK(crash == errc::refused);
    CHECK(step == errc::transport_error);
    CHECK(both.server_side.alive());
}

#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/catch2.hpp>
#include <tenon/testing/explore.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

using namespace app;
using tenon::testing::explore;
using tenon::testing::invariant;
using tenon::testing::seed_from_arguments;
using tenon::testing::seeds;
using tenon::testing::trial;
using tenon::testing::world_options;

namespace {

/// What these tests explore is not the caller's to choose.
[[maybe_unused]] bool const is_left_alone = ::unsetenv("TENON_SEED") == 0;

/// Ten questions, of which the network may lose, repeat or swap some.
auto const ten_questions = [](trial& here) {
    auto& serves = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
    auto& asks   = here.start<asker_process<>>(asker<>::config{10, 20ms, 0ms},
                                             tenon::connect(asker<>::out, serves.address(server::requests)));
    here.always("no answer is wrong", [&] { return asks.app().wrong == 0; });
    here.require(here.run_until([&] { return asks.app().outcomes() == 10; }), "ten questions have ten outcomes");
};

/// The same, and what is false: that all of them are answered.
auto const all_are_answered = [](trial& here) {
    ten_questions(here);
    here.require(here.now() < 20ms, "ten questions are answered before any could time out");
};

world_options hostile() {
    world_options options;
    options.network.odds.loss        = 2'000;
    options.network.odds.duplication = 50'000;
    options.network.odds.reordering  = 50'000;
    return options;
}

seeds quietly(std::uint64_t count) { return {.count = count, .options = hostile(), .quiet = true}; }

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a scenario that holds passes with all seeds, and says so") {
    auto const found = explore(ten_questions, quietly(200), tenon::testing::no_exceptions);
    CHECK(found);
    CHECK(found.ok());
    CHECK(found.runs == 200);
    CHECK(found.text() == "all 200 seeds passed");
}

TEST_CASE("an exploration stops at the first seed that fails, and tells how to see it again") {
    auto const found = explore(all_are_answered, quietly(1000));
    REQUIRE(!found.ok());
    CHECK(found.failed == 1);
    CHECK(found.runs < 1000);
    REQUIRE(found.first.has_value());
    CHECK(found.first->seed == found.runs);
    CHECK(contains(found.first->what, "ten questions are answered before any could time out"));
    CHECK(contains(found.text(), "\nreplay: --seed " + std::to_string(found.first->seed)));

    SECTION("that seed alone fails the same way") {
        auto const again = explore(all_are_answered, quietly(1000).only(found.first->seed));
        CHECK(again.runs == 1);
        REQUIRE(again.first.has_value());
        CHECK(again.first->what == found.first->what);
        CHECK(again.first->diagram == found.first->diagram);
    }
    SECTION("the diagram shows the processes, what they said, and what was lost") {
        for (auto const* part : {"server", "asker", " ping ", " pong ", "|", "->", "<-", "X", "lost"})
            CHECK(contains(found.first->diagram, part));
    }
    SECTION("if it goes on, it counts them all") {
        auto some      = quietly(300);
        some.go_on     = true;
        auto const all = explore(all_are_answered, some);
        CHECK(all.runs == 300);
        CHECK(all.failed > 3);
        CHECK(all.failed < 250);
        CHECK(all.first->seed == found.first->seed);
    }
}

TEST_CASE("a rule is checked after everything that happens, with the time at which it broke") {
    auto const found = explore(
        [](trial& here) {
            auto& serves = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
            auto& asks   = here.start<asker_process<>>(asker<>::config{10, 1000ms, 10ms},
                                                     tenon::connect(asker<>::out, serves.address(server::requests)));
            here.always("there are never five answers", [&] { return asks.app().answered != 5; });
            here.advance(1s);
        },
        {.count = 10, .quiet = true});
    REQUIRE(found.first.has_value());
    CHECK(found.first->seed == 1);
    CHECK(found.first->what.starts_with("broken at 4"));  // forty milliseconds and some
    CHECK(found.first->what.ends_with(" us: there are never five answers"));
}

TEST_CASE("rules for all scenarios are named with the exploration") {
    auto const nobody_dies = invariant{"all processes live", [](trial& here) {
                                           for (auto const& each : here.residents())
                                               if (!each->alive()) return false;
                                           return true;
                                       }};
    auto const found = explore(
        [](trial& here) {
            auto& serves = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
            serves.stop();
            here.advance(10s);
        },
        {.count = 1, .quiet = true}, tenon::testing::no_exceptions, nobody_dies);
    REQUIRE(found.first.has_value());
    CHECK(contains(found.first->what, "all processes live"));
}

TEST_CASE("an exception that ends a process breaks the rule that there is none") {
    using strict     = tenon::process<server, tenon::codec::msgpack, tenon::errors::stop, tenon::transport::zmq>;
    auto const found = explore(
        [](trial& here) {
            auto& serves = here.start<strict>(tenon::bind(server::requests, "127.0.0.1"));
            auto& asks   = here.start<asker_process<>>(asker<>::config{0, 1s, 0ms},
                                                     tenon::connect(asker<>::out, serves.address(server::requests)));
            asks.process()[asker<>::out].request(throw_it{}, 1s, [](tenon::result<pong>) {});
            here.advance(1s);
        },
        {.count = 1, .quiet = true}, tenon::testing::no_exceptions);
    REQUIRE(found.first.has_value());
    CHECK(contains(found.first->what, "no process ends with an exception"));
}

TEST_CASE("what a scenario throws fails its seed, and its words are kept") {
    auto const found = explore([](trial&) { throw std::runtime_error{"this went wrong"}; }, {.quiet = true});
    REQUIRE(found.first.has_value());
    CHECK(found.first->what == "this went wrong");
    auto const odd = explore([](trial&) { throw 3; }, {.quiet = true});
    REQUIRE(odd.first.has_value());
    CHECK(contains(odd.first->what, "no std::exception"));
}

TEST_CASE("an app that does not depend on its seed alone is found out") {
    int        times_run = 0;
    auto const fickle    = [&](trial& here) {
        ten_questions(here);
        here.advance(std::chrono::milliseconds{times_run++});
        here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
    };
    CHECK(explore(fickle, {.count = 3, .quiet = true}).ok());
    auto const found = explore(fickle, {.count = 3, .twice = true, .quiet = true});
    REQUIRE(found.first.has_value());
    CHECK(contains(found.first->what, "it went another way"));

    auto const sometimes = [&](trial&) {
        if (times_run++ % 2 == 0) throw std::runtime_error{"only the first time"};
    };
    times_run        = 0;
    auto const odd = explore(sometimes, {.count = 1, .quiet = true});
    REQUIRE(odd.first.has_value());
    CHECK(contains(odd.first->what, "only the first time; run again it went another way"));
}

TEST_CASE("a thousand hostile seeds do the same twice, and with every compiler") {
    auto some       = quietly(1000);
    some.twice      = true;
    auto const once = explore(ten_questions, some);
    CHECK(once);
    // Compared by the builds of all compilers. It changes with what travels, and with what the network chooses when.
    CHECK(once.hash == 0xc7bd2475908ed6ffu);
    auto few         = quietly(10);
    auto const first = explore(ten_questions, few).hash;
    few.first        = 2;
    CHECK(explore(ten_questions, few).hash != first);
}

TEST_CASE("the seed of a replay comes from the command line or the environment") {
    char const* const separate[] = {"program", "--quick", "--seed", "18446744073709551615"};
    char const* const joined[]   = {"program", "--seed=12"};
    char const* const none[]     = {"program", "--seeds"};
    char const* const missing[]  = {"program", "--seed"};
    char const* const wrong[]    = {"program", "--seed=12x"};
    CHECK(seed_from_arguments(4, separate) == 18446744073709551615u);
    CHECK(seed_from_arguments(2, joined) == 12u);
    CHECK(seed_from_arguments(2, none) == std::nullopt);
    REQUIRE_THROWS_AS(seed_from_arguments(2, missing), tenon::error);
    REQUIRE_THROWS_AS(seed_from_arguments(2, wrong), tenon::error);

    CHECK(tenon::testing::seed_from_environment() == std::nullopt);
    ::setenv("TENON_SEED", "4711", 1);
    std::uint64_t seen  = 0;
    auto const    found = explore([&](trial& here) { seen = here.seed(); }, {.count = 1000});
    ::unsetenv("TENON_SEED");
    CHECK(found.runs == 1);
    CHECK(seen == 4711);
}

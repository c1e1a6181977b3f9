// A clock that stands still: nothing hangs, and the world says why it cannot go on.
#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/world.hpp>

#include <cstdint>
#include <string>

using namespace app;
using tenon::errc;
using tenon::testing::world;
using tenon::testing::world_options;

namespace {

struct pair_of {
    explicit pair_of(world& in, int rounds)
        : serves{in.start<server_process>(tenon::bind(server::requests, "127.0.0.1"))},
          asks{in.start<asker_process<>>(asker<>::config{rounds, 1000ms, 0ms},
                                         tenon::connect(asker<>::out, serves.address(server::requests)))} {}

    tenon::testing::resident_process<tenon::testing::simulated<server_process>>&  serves;
    tenon::testing::resident_process<tenon::testing::simulated<asker_process<>>>& asks;
};

}  // namespace

TEST_CASE("while time stands still no wait hangs, and a stop still gives each request its outcome") {
    world   here{1};
    pair_of both{here, 3};
    for (int i = 0; i < 100; ++i) here.advance(0s);
    CHECK_FALSE(here.settle(0s));
    CHECK_FALSE(here.run_until([&] { return both.asks.app().outcomes() == 1; }, 0s));
    CHECK(here.now() == 0s);
    CHECK(both.asks.app().asked == 1);

    errc outcome = errc::ok;
    both.asks.process()[asker<>::out].request(ping{1}, 1s, [&](tenon::result<pong> const& got) {
        outcome = got ? errc::ok : got.error().code;
    });
    both.asks.stop();
    both.serves.stop();
    here.advance(0s);
    CHECK_FALSE(both.asks.alive());
    CHECK_FALSE(both.serves.alive());
    CHECK(both.asks.exit_code() == 0);
    CHECK(outcome == errc::stopped);
    CHECK(here.now() == 0s);
}

TEST_CASE("a world in which nothing is left to happen says so") {
    world   here{1};
    pair_of both{here, 1};
    CHECK(here.run_until([&] { return both.asks.app().outcomes() == 1; }));
    while (here.step()) {}
    auto const end = here.now();
    CHECK_FALSE(here.step());
    CHECK_FALSE(here.run_until([] { return false; }));
    CHECK(here.now() == end + world::patience);
}

TEST_CASE("processes that keep each other busy while no time passes are stopped by an error that names one of them") {
    world_options options;
    options.network.latency_min        = 0ns;
    options.network.latency_max        = 0ns;
    options.network.most_turns_at_once = 1000;
    world   here{1, options};
    pair_of both{here, 1'000'000'000};
    for (auto const stands_at : {0s, 1s}) {  // who goes on gets as far as the request's timeout, and hears it again
        std::string text;
        try {
            here.advance(1s);
        } catch (tenon::error const& e) {
            CHECK(e.code() == errc::transport_error);
            text = e.what();
        }
        CHECK(text.find("no time passes") != std::string::npos);
        CHECK((text.find("'server'") != std::string::npos || text.find("'asker'") != std::string::npos));
        CHECK(here.now() == stands_at);
    }
    auto const& app = both.asks.app();
    CHECK(app.asked > 100);
    CHECK(app.asked - app.outcomes() <= 1);
    CHECK(app.wrong == 0);
}

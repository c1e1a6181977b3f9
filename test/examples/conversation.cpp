// The simulation's processes in a simulated world: what they say is what docs/simulation-conversation.md says.
#include "simulation/conversation.hpp"

#include "catch.hpp"

#include <tenon/testing/conforms.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/recordings.hpp>
#include <tenon/testing/world/topology.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using tenon::testing::conforms;

settings const small{{7, 24, 32}, 3, 12, 0, display::nothing, ""};

auto start(tenon::testing::world& world) {
    auto const config = [](std::size_t worker) {
        return worker_app::config{static_cast<std::uint32_t>(worker), {}};
    };
    return tenon::testing::start(world, forest_app, tenon::configure(coordinator, small),
                                 tenon::instances(workers, small.workers), tenon::configure(workers, config));
}

bool all_ended(tenon::testing::world& world) {
    return world.run_until(
        [&] {
            auto const& all = world.residents();
            return std::none_of(all.begin(), all.end(), [](auto const& each) { return each->alive(); });
        },
        1h);
}

TEST_CASE("the forest's processes say what their chains declare") {
    tenon::testing::world world{1, {.keep_trace = true}};
    auto running = start(world);
    REQUIRE(all_ended(world));
    CHECK(running[coordinator].exit_code() == 0);
    auto const run = tenon::testing::recordings(world);
    REQUIRE(run.size() == 1 + small.workers);
    CHECK(conforms(run, joining).text() == "");
    CHECK(conforms(run, advancing).text() == "");
}

TEST_CASE("a worker that crashes breaks off its chain, and the forest goes on") {
    tenon::testing::world world{1, {.keep_trace = true}};
    auto  running = start(world);
    auto& victim  = *running[workers][1];
    REQUIRE(world.run_until([&] { return victim.app().step == 5; }, 1h));
    world.crash(victim);
    world.advance(1s);
    world.restart(victim);
    REQUIRE(all_ended(world));
    CHECK(running[coordinator].exit_code() == 0);
    auto const run = tenon::testing::recordings(world);
    CHECK(conforms(run, joining).text() == "");
    CHECK(conforms(run, advancing).text() ==
          "'Advancing': Worker.2 did send advanced at coordinator (step 1), but did not receive neighbours at "
          "coordinator (step 2)\n");
}

}  // namespace

#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/world.hpp>
#include <tenon/testing/world/sequence_diagram.hpp>

#include <algorithm>
#include <string>

using namespace app;
using tenon::testing::sequence_diagram;
using tenon::testing::world;
using tenon::testing::world_options;

namespace {

/// A world in which a message takes a millisecond, and what happens is kept.
world_options kept() {
    world_options options;
    options.network.latency_min = options.network.latency_max = 1ms;
    options.keep_trace = true;
    return options;
}

struct pair_of_nodes {
    explicit pair_of_nodes(world& in, int rounds)
        : serves{in.start<server_process>(tenon::bind(server::requests, "127.0.0.1"))},
          asks{in.start<asker_process<>>(asker<>::config{rounds, 10ms, 0ms},
                                         tenon::connect(asker<>::out, serves.address(server::requests)))} {}

    tenon::testing::resident_process<tenon::testing::simulated<server_process>>&  serves;
    tenon::testing::resident_process<tenon::testing::simulated<asker_process<>>>& asks;
};

}  // namespace

TEST_CASE("a diagram has a column for each process and an arrow for each message, at the time of its arrival") {
    world         here{1, kept()};
    pair_of_nodes both{here, 1};
    here.advance(8ms);
    CHECK("\n" + sequence_diagram(here.network()) == R"(
                             server               asker
         0.000 us               *                   |  server: started
         0.000 us               |                   *  asker: started
      4000.000 us               |<----- ping -------|
      5000.000 us               |------ pong ------>|
)");
}

TEST_CASE("faults are remarks in a diagram, and what was lost does not get there") {
    world         here{1, kept()};
    pair_of_nodes both{here, 3};
    here.advance(4ms);
    here.drop_next<pong>();
    here.advance(12ms);
    here.freeze(both.asks, 1ms);
    here.advance(2ms);
    here.partition(both.serves, both.asks);
    here.crash(both.serves);
    auto const text = sequence_diagram(here.network());
    INFO(text);
    for (auto const* line : {"|------ pong ------X|  lost\n", "|                   *  asker: frozen\n",
                             "|                   *  asker: thawed\n", "*                   |  server: cut (asker)\n",
                             "*                   |  server: crashed\n"})
        CHECK(text.find(line) != std::string::npos);
}

TEST_CASE("a diagram shows the last things that happened, and only the processes that took part in them") {
    world         here{1, kept()};
    pair_of_nodes both{here, 10};
    here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
    here.advance(100ms);
    auto const all = sequence_diagram(here.network());
    CHECK(all.find("server.2") != std::string::npos);
    auto const last = sequence_diagram(here.network(), 3);
    CHECK(last.find("server.2") == std::string::npos);
    CHECK(last.find("started") == std::string::npos);
    CHECK(std::count(last.begin(), last.end(), '\n') == 4);  // and the heading
}

TEST_CASE("without a trace there is no diagram") {
    world         here{1};
    pair_of_nodes both{here, 1};
    here.advance(8ms);
    CHECK(sequence_diagram(here.network()).empty());
}

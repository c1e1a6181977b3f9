// What makes a world fast: once its queues have seen their largest size, a message allocates nothing.
#include "app.hpp"
#include "catch.hpp"
#include "counting_new.hpp"

#include <tenon/testing/world.hpp>

using namespace app;
using tenon::testing::world;

TEMPLATE_TEST_CASE("a message between two processes of a world allocates nothing", "[allocations]", tenon::codec::json,
                   tenon::codec::binary, tenon::codec::msgpack) {
    world here{1};
    auto& serves = here.start<tenon::process<server, TestType>>(tenon::bind(server::requests, "127.0.0.1"));
    auto& asks   = here.start<tenon::process<asker<>, TestType>>(
        asker<>::config{1'000'000, 1000ms, 0ms}, tenon::connect(asker<>::out, serves.address(server::requests)));
    REQUIRE(here.run_until([&] { return asks.app().answered == 1000; }));
    auto const before = allocations.load();
    bool const done   = here.run_until([&] { return asks.app().answered == 3000; });
    auto const used   = allocations.load() - before;
    CHECK(done);
    CHECK(used == 0);
    CHECK(allocations.load() > 100);  // it counts
}

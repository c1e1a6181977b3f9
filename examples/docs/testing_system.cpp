// System tests: several processes in many worlds, and rules that hold in all of them.
#include "check.hpp"
#include "desk.hpp"

#include <tenon/testing/explore.hpp>

#include <cstdio>

using namespace std::chrono_literals;
using tenon::testing::explore;
using tenon::testing::no_exceptions;
using tenon::testing::seeds;
using tenon::testing::trial;
using tenon::testing::world_options;

// [customer]
// Buys three nails, one after the other, and asks again if an order fails.
struct customer_app {
    static constexpr auto desk  = tenon::req<"desk", desk_protocol>;
    static constexpr auto ports = tenon::ports(desk);

    std::uint32_t bought = 0;

    void on(tenon::started const&, auto& process) { buy(process); }
    void buy(auto& process) {
        process[desk].request(order{"nail", 1}, 1s, [this, &process](tenon::result<receipt> got) {
            if (got) ++bought;
            if (bought < 3) buy(process);
        });
    }
};
using customer_process = tenon::process<customer_app, tenon::launch::spawn, tenon::codec::json>;
// [/customer]

// [scenario]
auto three_nails(bool exactly) {
    return [exactly](trial& world) {
        auto& stock    = world.start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));
        auto& desk     = world.start<desk_process>(tenon::bind(desk_app::counter, "127.0.0.1"),
                                               tenon::connect(desk_app::stock, stock.address(stock_app::requests)));
        auto& customer = world.start<customer_process>(
            tenon::connect(customer_app::desk, desk.address(desk_app::counter)));
        stock.app().goods.add("nail", 100);

        world.always("no nail is sold that was not there",
                     [&] { return customer.app().bought + stock.app().goods.left("nail") <= 100; });
        world.require(world.run_until([&] { return customer.app().bought == 3; }), "the customer gets three nails");
        if (exactly) world.require(stock.app().goods.left("nail") == 97, "ninety-seven nails are left");
    };
}
// [/scenario]

int main(int argc, char** argv) {
    // [explore]
    world_options lossy;
    lossy.network.odds.loss = 2'000;  // of a million messages on each link

    auto const found = explore(three_nails(false), seeds{.count = 1000, .options = lossy}, no_exceptions);
    check(found.ok(), found.text().c_str());
    // [/explore]

    // [replay]
    seeds const which  = seeds{.count = 1000, .options = lossy, .quiet = true}.only(
        tenon::testing::seed_from_arguments(argc, argv));
    auto const failure = explore(three_nails(true), which);
    std::printf("%s", failure.text().c_str());
    // [/replay]
}

// Process tests: one process on a stage, and the test plays its peers.
#include "check.hpp"
#include "desk.hpp"

#include <tenon/testing/stage.hpp>

#include <cstdio>

using namespace std::chrono_literals;
using tenon::failure;
using tenon::testing::stage;
using tenon::testing::unexpected;

void desk_sells() {
    // [stage]
    stage<desk_process> desk;
    desk.inject(desk_app::counter, order{"nail", 30});
    auto const asked = desk.expect(reserve{"nail", 30}).from(desk_app::stock);
    asked.answer(reserved{70});
    desk.expect(receipt{70}).from(desk_app::counter);
    desk.nothing_more();
    // [/stage]
    check(desk.app().served == 1, "the desk sells");
}

void stock_is_silent() {
    // [time]
    stage<desk_process> desk;
    desk.inject(desk_app::counter, order{"nail", 30});
    auto const asked = desk.expect<reserve>().from(desk_app::stock);
    check(asked->count == 30, "the desk asks for thirty");
    desk.advance(499ms);
    desk.disallow<failure>().from(desk_app::counter);
    desk.advance(1ms);
    check(desk.expect<failure>().from(desk_app::counter).code == tenon::errc::timed_out, "and not for ever");

    asked.answer(reserved{70});  // too late
    desk.nothing_more();
    check(desk.process()[desk_app::stock].counters().late == 1, "a late answer is counted");
    // [/time]
}

void customers_are_told_apart() {
    // [peers]
    stage<desk_process> desk;
    auto const          second = desk.add_peer(desk_app::counter);
    desk.inject(desk_app::counter, order{"nail", 1});
    desk.inject(second, order{"nut", 2});
    auto const nail = desk.expect(reserve{"nail", 1}).from(desk_app::stock);
    auto const nut  = desk.expect(reserve{"nut", 2}).from(desk_app::stock);
    nut.answer(failure{tenon::errc::refused, "not that many in stock"});
    nail.answer(reserved{99});
    desk.expect(receipt{99}).from(desk_app::counter);
    desk.expect<failure>().from(second);
    // [/peers]
    check(true, "each customer gets his own answer");
}

void messages_get_lost() {
    // [faults]
    stage<desk_process> desk;
    desk.world().drop_next<reserve>();
    desk.inject(desk_app::counter, order{"nail", 30});
    desk.nothing_more();
    desk.advance(500ms);
    desk.expect<failure>().from(desk_app::counter);
    // [/faults]
    check(true, "a lost question has its outcome");
}

void expects_the_wrong_thing() {
    // [unmet]
    stage<desk_process> desk;
    desk.inject(desk_app::counter, order{"nail", 30});
    try {
        desk.expect(reserve{"nail", 20}).from(desk_app::stock);
    } catch (unexpected const& e) {
        std::printf("%s", e.what());
    }
    // [/unmet]
}

int main() {
    desk_sells();
    stock_is_silent();
    customers_are_told_apart();
    messages_get_lost();
    expects_the_wrong_thing();
}

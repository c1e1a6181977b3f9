// What a loop does when it has nothing else to do.
#include "support.hpp"

#include <string>

using namespace support;

TEST_CASE("work for an idle loop is done once, after everything that is ready, and no wait comes before it") {
    fixture     f;
    channel     one{f};
    std::string log;
    reader      from_one{one.pull, [&](std::string const& text) { log += text; }};
    from_one.watch(f);
    one.send("a");
    f.loop.when_idle([&] { log += "."; }, 1h);
    CHECK(f.loop.time_to_wait(10s) == 0s);
    while (log.find('.') == std::string::npos) f.loop.turn(0s);
    CHECK(log == "a.");
    CHECK(f.loop.time_to_wait(10s) == 10s);
    CHECK(f.loop.turn(0s) == 0);
    CHECK(log == "a.");
}

TEST_CASE("work for an idle loop is done in time although the loop is never idle") {
    fixture f;
    int     turns = 0, done_in = 0;
    auto    busy = [&](auto& self) -> void {
        if (++turns > 1'000'000) f.loop.stop();
        f.loop.post([&self] { self(self); });
    };
    busy(busy);
    f.loop.when_idle(
        [&] {
            done_in = turns;
            f.loop.stop();
        },
        2ms);
    f.run();
    CHECK(done_in > 1);
    CHECK(done_in < 1'000'000);
}

TEST_CASE("what work for an idle loop adds is for another turn, and a stop leaves the rest") {
    fixture     f;
    std::string log;
    f.loop.when_idle(
        [&] {
            log += "1";
            f.loop.when_idle([&] { log += "3"; }, 1h);
            f.loop.stop();
        },
        1h);
    f.loop.when_idle([&] { log += "2"; }, 1h);
    CHECK(f.loop.turn(0s) == 1);
    CHECK(log == "1");
    f.loop.restart();
    for (int i = 0; i < 5; ++i) f.loop.turn(0s);
    CHECK(log.size() == 3);
    CHECK(log.find('2') != std::string::npos);
    CHECK(log.find('3') != std::string::npos);
}

#include "virtual_transport.hpp"

#include "catch.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using tenon::loop::timer_id;
using event_loop = tenon::loop::event_loop<virtual_transport>;

namespace {

struct fixture {
    virtual_transport::context context;
    event_loop                 loop{context};
    std::string                log;

    auto write(char c) {
        return [this, c] { log += c; };
    }
    std::chrono::nanoseconds elapsed() const { return context.time.time_since_epoch(); }
    void                     run_for(std::chrono::nanoseconds time) {
        loop.after(time, [this] { loop.stop(); });
        loop.run();
        loop.restart();
    }
};

}  // namespace

TEST_CASE("one-shot timers run once, in the order of their deadlines, never early") {
    fixture f;
    f.loop.after(30ms, f.write('c'));
    f.loop.after(10ms, [&] {
        f.log += 'a';
        CHECK(f.elapsed() == 10ms);
    });
    f.loop.after(20ms, f.write('b'));
    f.loop.after(20ms, f.write('B'));
    f.run_for(1s);
    CHECK(f.log == "abBc");
    CHECK(f.elapsed() == 1s);
}

TEST_CASE("a periodic timer keeps its period") {
    fixture                               f;
    std::vector<std::chrono::nanoseconds> at;
    f.loop.every(10ms, [&] { at.push_back(f.elapsed()); });
    f.run_for(35ms);
    CHECK(at == std::vector<std::chrono::nanoseconds>{10ms, 20ms, 30ms});
}

TEST_CASE("missed ticks of a periodic timer are skipped and its phase is kept") {
    fixture                               f;
    std::vector<std::chrono::nanoseconds> at;
    f.loop.every(10ms, [&] {
        at.push_back(f.elapsed());
        if (at.size() == 2) f.context.time += 35ms;  // the second tick takes until 55 ms
    });
    f.run_for(85ms);
    CHECK(at == std::vector<std::chrono::nanoseconds>{10ms, 20ms, 55ms, 60ms, 70ms, 80ms});
}

TEST_CASE("a timer without a delay does not keep a turn busy for ever") {
    fixture f;
    int     runs = 0;
    struct again {
        fixture& f;
        int&     runs;
        void     operator()() const {
            ++runs;
            f.loop.after(-5ms, again{f, runs});
        }
    };
    f.loop.after(0ms, again{f, runs});
    f.loop.after(0ms, f.write('x'));
    CHECK(f.loop.turn(1s) == 2);
    CHECK(runs == 1);
    CHECK(f.log == "x");
    CHECK(f.loop.turn(1s) == 1);
    CHECK(f.elapsed() == 0ms);
}

TEST_CASE("a timer tells when it is due until it is over") {
    fixture      f;
    auto const   now   = f.context.time;
    auto const   once  = f.loop.after(10ms, [] {});
    auto const   often = f.loop.every(30ms, [] {});
    event_loop::time_point const never{};
    CHECK(f.loop.deadline(once) == now + 10ms);
    CHECK(f.loop.deadline(often) == now + 30ms);
    f.run_for(40ms);
    CHECK(f.loop.deadline(once) == never);
    CHECK(f.loop.deadline(often) == now + 60ms);
    CHECK(f.loop.cancel(often));
    CHECK(f.loop.deadline(often) == never);
    CHECK(f.loop.deadline(timer_id{}) == never);
}

TEST_CASE("a timer may cancel any timer, its own included") {
    fixture  f;
    timer_id second{};
    timer_id self{};
    f.loop.after(10ms, [&] {
        f.log += 'a';
        CHECK(f.loop.cancel(second));
        CHECK(!f.loop.cancel(second));
    });
    second = f.loop.after(10ms, f.write('!'));
    self   = f.loop.every(5ms, [&] {
        f.log += 'p';
        if (f.log == "pap") {
            CHECK(f.loop.cancel(self));
            f.loop.after(1ms, f.write('n'));  // may take the same place
        }
    });
    f.run_for(100ms);
    CHECK(f.log == "papn");
    CHECK(!f.loop.cancel(self));
    CHECK(!f.loop.cancel(timer_id{}));
    CHECK(!f.loop.cancel(timer_id{12345}));
}

TEST_CASE("a one-shot timer is over when it runs") {
    fixture  f;
    timer_id id{};
    id = f.loop.after(1ms, [&] { CHECK(!f.loop.cancel(id)); });
    f.run_for(2ms);
    timer_id const later = f.loop.after(1ms, f.write('x'));
    CHECK(!f.loop.cancel(id));
    CHECK(f.loop.cancel(later));
}

TEST_CASE("what a timer throws comes out of run and harms no other timer") {
    fixture f;
    int     ticks = 0;
    f.loop.every(10ms, [&] {
        if (++ticks == 2) throw std::runtime_error{"tick"};
    });
    f.loop.every(10ms, f.write('x'));
    f.loop.after(20ms, [] { throw std::logic_error{"once"}; });
    CHECK_THROWS_AS(f.loop.run(), std::logic_error);
    CHECK_THROWS_AS(f.loop.run(), std::runtime_error);
    f.run_for(15ms);
    CHECK(ticks == 3);
    CHECK(f.log == "xxx");
}

TEST_CASE("a loop without timers reads no clock and waits without an end") {
    fixture f;
    f.loop.turn();
    f.loop.turn(3ms);
    CHECK(f.context.clock_reads == 0);
    CHECK(f.context.waits == std::vector<std::chrono::nanoseconds>{event_loop::forever, 3ms});
}

TEST_CASE("a period must be longer than zero and a delay may be endless") {
    fixture f;
    f.context.time += 1h;
    CHECK_THROWS_AS(f.loop.every(0ms, [] {}), tenon::error);
    CHECK_THROWS_AS(f.loop.every(-1ms, [] {}), tenon::error);
    f.loop.after(virtual_transport::clock::duration::max(), f.write('!'));
    f.loop.after(std::chrono::hours::max(), f.write('?'));
    f.loop.every(std::chrono::hours::max(), f.write('.'));
    f.loop.when_idle([] {}, std::chrono::hours::max());
    f.run_for(1h);
    CHECK(f.log.empty());
}

TEST_CASE("a thousand timers run in order whatever is cancelled between them") {
    tenon::loop::timers<virtual_transport::clock> timers;
    std::mt19937                                  random{7};
    std::vector<int>                              ran;
    std::vector<std::pair<int, timer_id>>         all;
    for (int i = 0; i < 1000; ++i) {
        int const deadline = static_cast<int>(random() % 500);
        auto const at = virtual_transport::clock::time_point{std::chrono::milliseconds{deadline}};
        all.emplace_back(deadline, timers.add(at, {}, [&ran, deadline] { ran.push_back(deadline); }));
    }
    std::shuffle(all.begin(), all.end(), random);
    std::vector<int> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % 3 == 0)
            CHECK(timers.cancel(all[i].second));
        else
            kept.push_back(all[i].first);
    }
    CHECK(timers.size() == kept.size());
    std::sort(kept.begin(), kept.end());
    for (int now = 0; now < 500; now += 7) {
        auto const at = virtual_transport::clock::time_point{std::chrono::milliseconds{now}};
        timers.run_due(at, [] { return false; });
        CHECK((timers.empty() || timers.next().time_since_epoch() > std::chrono::milliseconds{now}));
    }
    timers.run_due(virtual_transport::clock::time_point{1s}, [] { return false; });
    CHECK(ran == kept);
    CHECK(timers.empty());
}

TEST_CASE("posts from the loop's own thread need no descriptor to be seen") {
    fixture f;
    f.loop.post([&] {
        f.log += 'a';
        f.loop.post(f.write('b'));
    });
    CHECK(f.loop.turn() == 1);
    CHECK(f.loop.turn() == 1);
    CHECK(f.log == "ab");
    CHECK(f.context.waits == std::vector<std::chrono::nanoseconds>{0ns, 0ns});
}

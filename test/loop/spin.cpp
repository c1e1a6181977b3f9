// A loop that spins: what it looks at, how often it asks for the time, and what callbacks may do meanwhile.
#include "support.hpp"

#include <tenon/loop/spin.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace support;

namespace {

/// A clock that a test advances, and that counts the looks at it.
struct counted_clock {
    using time_point = std::chrono::steady_clock::time_point;

    time_point now() const {
        ++looks;
        return time;
    }
    time_point  time{};
    mutable int looks = 0;
};

}  // namespace

TEST_CASE("who spins asks for the time once in 16 tries, and never if something is found soon") {
    counted_clock                        clock;
    tenon::loop::spin_time<counted_clock> spin{clock, 50us};
    for (int i = 0; i < 16; ++i) {
        CHECK(spin.goes_on());
        CHECK(spin.is_round() == (i == 0));
    }
    CHECK(clock.looks == 0);
    for (int i = 0; i < 160; ++i) CHECK(spin.goes_on());
    CHECK(clock.looks == 10);
    clock.time += 49us;
    for (int i = 0; i < 16; ++i) CHECK(spin.goes_on());
    clock.time += 1us;
    CHECK(!spin.goes_on());
}

TEST_CASE("who spins for ever does not come to the end of the clock") {
    counted_clock clock;
    clock.time += 1h;
    tenon::loop::spin_time<counted_clock> spin{clock, std::chrono::nanoseconds::max()};
    for (int i = 0; i < 160; ++i) CHECK(spin.goes_on());
}

TEST_CASE("a loop that spins hears from all its sockets, few or many, in their order") {
    auto const sockets = GENERATE(1, 2, 3);
    fixture    f;
    f.loop.spin(std::chrono::hours{1});
    std::vector<std::unique_ptr<channel>> channels;
    std::vector<std::unique_ptr<reader>>  readers;
    std::vector<int>                      next(static_cast<std::size_t>(sockets), 0);
    constexpr int                         each = 300;
    int                                   left = sockets * each;
    std::atomic<int>                      seen{0};
    for (int i = 0; i < sockets; ++i) {
        channels.push_back(std::make_unique<channel>(f));
        readers.push_back(std::make_unique<reader>(channels.back()->pull, [&, i](std::string const& text) {
            CHECK(text == std::to_string(next[static_cast<std::size_t>(i)]++));
            ++seen;
            if (--left == 0) f.loop.stop();
        }));
        readers.back()->watch(f);
        channels.back()->push.disown();
    }
    std::thread sender{[&] {  // one at a time, so that each message finds a loop that spins
        for (int k = 0; k < each; ++k)
            for (int i = 0; i < sockets; ++i) {
                int const before = seen;
                static_cast<void>(channels[static_cast<std::size_t>(i)]->push.send(tenon::as_bytes(std::to_string(k))));
                while (seen == before) std::this_thread::yield();
            }
        for (auto& one : channels) one->push.disown();
    }};
    f.run();
    sender.join();
    CHECK(left == 0);
}

TEST_CASE("a source may go, socket and all, in the callback that a loop that spins has made") {
    for (int i = 0; i < 30; ++i) {
        fixture f;
        f.loop.spin(std::chrono::hours{1});
        auto                    gone = std::make_unique<channel>(f);
        std::unique_ptr<reader> source;
        source = std::make_unique<reader>(gone->pull, [&](std::string const&) {
            f.loop.unwatch(source->id);
            source.reset();
            gone->pull.close();
            f.loop.stop();
        });
        source->watch(f);
        auto sending = std::move(gone->push);
        sending.disown();
        std::thread sender{[&] { static_cast<void>(sending.send(tenon::as_bytes("x"))); sending.close(); }};
        f.run();
        sender.join();
        CHECK(source == nullptr);
    }
}

TEST_CASE("descriptors, timers and posts of other threads end a spin") {
    fixture f;
    channel quiet{f};
    f.loop.spin(std::chrono::hours{1});
    reader silent{quiet.pull, [](std::string const&) {}};
    silent.watch(f);
    pipe_ends   pipe;
    std::string log;
    f.loop.watch_fd(pipe.read_end, POLLIN, [&](short) {
        pipe.read();
        log += 'd';
        f.loop.after(1ms, [&] { log += 't'; });
    });
    std::thread other{[&] {
        pipe.write();
        f.loop.post([&] { log += 'p'; });
    }};
    while (log.size() < 3) f.loop.turn(60s);
    other.join();
    CHECK(log.find('t') > log.find('d'));
    CHECK(log.find('p') != std::string::npos);
}

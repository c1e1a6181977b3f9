#include "support.hpp"

#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace support;

namespace {

// Takes turns with one descriptor, so that the loop's order starts elsewhere.
void rotate(fixture& f, int turns) {
    pipe_ends always[4];
    std::vector<tenon::loop::source_id> ids;
    for (auto& pipe : always) {
        pipe.write();
        ids.push_back(f.loop.watch_fd(pipe.read_end, POLLIN, [](short) {}));
    }
    for (int i = 0; i < turns; ++i) CHECK(f.loop.turn(10s) == 4);
    for (auto const id : ids) CHECK(f.loop.unwatch(id));
}

}  // namespace

TEST_CASE("a loop receives from several sockets and descriptors") {
    fixture f;
    channel one{f};
    channel two{f};
    pipe_ends pipe;
    std::string log;
    reader      from_one{one.pull, [&](std::string const& text) { log += text; }};
    reader      from_two{two.pull, [&](std::string const& text) {
        log += text;
        pipe.write();
    }};
    from_one.watch(f);
    from_two.watch(f);
    f.loop.watch_fd(pipe.read_end, POLLIN, [&](short ready) {
        CHECK(ready == POLLIN);
        pipe.read();
        log += 'p';
        f.loop.stop();
    });
    one.send("1");
    f.loop.after(1ms, [&] { two.send("2"); });
    f.run();
    CHECK(log == "12p");
}

TEST_CASE("a descriptor is reported again until it is read") {
    fixture   f;
    pipe_ends pipe;
    int       calls = 0;
    f.loop.watch_fd(pipe.read_end, POLLIN, [&](short) {
        if (++calls == 3) pipe.read();
    });
    pipe.write();
    while (calls < 3) CHECK(f.loop.turn(10s) == 1);
    CHECK(f.loop.turn(0s) == 0);
}

TEST_CASE("a descriptor whose peer is gone is reported as an error") {
    fixture   f;
    pipe_ends pipe;
    short     seen = 0;
    auto const id  = f.loop.watch_fd(pipe.read_end, POLLIN, [&](short ready) { seen = ready; });
    pipe.close_write_end();
    CHECK(f.loop.turn(10s) == 1);
    CHECK((seen & POLLERR) != 0);
    CHECK(f.loop.unwatch(id));
    CHECK(!f.loop.unwatch(id));
    CHECK(f.loop.turn(0s) == 0);
}

TEST_CASE("a flooded socket starves neither another one nor the timers") {
    fixture f;
    channel flooded{f};
    channel quiet{f};
    int     flood = 0;
    int     heard = 0;
    int     ticks = 0;
    // It never runs dry: each message that is handled sends another one.
    reader greedy{flooded.pull, [&](std::string const&) {
        ++flood;
        flooded.send("more");
    }};
    reader modest{quiet.pull, [&](std::string const&) { ++heard; }};
    greedy.watch(f);
    modest.watch(f);
    for (int i = 0; i < 500; ++i) flooded.send("first");
    for (int i = 0; i < 10; ++i) quiet.send("now and then");
    f.loop.every(1ms, [&] {
        if (++ticks >= 5 && heard >= 10) f.loop.stop();
    });
    f.run();
    CHECK(heard == 10);
    CHECK(ticks >= 5);
    CHECK(flood > 64);
    CHECK(greedy.largest == 64);
}

TEST_CASE("a source that used its budget up is called again without waiting") {
    fixture f;
    struct hoarder {
        std::size_t left  = 1000;  // all taken out of the socket already
        int         calls = 0;
        static bool ready(void* self, std::size_t budget) {
            auto& h    = *static_cast<hoarder*>(self);
            zmq::frame part;
            while (h.socket->receive(part) == io::done) {}
            ++h.calls;
            h.left -= std::min(h.left, budget);
            return h.left > 0;
        }
        zmq::socket* socket = nullptr;
    } h;
    channel c{f};
    h.socket = &c.pull;
    f.loop.watch(c.pull, &hoarder::ready, &h);
    c.send("go");
    while (h.left > 0) CHECK(f.loop.turn(10s) == 1);
    CHECK(h.calls == 16);
    CHECK(f.loop.turn(0s) == 0);
}

TEST_CASE("a source that is removed with work left does not keep the loop from waiting") {
    fixture    f;
    channel    c{f};
    auto const always_more = [](void* self, std::size_t) {
        zmq::frame part;
        static_cast<void>(static_cast<zmq::socket*>(self)->receive(part));
        return true;
    };
    auto const id = f.loop.watch(c.pull, always_more, &c.pull);
    c.send("x");
    CHECK(f.loop.turn(10s) == 1);
    CHECK(f.loop.turn(10s) == 1);  // nothing is left in the socket, but it said so
    CHECK(f.loop.unwatch(id));
    auto const start = f.loop.now();
    CHECK(f.loop.turn(20ms) == 0);
    CHECK(f.loop.now() - start >= 20ms);
}

TEST_CASE("sources take turns to come first") {
    fixture     f;
    std::string order;
    pipe_ends   pipes[3];
    for (int i = 0; i < 3; ++i) {
        pipes[i].write();
        char const name = static_cast<char>('0' + i);
        f.loop.watch_fd(pipes[i].read_end, POLLIN, [&order, name](short) { order += name; });
    }
    for (int i = 0; i < 3; ++i) CHECK(f.loop.turn(10s) == 3);
    CHECK(order.size() == 9);
    std::string firsts{order[0], order[3], order[6]};
    std::sort(firsts.begin(), firsts.end());
    CHECK(firsts == "012");
}

TEST_CASE("a callback may remove and destroy any ready source, its own included") {
    int self_removals = 0;
    // Four sources are ready; each that is called removes the victim and destroys what it refers to.
    for (std::size_t victim = 0; victim < 4; ++victim) {
        for (int first = 0; first < 4; ++first) {  // another one comes first each time
            fixture                               f;
            std::vector<std::unique_ptr<channel>> channels;
            std::vector<std::unique_ptr<reader>>  readers(4);
            int                                   calls = 0;
            rotate(f, first);
            for (std::size_t i = 0; i < 4; ++i) {
                channels.push_back(std::make_unique<channel>(f));
                readers[i] = std::make_unique<reader>(channels[i]->pull, [&](std::string const&) {
                    ++calls;
                    if (!readers[victim]) return;
                    f.loop.unwatch(readers[victim]->id);
                    readers[victim].reset();
                    channels[victim].reset();
                });
                readers[i]->watch(f);
                channels[i]->send("x");
                REQUIRE(zmq::wait(channels[i]->pull, POLLIN, 10s));
            }
            auto const served = f.loop.turn(10s);
            CHECK(served == static_cast<std::size_t>(calls));
            CHECK(!readers[victim]);
            CHECK((calls == 3 || calls == 4));  // 4 if the victim itself was the first
            self_removals += calls == 4 ? 1 : 0;
            CHECK(f.loop.turn(0s) == 0);
        }
    }
    CHECK(self_removals == 4);
}

TEST_CASE("a descriptor's callback may remove itself, others and timers, and add them") {
    fixture                          f;
    pipe_ends                        pipes[3];
    std::string                      log;
    tenon::loop::source_id           ids[3] = {};
    tenon::loop::timer_id            timer{};
    auto                             token = std::make_shared<int>(7);
    for (int i = 0; i < 3; ++i) {
        pipes[i].write();
        ids[i] = f.loop.watch_fd(pipes[i].read_end, POLLIN, [&, i, mine = token](short) {
            for (auto const id : ids) f.loop.unwatch(id);
            f.loop.cancel(timer);
            CHECK(*mine == 7);  // what this callback owns lives until it returns
            log += 'x';
            for (int k = 0; k < 20; ++k)  // makes the loop's tables move
                f.loop.watch_fd(pipes[i].read_end, POLLIN, [&](short) { log += 'n'; });
        });
    }
    timer = f.loop.after(0s, [&] { log += 't'; });
    f.loop.cancel(timer);
    timer = f.loop.after(1h, [&] { log += 't'; });
    CHECK(f.loop.turn(10s) == 1);
    CHECK(log == "x");
    CHECK(token.use_count() == 1);
    CHECK(f.loop.turn(10s) == 20);
    CHECK(log == "x" + std::string(20, 'n'));
}

TEST_CASE("timers and posts may remove a source that is ready") {
    auto const  by_post = GENERATE(false, true);
    fixture     f;
    auto        c      = std::make_unique<channel>(f);
    auto        r      = std::make_unique<reader>(c->pull, [](std::string const&) { FAIL("was removed"); });
    auto const  remove = [&] {
        f.loop.unwatch(r->id);
        r.reset();
        c.reset();
    };
    r->watch(f);
    c->send("x");
    REQUIRE(zmq::wait(c->pull, POLLIN, 10s));
    if (by_post)
        f.loop.post(remove);
    else
        f.loop.after(0s, remove);
    CHECK(f.loop.turn(10s) == 1);
    CHECK(f.loop.turn(0s) == 0);
    CHECK(!r);
}

TEST_CASE("a source that is added in a callback is served from the next turn on") {
    fixture f;
    channel outer{f};
    channel inner{f};
    int     heard = 0;
    reader  from_inner{inner.pull, [&](std::string const&) {
        ++heard;
        f.loop.stop();
    }};
    reader from_outer{outer.pull, [&](std::string const&) { from_inner.watch(f); }};
    from_outer.watch(f);
    inner.send("waits");
    outer.send("go");
    f.run();
    CHECK(heard == 1);
}

TEST_CASE("more than sixty-four descriptors are served") {
    fixture   f;
    pipe_ends pipes[100];
    int       calls = 0;
    for (auto& pipe : pipes) {
        f.loop.watch_fd(pipe.read_end, POLLIN, [&](short) {
            pipe.read();
            ++calls;
        });
        pipe.write();
    }
    CHECK(f.loop.turn(10s) == 100);
    CHECK(f.loop.turn(0s) == 0);
    CHECK(calls == 100);
}

TEST_CASE("a socket may be moved while it is watched") {
    fixture     f;
    channel     c{f};
    zmq::socket moved{f.context, pattern::pull};
    int         heard = 0;
    reader      r{moved, [&](std::string const&) { ++heard; }};
    r.id  = f.loop.watch(c.pull, &reader::ready, &r);
    moved = std::move(c.pull);
    c.send("x");
    while (heard == 0) REQUIRE(f.loop.turn(10s) == 1);
    CHECK(f.loop.unwatch(r.id));
}

TEST_CASE("posts from four threads all run, each thread's in order, in the loop's thread") {
    constexpr int            each = 5000;
    fixture                  f;
    std::vector<int>         next(4, 0);
    int                      count    = 0;
    bool                     in_order = true;
    auto const               self     = std::this_thread::get_id();
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < each; ++i)
                f.loop.post([&, t, i] {
                    in_order = in_order && next[t]++ == i && std::this_thread::get_id() == self;
                    if (++count == 4 * each) f.loop.stop();
                });
        });
    f.run();
    for (auto& thread : threads) thread.join();
    CHECK(count == 4 * each);
    CHECK(in_order);
    CHECK(f.loop.turn(0s) == 0);
}

TEST_CASE("a post that throws or stops loses none of the others") {
    fixture     f;
    std::string log;
    auto const  write = [&](char c) { return [&log, c] { log += c; }; };
    f.loop.post(write('a'));
    f.loop.post([] { throw std::runtime_error{"post"}; });
    f.loop.post([&] {
        f.loop.stop();
        f.loop.post(write('c'));
    });
    f.loop.post(write('b'));
    CHECK_THROWS_AS(f.run(), std::runtime_error);
    CHECK(log == "a");
    f.run();
    CHECK(log == "a");
    f.loop.restart();
    f.loop.post([&] { f.loop.stop(); });
    f.run();
    CHECK(log == "abc");
}

TEST_CASE("what a post owns may post when it is destroyed") {
    fixture f;
    int     last_words = 0;
    struct talkative {
        fixture& f;
        int&     last_words;
        ~talkative() {
            f.loop.post([&n = last_words] { ++n; });
        }
    };
    f.loop.post([owned = std::make_unique<talkative>(f, last_words)] {});
    CHECK(f.loop.turn(10s) == 1);
    CHECK(f.loop.turn(10s) == 1);
    CHECK(last_words == 1);
}

TEST_CASE("a loop stops from a handler, a timer, a post, another thread, and before it runs") {
    fixture f;
    SECTION("a handler, and no other callback is started") {
        channel c{f};
        reader  r{c.pull, [&](std::string const&) { f.loop.stop(); }};
        r.watch(f);
        c.send("stop");
        f.run();
    }
    SECTION("a timer, and no other callback is started") {
        f.loop.after(1ms, [&] { f.loop.stop(); });
        f.loop.after(1ms, [] { FAIL("started after the stop"); });
        f.run();
    }
    SECTION("a post") {
        f.loop.post([&] { f.loop.stop(); });
        f.run();
    }
    SECTION("another thread") {
        std::thread other{[&] { f.loop.stop(); }};
        f.run();
        other.join();
    }
    SECTION("before it runs, twice") {
        f.loop.post([] { FAIL("started after the stop"); });
        f.loop.stop();
        f.loop.stop();
        f.run();
    }
    CHECK(f.loop.stop_requested());
    f.run();  // still stopped
    f.loop.restart();
    CHECK(!f.loop.stop_requested());
}

TEST_CASE("a stopped loop still takes turns, so that it can finish its work") {
    fixture f;
    channel c{f};
    int     heard = 0;
    reader  r{c.pull, [&](std::string const&) { ++heard; }};
    r.watch(f);
    for (int i = 0; i < 3; ++i) c.send("x");
    f.loop.stop();
    f.run();
    CHECK(heard == 0);
    for (int i = 0; i < 1000 && heard < 3; ++i) f.loop.turn(10s);
    CHECK(heard == 3);
}

TEST_CASE("what a handler throws comes out of run and the loop goes on") {
    fixture f;
    channel c{f};
    int     heard = 0;
    reader  r{c.pull, [&](std::string const&) {
        if (++heard == 1) throw std::runtime_error{"handler"};
        f.loop.stop();
    }};
    pipe_ends pipe;
    int       calls = 0;
    r.watch(f);
    c.send("1");
    CHECK_THROWS_AS(f.run(), std::runtime_error);
    f.loop.watch_fd(pipe.read_end, POLLIN, [&](short) {
        pipe.read();
        if (++calls == 1) throw std::logic_error{"descriptor"};
        c.send("2");
    });
    pipe.write();
    CHECK_THROWS_AS(f.run(), std::logic_error);
    pipe.write();
    f.run();
    CHECK(calls == 2);
    CHECK(heard == 2);
}

TEST_CASE("a loop that is run from its own callback says so") {
    fixture f;
    f.loop.post([&] {
        CHECK_THROWS_AS(f.loop.turn(0s), tenon::error);
        f.loop.stop();
    });
    f.run();
}

TEST_CASE("a blocked signal stops the loop") {
    tenon::loop::signal_block const block;  // before the context, whose threads copy the mask
    fixture                         f;
    std::string                     log;
    auto const                      number = GENERATE(SIGINT, SIGTERM);
    auto const                      id     = f.loop.on_signal({}, [&](int signal) {
        log += std::to_string(signal);
        f.loop.stop();
    });
    f.loop.post([&] { ::kill(::getpid(), number); });
    f.run();
    CHECK(log == std::to_string(number));
    CHECK(f.loop.unwatch(id));
}

TEST_CASE("several signals arrive one after the other and a callback may unwatch them") {
    tenon::loop::signal_block const block{{SIGUSR1, SIGUSR2}};
    fixture                         f;
    int                             calls = 0;
    tenon::loop::source_id          id{};
    id = f.loop.on_signal({SIGUSR1, SIGUSR2}, [&](int) {
        if (++calls == 2) CHECK(f.loop.unwatch(id));
    });
    ::raise(SIGUSR1);
    ::raise(SIGUSR2);
    while (calls < 2) REQUIRE(f.loop.turn(10s) == 1);
    CHECK(f.loop.turn(0s) == 0);
}

TEST_CASE("a signal that is not blocked is refused") {
    fixture f;
    CHECK_THROWS_AS(f.loop.on_signal({SIGUSR2}, [](int) {}), tenon::error);
    CHECK_THROWS_AS(tenon::loop::signal_set({-1}), tenon::error);
    {
        tenon::loop::signal_block const block{{SIGUSR2}};
        CHECK(tenon::loop::signal_set{SIGUSR2}.blocked());
        CHECK(!tenon::loop::signal_set{SIGUSR1, SIGUSR2}.blocked());
    }
    CHECK(!tenon::loop::signal_set{SIGUSR2}.blocked());
}

TEST_CASE("a storm of handled signals disturbs nothing") {
    struct sigaction quiet {};
    struct sigaction before {};
    quiet.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &quiet, &before);
    {
        fixture           f;
        channel           c{f};
        int               said = 0, heard = 0;
        std::atomic<bool> over{false};
        auto const        self = ::pthread_self();
        reader            r{c.pull, [&](std::string const&) {
            if (++heard == 200) f.loop.stop();
        }};
        r.watch(f);
        f.loop.every(100us, [&] { c.send("x"), ++said; });
        std::thread storm{[&] {
            while (!over) ::pthread_kill(self, SIGUSR1), std::this_thread::yield();
        }};
        f.run();
        over = true;
        storm.join();
        CHECK(heard >= 200);  // what had arrived with the last of them is handled too
        CHECK(heard <= said);
    }
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("news that another use of the socket has taken in are not slept over") {
    fixture     f;
    zmq::socket here{f.context, pattern::dealer}, there{f.context, pattern::dealer};
    there.connect(here.bind("inproc://taken-in"));
    std::string log;
    reader      source{here, [&](std::string const& text) { log += text; }};
    source.watch(f);
    while (f.loop.turn(10ms) > 0) {}  // connected; drained
    for (auto const text : {"1", "2", "3"}) {
        REQUIRE(there.send(tenon::as_bytes(text)) == io::done);
        // A bind reads the commands of the peer: the descriptor tells of the message no more.
        here.bind("inproc://taken-in-again-" + std::string{text});
        for (int i = 0; i < 3 && log.empty(); ++i) f.loop.turn(2s);
        CHECK(std::exchange(log, {}) == text);
    }
}

TEST_CASE("a message wakes the loop while it waits for room on the same socket") {
    fixture                          f;
    tenon::transport::socket_options sends_one, receives_one;
    sends_one.send_hwm       = 1;
    receives_one.receive_hwm = 1;
    zmq::socket here{f.context, pattern::pair, sends_one}, there{f.context, pattern::pair, receives_one};
    there.connect(here.bind("inproc://both-ways"));
    while (here.send(tenon::as_bytes("full")) == io::done) {}
    std::string log;
    reader      source{here, [&](std::string const& text) { log += text; }};
    source.watch(f);
    constexpr auto room = [](void* made, std::size_t) { return *static_cast<bool*>(made) = true, false; };
    bool           made = false;
    f.loop.watch(here, room, &made, POLLOUT);
    while (f.loop.turn(0ms) > 0) {}  // drained
    for (auto const text : {"1", "2", "3"}) {
        REQUIRE(there.send(tenon::as_bytes(text)) == io::done);
        f.loop.turn(2s);
        CHECK(std::exchange(log, {}) == text);
        while (f.loop.turn(0ms) > 0) {}
    }
    CHECK(!made);
    zmq::frame part;
    while (there.receive(part) == io::done) {}
    while (!made) REQUIRE(f.loop.turn(10s) > 0);
}

TEST_CASE("work for an idle loop is called once, also when some of it throws or adds to it") {
    fixture     f;
    std::string log;
    f.loop.when_idle([&] { log += 'a'; }, 1h);
    f.loop.when_idle(
        [&] {
            log += 'b';
            f.loop.when_idle([&] { log += 'd'; }, 1h);
            throw tenon::error{tenon::errc::refused, "b"};
        },
        1h);
    f.loop.when_idle([&] { log += 'c'; }, 1h);
    REQUIRE_THROWS_AS(f.loop.turn(0ms), tenon::error);
    for (int i = 0; i < 4; ++i) f.loop.turn(0ms);
    CHECK(log == "abcd");
}

TEST_CASE("a loop that spins sees messages, timers, posts and a stop, and sleeps when its time is over") {
    fixture f;
    channel c{f};
    f.loop.spin(20ms);
    std::string log;
    reader      source{c.pull, [&](std::string const& text) {
        log += text;
        f.loop.post([&] { log += 'p'; });
    }};
    source.watch(f);
    c.send("m");
    while (log.size() < 2) REQUIRE(f.loop.turn(10s) > 0);
    CHECK(log == "mp");
    // A turn is as long as it may be, whether it spins or sleeps ...
    auto const start = f.loop.now();
    for (int i = 0; i < 10 && f.loop.now() - start < 50ms; ++i) CHECK(f.loop.turn(50ms - (f.loop.now() - start)) == 0);
    CHECK(f.loop.now() - start >= 50ms);
    // ... timers end it while it does the one or the other, and so do other threads.
    f.loop.after(1ms, [&] { log += 't'; });
    f.loop.after(30ms, [&] { log += 'T'; });
    while (log.size() < 4) f.loop.turn(10s);
    CHECK(log == "mptT");
    std::thread stopper{[&] { f.loop.stop(); }};
    f.run();
    stopper.join();
}

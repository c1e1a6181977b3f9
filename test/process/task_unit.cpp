// task<T> by itself, with a loop whose time is virtual and a port whose replies the test gives.
#include "catch.hpp"
#include "counting_malloc.hpp"
#include "loop/virtual_transport.hpp"

#include <tenon/core/result.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/loop/event_loop.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/process/task.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
using tenon::errc;
using tenon::task;

namespace {

struct question { int number; };
struct reply { int number; };

/// What tasks need of a process.
struct mock_process {
    using loop_type = tenon::loop::event_loop<virtual_transport>;
    using timer_id  = tenon::loop::timer_id;

    virtual_transport::context context;
    loop_type                  loop{context};
    int                        timers = 0;  // under way

    template <class F>
    timer_id after(std::chrono::nanoseconds delay, F f) {
        ++timers;
        return loop.after(delay, [this, f = std::move(f)]() mutable {
            --timers;
            f();
        });
    }
    void cancel(timer_id id) {
        if (loop.cancel(id)) --timers;
    }
    auto sleep(std::chrono::nanoseconds time) {  // sleep: by a timer
        return tenon::detail::sleep_awaitable<mock_process>{*this, time};
    }

    /// Turns until no timer is left.
    void run() {
        while (timers > 0) loop.turn();
    }
    std::chrono::nanoseconds now() { return context.time.time_since_epoch(); }
};

/// What tasks need of a client side's port.
struct mock_port {
    std::map<std::uint32_t, tenon::detail::unique_function<void(tenon::result<reply>)>> pending;

    std::uint32_t asked     = 0;
    std::size_t   abandoned = 0;
    bool          ended     = false;

    template <class Question, class F>
    std::optional<tenon::correlation_id> ask(Question const&, std::chrono::nanoseconds, F on_result) {
        if (ended) return std::nullopt;
        pending.emplace(++asked, std::move(on_result));
        return tenon::correlation_id{asked, 1};
    }
    void abandon(tenon::correlation_id id) { abandoned += pending.erase(id.slot); }

    auto request(question q, std::chrono::nanoseconds timeout = 1s) {
        return tenon::detail::request_awaitable<mock_port, question, reply>{*this, q, timeout};
    }
    void answer(std::uint32_t id, tenon::result<reply> with) {
        auto on_result = std::move(pending.at(id));
        pending.erase(id);
        on_result(std::move(with));
    }
};

/// Counts those that live: whether frames are destroyed, and once.
struct witness {
    explicit witness(int& count) : alive{&count} { ++*alive; }
    witness(witness&& other) noexcept : alive{other.alive} { ++*alive; }
    witness& operator=(witness&&) = delete;
    ~witness() { --*alive; }
    int* alive;
};

task<int> number(int n) { co_return n; }
task<int> sum(int a, int b) { co_return co_await number(a) + co_await number(b); }
task<void> nothing() { co_return; }
task<int> fail(std::string text) {
    throw std::runtime_error{text};
    co_return 0;
}

std::string text_thrown_by(auto&& f) {
    try {
        f();
    } catch (std::exception const& e) {
        return e.what();
    }
    return "nothing";
}

}  // namespace

TEST_CASE("a task runs when it is started, not before, and gives its result", "[task]") {
    bool ran        = false;
    auto const make = [](bool& flag) -> task<int> {
        flag = true;
        co_return 7;
    };
    auto work = make(ran);
    CHECK(!ran);
    REQUIRE(work.start());
    CHECK(ran);
    CHECK(work.take() == 7);
}

TEST_CASE("tasks await tasks", "[task]") {
    auto work = sum(3, 4);
    REQUIRE(work.start());
    CHECK(work.take() == 7);
}

TEST_CASE("a task that is never started is destroyed with its parameters", "[task]") {
    int alive       = 0;
    auto const make = [](witness) -> task<void> { co_return; };
    {
        auto work = make(witness{alive});
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
}

TEST_CASE("a task can be moved, and assigned to another, which is destroyed", "[task]") {
    static_assert(!std::is_copy_constructible_v<task<int>>);
    int alive       = 0;
    auto const make = [](witness, int n) -> task<int> { co_return n; };
    auto first      = make(witness{alive}, 1);
    auto second     = make(witness{alive}, 2);
    CHECK(alive == 2);
    first = std::move(second);
    CHECK(alive == 1);
    auto third = std::move(first);
    REQUIRE(third.start());
    CHECK(third.take() == 2);
}

TEST_CASE("a result that can only be moved comes out of a task", "[task]") {
    auto const make = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(5); };
    auto const use  = [](auto inner) -> task<std::unique_ptr<int>> { co_return co_await inner(); };
    auto work       = use(make);
    REQUIRE(work.start());
    CHECK(*work.take() == 5);
}

TEST_CASE("co_return takes what the result is made from", "[task]") {
    auto const refuse = []() -> task<tenon::result<reply>> { co_return tenon::failure{errc::refused, "no"}; };
    auto const braces = []() -> task<reply> { co_return {3}; };
    auto refused      = refuse();
    auto answered     = braces();
    REQUIRE(refused.start());
    REQUIRE(answered.start());
    CHECK(refused.take().error().code == errc::refused);
    CHECK(answered.take().number == 3);
}

TEST_CASE("what a task throws comes out where it is awaited", "[task]") {
    auto const outer = []() -> task<std::string> {
        try {
            static_cast<void>(co_await fail("inner"));
        } catch (std::runtime_error const& e) {
            co_return e.what();
        }
        co_return "nothing";
    };
    auto work = outer();
    REQUIRE(work.start());
    CHECK(work.take() == "inner");

    auto const through = []() -> task<int> { co_return co_await fail("through"); };
    auto passed        = through();
    REQUIRE(passed.start());
    CHECK(text_thrown_by([&] { static_cast<void>(passed.take()); }) == "through");
}

TEST_CASE("a sleeping task goes on when its time is over, and not before", "[task][sleep]") {
    mock_process process;
    auto const nap = [](mock_process& p) -> task<std::chrono::nanoseconds> {
        co_await p.sleep(50ms);  // what is tested; in virtual time, as all sleeps here
        co_await p.sleep(25ms);
        co_return p.now();
    };
    auto work = nap(process);
    CHECK(!work.start());
    process.run();
    CHECK(work.take() == 75ms);
}

TEST_CASE("a task that sleeps takes its timer back when it is destroyed", "[task][sleep]") {
    mock_process process;
    int  alive     = 0;
    auto const nap = [](mock_process& p, int& count) -> task<void> {
        witness const here{count};
        co_await p.sleep(1h);
    };
    {
        auto work = nap(process, alive);
        CHECK(!work.start());
        CHECK(process.timers == 1);
        CHECK(alive == 1);
    }
    CHECK(process.timers == 0);
    CHECK(alive == 0);
}

TEST_CASE("a task whose timer is due but has not run is destroyed like any other", "[task][sleep]") {
    mock_process process;
    auto const nap = [](mock_process& p) -> task<void> { co_await p.sleep(0ms); };
    std::optional<task<void>> first{nap(process)}, second{nap(process)};
    CHECK(!first->start());
    CHECK(!second->start());
    CHECK(process.after(0ms, [] {}) != tenon::loop::timer_id{});
    second.reset();
    process.run();
    CHECK(process.timers == 0);
}

TEST_CASE("a request gives its reply to the task that awaits it", "[task][request]") {
    mock_port port;
    auto const ask = [](mock_port& p) -> task<int> {
        auto const got = co_await p.request(question{1});
        co_return got ? got->number : -1;
    };
    auto first = ask(port), second = ask(port), third = ask(port);
    CHECK(!first.start());
    CHECK(!second.start());
    CHECK(!third.start());
    port.answer(3, reply{30});  // in any order
    port.answer(1, reply{10});
    port.answer(2, tenon::failure{errc::timed_out, "late"});
    CHECK(first.take() == 10);
    CHECK(second.take() == -1);
    CHECK(third.take() == 30);
    CHECK(port.abandoned == 0);
}

TEST_CASE("a task that is destroyed abandons the request that it awaits", "[task][request]") {
    mock_port port;
    auto const ask = [](mock_port& p) -> task<void> { static_cast<void>(co_await p.request(question{1})); };
    {
        auto work = ask(port);
        CHECK(!work.start());
    }
    CHECK(port.abandoned == 1);
    CHECK(port.pending.empty());
}

TEST_CASE("a request that no port accepts any more leaves its task waiting until it is destroyed", "[task][request]") {
    mock_port port;
    port.ended = true;
    int  alive     = 0;
    auto const ask = [](mock_port& p, int& count) -> task<void> {
        witness const here{count};
        for (;;) static_cast<void>(co_await p.request(question{1}));
    };
    {
        auto work = ask(port, alive);
        CHECK(!work.start());
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
    CHECK(port.abandoned == 0);
}

TEST_CASE("a loop of a hundred thousand co_awaits does not grow the stack", "[task]") {
    constexpr int rounds = 100'000;

    SECTION("of tasks that need not wait") {
        auto const loop = []() -> task<int> {
            int n = 0;
            for (int i = 0; i < rounds; ++i) n += co_await number(1);
            co_return n;
        };
        auto work = loop();
        REQUIRE(work.start());
        CHECK(work.take() == rounds);
    }
    SECTION("of requests") {
        mock_port  port;
        auto const loop = [](mock_port& p) -> task<int> {
            auto const once = [](mock_port& q) -> task<int> { co_return (co_await q.request(question{1}))->number; };
            int n = 0;
            for (int i = 0; i < rounds; ++i) n += co_await once(p);
            co_return n;
        };
        auto work = loop(port);
        CHECK(!work.start());
        for (std::uint32_t i = 1; i <= rounds; ++i) port.answer(i, reply{1});
        CHECK(work.take() == rounds);
    }
    SECTION("of several at once") {
        auto const loop = []() -> task<int> {
            int n = 0;
            for (int i = 0; i < rounds; ++i) {
                auto const [a, b] = co_await tenon::when_all(number(1), number(2));
                n += a + b;
            }
            co_return n;
        };
        auto work = loop();
        REQUIRE(work.start());
        CHECK(work.take() == 3 * rounds);
    }
}

TEST_CASE("when_all gives all results, in the order of its arguments", "[task][when_all]") {
    auto work = tenon::when_all(number(1), nothing(), sum(2, 3));
    static_assert(std::is_same_v<decltype(work), task<std::tuple<int, std::monostate, int>>>);
    REQUIRE(work.start());
    CHECK(work.take() == std::tuple{1, std::monostate{}, 5});
}

TEST_CASE("when_all takes results that are tuples themselves", "[task][when_all]") {
    auto const pair = []() -> task<std::pair<int, int>> { co_return std::pair{1, 2}; };
    auto work       = tenon::when_all(pair());
    REQUIRE(work.start());
    CHECK(work.take() == std::tuple<std::pair<int, int>>{std::pair{1, 2}});
    auto nested = tenon::when_all(tenon::when_all(number(4)));
    REQUIRE(nested.start());
    CHECK(std::get<0>(std::get<0>(nested.take())) == 4);
}

TEST_CASE("when_all of nothing is ready", "[task][when_all]") {
    auto none = tenon::when_all();
    CHECK(none.start());
    auto empty = tenon::when_all(std::vector<task<int>>{});
    REQUIRE(empty.start());
    CHECK(empty.take().empty());
}

TEST_CASE("when_all lets all wait at the same time", "[task][when_all]") {
    mock_process process;
    mock_port    port;
    auto const outer = [](mock_process& p, mock_port& end) -> task<int> {
        auto const [slept, one, two, three] = co_await tenon::when_all(
            p.sleep(20ms), end.request(question{1}), end.request(question{2}), number(3));
        static_assert(std::is_same_v<decltype(slept), std::monostate const>);
        co_return one->number + two->number + three;
    };
    auto work = outer(process, port);
    CHECK(!work.start());
    CHECK(port.asked == 2);
    port.answer(2, reply{200});
    process.run();
    port.answer(1, reply{100});
    CHECK(work.take() == 303);
}

TEST_CASE("when_all waits for a vector of tasks or requests", "[task][when_all]") {
    mock_port  port;
    auto const outer = [](mock_port& end) -> task<std::vector<int>> {
        std::vector<decltype(end.request(question{}))> requests;
        for (int i = 0; i < 10; ++i) requests.push_back(end.request(question{i}));
        std::vector<int> numbers;
        for (auto const& got : co_await tenon::when_all(std::move(requests))) numbers.push_back(got->number);
        std::vector<task<void>> silent;
        for (int i = 0; i < 3; ++i) silent.push_back(nothing());
        co_await tenon::when_all(std::move(silent));
        co_return numbers;
    };
    auto work = outer(port);
    CHECK(!work.start());
    REQUIRE(port.asked == 10);
    for (std::uint32_t i = 10; i >= 1; --i) port.answer(i, reply{static_cast<int>(i)});
    CHECK(work.take() == std::vector{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("when_all waits for all even if one throws, and the first in order comes out", "[task][when_all]") {
    mock_process process;
    bool finished    = false;
    auto const later = [](mock_process& p, bool& done) -> task<int> {
        co_await p.sleep(1s);
        done = true;
        throw std::runtime_error{"later"};
    };
    auto work = tenon::when_all(later(process, finished), fail("at once"));
    CHECK(!work.start());
    CHECK(!finished);
    process.run();
    CHECK(finished);
    CHECK(text_thrown_by([&] { static_cast<void>(work.take()); }) == "later");

    std::vector<task<int>> several;
    several.push_back(number(1));
    several.push_back(fail("second"));
    several.push_back(fail("third"));
    auto all = tenon::when_all(std::move(several));
    REQUIRE(all.start());
    CHECK(text_thrown_by([&] { static_cast<void>(all.take()); }) == "second");
}

TEST_CASE("destroying a task destroys all that it waits for", "[task][when_all]") {
    mock_process process;
    mock_port    port;
    int  alive      = 0;
    auto const leaf = [](mock_process& p, mock_port& end, int& count) -> task<void> {
        witness const here{count};
        static_cast<void>(co_await tenon::when_all(p.sleep(1h), end.request(question{1})));
    };
    auto const outer = [&leaf](mock_process& p, mock_port& end, int& count) -> task<void> {
        std::vector<task<void>> leaves;
        for (int i = 0; i < 10; ++i) leaves.push_back(leaf(p, end, count));
        co_await tenon::when_all(std::move(leaves));
    };
    {
        auto work = outer(process, port, alive);
        CHECK(!work.start());
        CHECK(alive == 10);
        CHECK(process.timers == 10);
        port.answer(3, reply{3});  // some of a leaf's waits may be over
    }
    CHECK(alive == 0);
    CHECK(process.timers == 0);
    CHECK(port.abandoned == 9);
}

TEST_CASE("waiting allocates nothing, a task one frame", "[task][allocations]") {
    mock_process process;
    std::uint64_t waits = 0, frames = 0;
    auto const    outer = [](mock_process& p, std::uint64_t& for_waits, std::uint64_t& for_frames) -> task<void> {
        for (int i = 0; i < 10; ++i) co_await p.sleep(1ms);
        auto before = allocations;
        for (int i = 0; i < 100; ++i) co_await p.sleep(1ms);
        for_waits = allocations - before;
        before    = allocations;
        for (int i = 0; i < 100; ++i) static_cast<void>(co_await number(i));
        for_frames = allocations - before;
    };
    auto work = outer(process, waits, frames);
    CHECK(!work.start());
    process.context.waits.reserve(200);
    process.run();
    CHECK(waits == 0);
    CHECK(frames == (COUNTED ? 100 : 0));
}

TEST_CASE("sleeps and requests can be moved before they are awaited", "[task]") {
    mock_process process;
    mock_port    port;
    auto const outer = [](mock_process& p, mock_port& end) -> task<int> {
        auto nap     = p.sleep(1ms);
        auto request = end.request(question{1});
        auto moved   = std::move(request);
        co_await std::move(nap);
        co_return (co_await std::move(moved))->number;
    };
    auto work = outer(process, port);
    CHECK(!work.start());
    CHECK(port.asked == 0);
    process.run();
    REQUIRE(port.asked == 1);
    port.answer(1, reply{8});
    CHECK(work.take() == 8);
}

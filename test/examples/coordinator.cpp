// The simulation's coordinator without a process: what it answers, and when, whichever worker crashes between which
// messages.
#include "simulation/coordinator.hpp"

#include "catch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace {

using tenon::errc;

// A process that collects answers and timers.
struct fake_process {
    // What has become of a request.
    struct outcome {
        int                  answers = 0;
        errc                 refusal = errc::ok;
        std::optional<unsigned> step{};
    };

    auto& operator[](decltype(coordinator_app::workers) const&) { return *this; }

    template <class Keep>
    auto defer(advanced const&, Keep&& keep) {
        auto const id = static_cast<std::uint32_t>(outcomes.size());
        outcomes.emplace_back();
        keep(tenon::promise<neighbours>{home, tenon::correlation_id{id, 1}, answer});
        return tenon::deferred<neighbours>::made();
    }
    static bool answer(void* self, tenon::correlation_id id, neighbours const* reply, tenon::failure const* refusal) {
        auto& got = static_cast<fake_process*>(self)->outcomes[id.slot];
        ++got.answers;
        if (reply != nullptr) got.step = reply->step;
        if (refusal != nullptr) got.refusal = refusal->code;
        return true;
    }

    void every(std::chrono::nanoseconds, auto) {}
    void after(std::chrono::nanoseconds, auto f) { timer = std::move(f); }
    void stop(int = 0) { stopped = true; }

    fake_process() { home->end = this; }
    ~fake_process() { home->end = nullptr; }

    tenon::detail::counted_ptr<tenon::detail::deferred_home> home =
        tenon::detail::make_counted<tenon::detail::deferred_home>();
    std::vector<outcome>                          outcomes;
    tenon::detail::unique_function<void()>        timer;
    bool                                          stopped = false;
};

// A worker's part of the conversation.
struct fake_worker {
    std::uint32_t                index;
    std::uint32_t                life = 0, step = 0;
    std::optional<forest::strip> strip{};

    void join(coordinator_app& coordinator) {
        auto const work = coordinator.on(::join{index});
        REQUIRE(work);
        life = work->life;
        step = work->step;
        strip.emplace(work->where, work->first_row, work->cells);
    }
    // Computes the next step and hands it in; returns the number of the request.
    std::size_t hand_in(coordinator_app& coordinator, fake_process& process) {
        auto const counts =
            strip->advance(++step, coordinator.world.above(index), coordinator.world.below(index));
        coordinator.on(advanced{index, life, step, counts, strip->cells()}, process);
        return process.outcomes.size() - 1;
    }
};

settings small(std::uint32_t steps, std::uint32_t steps_per_second = 0) {
    return {{5, 24, 32}, 3, steps, steps_per_second, display::nothing, {}};
}

struct fixture {
    explicit fixture(settings const& given = small(1000)) : coordinator{given} {
        for (fake_worker& w : workers) w.join(coordinator);
    }
    std::size_t hand_in(std::size_t worker) { return workers[worker].hand_in(coordinator, process); }
    // The same forest, without processes.
    void check_forest() const {
        forest::world alone{coordinator.given.where, 1};
        forest::strip all{alone.where(), 0, alone.cells()};
        while (alone.step() < coordinator.world.step()) {
            REQUIRE(alone.accept(0, all.cells(), all.advance(alone.step() + 1, {}, {})));
            REQUIRE(alone.complete());
        }
        CHECK(coordinator.world.history() == alone.history());
    }

    fake_process             process;
    coordinator_app          coordinator;
    std::vector<fake_worker> workers{{0}, {1}, {2}};
};

bool waits(fake_process::outcome const& got) { return got.answers == 0; }
bool has_rows_of(fake_process::outcome const& got, unsigned step) { return got.answers == 1 && got.step == step; }
bool was_refused(fake_process::outcome const& got, errc why = errc::refused) {
    return got.answers == 1 && got.refusal == why;
}

}  // namespace

TEST_CASE("nobody is answered before every strip of a step is there") {
    fixture    f;
    auto const first = f.hand_in(2), second = f.hand_in(0);
    CHECK(waits(f.process.outcomes[first]));
    CHECK(waits(f.process.outcomes[second]));
    auto const third = f.hand_in(1);
    for (auto const request : {first, second, third}) CHECK(has_rows_of(f.process.outcomes[request], 1));
    f.check_forest();
}

TEST_CASE("a worker that crashed before it handed in its strip is given it again") {
    fixture    f;
    auto const first = f.hand_in(0), second = f.hand_in(2);
    f.workers[1].join(f.coordinator);
    CHECK(f.workers[1].life == 1);
    CHECK(f.workers[1].step == 0);
    auto const third = f.hand_in(1);
    for (auto const request : {first, second, third}) CHECK(has_rows_of(f.process.outcomes[request], 1));
    f.check_forest();
}

TEST_CASE("a worker that crashed after it handed in its strip computes the same again") {
    fixture    f;
    auto const lost = f.hand_in(1);
    f.workers[1].join(f.coordinator);
    CHECK(was_refused(f.process.outcomes[lost], errc::handler_failed));  // nobody is left to hear of it
    auto const again = f.hand_in(1);
    CHECK(waits(f.process.outcomes[again]));
    f.hand_in(0);
    f.hand_in(2);
    CHECK(has_rows_of(f.process.outcomes[again], 1));
    CHECK(f.process.outcomes[lost].answers == 1);
    f.check_forest();
}

TEST_CASE("a step may be completed with the strip of a worker that has crashed since") {
    fixture f;
    f.hand_in(1);
    f.workers[1].join(f.coordinator);  // knows of step 0 only
    f.hand_in(0);
    f.hand_in(2);
    REQUIRE(f.coordinator.world.step() == 1);
    auto const late = f.process.outcomes.size();
    // Its rows for step 1 were told with its assignment; the forest is further by now.
    forest::world const before{f.coordinator.given.where, 3};
    auto const counts = f.workers[1].strip->advance(++f.workers[1].step, before.above(1), before.below(1));
    f.coordinator.on(advanced{1, 1, 1, counts, f.workers[1].strip->cells()}, f.process);
    CHECK(has_rows_of(f.process.outcomes[late], 1));
    for (std::size_t w = 0; w < 3; ++w) f.hand_in(w);
    CHECK(f.coordinator.world.step() == 2);
    f.check_forest();
}

TEST_CASE("what a crashed worker had sent is refused once its successor is there") {
    fixture     f;
    fake_worker ghost = f.workers[1];
    f.workers[1].join(f.coordinator);
    auto const request = ghost.hand_in(f.coordinator, f.process);
    CHECK(was_refused(f.process.outcomes[request]));
    for (std::size_t w = 0; w < 3; ++w) f.hand_in(w);
    CHECK(f.coordinator.world.step() == 1);
    f.check_forest();
}

TEST_CASE("when steps are paced, a successor that is one further already waits for its own step") {
    fixture    f{small(1000, 40)};
    auto const first = f.hand_in(0), second = f.hand_in(1), third = f.hand_in(2);
    REQUIRE(f.process.timer);
    CHECK(waits(f.process.outcomes[first]));
    f.workers[2].join(f.coordinator);  // after step 1, whose answers are still held back
    CHECK(f.workers[2].step == 1);
    auto const further = f.hand_in(2);
    f.process.timer();
    CHECK(has_rows_of(f.process.outcomes[first], 1));
    CHECK(has_rows_of(f.process.outcomes[second], 1));
    CHECK(was_refused(f.process.outcomes[third], errc::handler_failed));
    CHECK(waits(f.process.outcomes[further]));
    f.hand_in(0);
    f.hand_in(1);
    f.process.timer();
    CHECK(has_rows_of(f.process.outcomes[further], 2));
    f.check_forest();
}

TEST_CASE("every worker may crash in every step") {
    fixture f;
    for (std::uint32_t step = 1; step <= 30; ++step) {
        for (std::size_t w = 0; w < 3; ++w) {
            if ((step + w) % 2 == 0) f.workers[w].join(f.coordinator);
            f.hand_in(w);
            if (step % 3 != 0 || w == 2) continue;
            f.workers[w].join(f.coordinator);
            f.hand_in(w);
        }
        REQUIRE(f.coordinator.world.step() == step);
    }
    for (auto const& each : f.process.outcomes) CHECK(each.answers == 1);
    f.check_forest();
}

TEST_CASE("the last step answers everybody and stops the process") {
    fixture f{small(2)};
    for (int step = 0; step < 2; ++step)
        for (std::size_t w = 0; w < 3; ++w) {
            CHECK(!f.process.stopped);
            f.hand_in(w);
        }
    CHECK(f.process.stopped);
    for (auto const& each : f.process.outcomes) CHECK(each.answers == 1);
    f.workers[0].join(f.coordinator);  // one that crashed at the very end is told that there is nothing left
    CHECK(f.workers[0].step == 2);
}

TEST_CASE("strangers are refused") {
    fixture f;
    CHECK(!f.coordinator.on(join{3}));
    auto const refused = [&](advanced const& a) {
        f.coordinator.on(a, f.process);
        return was_refused(f.process.outcomes.back());
    };
    auto const cells = f.coordinator.world.strip_of(0);
    CHECK(refused({3, 0, 1, {}, cells}));
    CHECK(refused({0, 1, 1, {}, cells}));
    CHECK(refused({0, 0, 2, {}, cells}));
    CHECK(refused({0, 0, 1, {}, cells.subspan(1)}));
    CHECK(f.coordinator.world.step() == 0);
}

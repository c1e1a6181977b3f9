// The simulation's logic: a forest is the same however it is divided, in whatever order its strips come.
#include "simulation/model.hpp"
#include "simulation/world.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

using forest::cell;
using forest::census;
using forest::terrain;
using forest::world;

namespace {

constexpr terrain somewhere{7, 61, 97};
constexpr std::uint32_t steps = 60;

std::size_t count(std::span<cell const> cells, cell state) {
    return static_cast<std::size_t>(std::count(cells.begin(), cells.end(), state));
}

// One strip is the whole forest, so that no row beside it matters.
std::vector<census> in_one_piece(terrain const& where, std::vector<cell>& last) {
    forest::strip       all{where, 0, forest::planted(where)};
    std::vector<census> history;
    for (std::uint32_t step = 1; step <= steps; ++step) history.push_back(all.advance(step, {}, {}));
    last.assign(all.cells().begin(), all.cells().end());
    return history;
}

// All workers of a world, each with its strip.
std::vector<forest::strip> strips_of(world const& of) {
    std::vector<forest::strip> made;
    for (std::uint32_t w = 0; w < of.workers(); ++w)
        made.emplace_back(of.where(), of.first_row(w), of.strip_of(w));
    return made;
}

// A step in which the workers hand in their strips beginning with worker `first`.
void advance(world& of, std::vector<forest::strip>& strips, std::uint32_t first) {
    for (std::uint32_t i = 0; i < of.workers(); ++i) {
        std::uint32_t const w      = (first + i) % of.workers();
        census const        counts = strips[w].advance(of.step() + 1, of.above(w), of.below(w));
        REQUIRE(!of.complete());
        REQUIRE(of.accept(w, strips[w].cells(), counts));
    }
    REQUIRE(of.complete());
}

}  // namespace

TEST_CASE("a forest is the same for any number of workers") {
    std::vector<cell> whole;
    auto const        history = in_one_piece(somewhere, whole);
    std::uint32_t const workers = GENERATE(1u, 2u, 3u, 7u, 16u, 61u);
    world             divided{somewhere, workers};
    auto              strips = strips_of(divided);
    for (std::uint32_t step = 0; step < steps; ++step) advance(divided, strips, step % workers);
    CHECK(divided.history() == history);
    CHECK(std::equal(whole.begin(), whole.end(), divided.cells().begin(), divided.cells().end()));
}

TEST_CASE("a forest follows from its seed") {
    std::vector<cell> one, again, other;
    auto const        history = in_one_piece(somewhere, one);
    CHECK(in_one_piece(somewhere, again) == history);
    CHECK(one == again);
    CHECK(in_one_piece({8, 61, 97}, other) != history);
    CHECK(one != other);
}

TEST_CASE("strips are whole rows, cover the forest, and differ by one row at most") {
    std::uint32_t const workers = GENERATE(1u, 2u, 7u, 60u, 61u);
    world const         divided{somewhere, workers};
    std::size_t         cells = 0;
    for (std::uint32_t w = 0; w < workers; ++w) {
        std::uint32_t const rows = divided.first_row(w + 1) - divided.first_row(w);
        CHECK((rows == 61 / workers || rows == 61 / workers + 1));
        CHECK(divided.strip_of(w).size() == rows * std::size_t{97});
        CHECK(divided.above(w).size() == (w == 0 ? 0u : 97u));
        CHECK(divided.below(w).size() == (w + 1 == workers ? 0u : 97u));
        cells += divided.strip_of(w).size();
    }
    CHECK(cells == divided.cells().size());
}

TEST_CASE("a worker that starts anew from the last complete step changes nothing") {
    world without{somewhere, 3}, with{somewhere, 3};
    auto  strips = strips_of(without), crashing = strips_of(with);
    for (std::uint32_t step = 0; step < steps; ++step) {
        advance(without, strips, 0);
        // Worker 1 hands its strip in and crashes; the new one begins with the old state and hands in the same again.
        std::uint32_t const next   = with.step() + 1;
        census const        before = crashing[1].advance(next, with.above(1), with.below(1));
        REQUIRE(with.accept(1, crashing[1].cells(), before));
        crashing[1] = forest::strip{somewhere, with.first_row(1), with.strip_of(1)};
        advance(with, crashing, 1);
    }
    CHECK(without.history() == with.history());
    CHECK(std::equal(without.cells().begin(), without.cells().end(), with.cells().begin()));
}

TEST_CASE("a world refuses what is no strip of the next step") {
    world       of{somewhere, 3};
    auto const  good = of.strip_of(0);
    std::vector<cell> const short_by_one(good.begin(), good.end() - 1);
    std::vector<cell>       wrong_state(good.begin(), good.end());
    wrong_state.back() = forest::states;
    CHECK(!of.accept(0, short_by_one, {}));
    CHECK(!of.accept(0, wrong_state, {}));
    CHECK(!of.accept(0, {}, {}));
    CHECK(of.accept(0, good, {}));
    CHECK(of.accept(1, of.strip_of(1), {}));
    CHECK(!of.complete());
    CHECK(of.step() == 0);
}

TEST_CASE("a fire runs through its stages to bare ground") {
    terrain const where{1, 1, 1};
    cell          state = forest::fire;
    for (std::uint32_t step = 1; state != forest::bare; ++step) {
        forest::strip all{where, 0, std::span{&state, 1}};
        census const  counts = all.advance(step, {}, {});
        cell const    next   = all.cells()[0];
        CHECK(next == (state + 1 == forest::states ? forest::bare : state + 1));
        CHECK(counts.burning == (next >= forest::fire && next < forest::ash ? 1u : 0u));
        CHECK(counts.cooling == (next >= forest::ash ? 1u : 0u));
        state = next;
    }
}

TEST_CASE("fire comes over from the rows beside the strip, and with the wind more often than against it") {
    constexpr std::uint32_t columns = 3000;
    terrain const           where{1, 1, columns};
    std::vector<cell> const trees(columns, forest::tree), flames(columns, forest::fire);
    forest::strip           between{where, 0, trees}, beside{where, 0, trees}, alone{where, 0, trees};
    CHECK(alone.advance(1, {}, {}).caught == 0);
    CHECK(beside.advance(1, flames, {}).caught > columns / 4);
    CHECK(between.advance(1, flames, flames).caught > columns / 2);

    // Every third cell burns: the trees east of one catch fire from the west, those west of one from the east.
    std::vector<cell> sparks(trees);
    for (std::size_t i = 1; i < columns; i += 3) sparks[i] = forest::fire;
    forest::strip line{where, 0, sparks};
    line.advance(1, {}, {});
    std::size_t east = 0, west = 0;
    for (std::size_t i = 1; i < columns; i += 3) {
        east += line.cells()[i + 1] == forest::fire;
        west += line.cells()[i - 1] == forest::fire;
    }
    CHECK(east > 2 * west);
    CHECK(west > 0);
}

TEST_CASE("the counts of a step are those of its cells") {
    std::vector<cell> last;
    auto const        history = in_one_piece({3, 128, 160}, last);
    census const&     counts  = history.back();
    CHECK(counts.trees == count(last, forest::tree));
    CHECK(counts.burning == count(last, 2) + count(last, 3) + count(last, 4));
    CHECK(counts.trees + counts.burning + counts.cooling + count(last, forest::bare) == last.size());
    auto const caught = std::accumulate(history.begin(), history.end(), 0u,
                                        [](unsigned sum, census const& c) { return sum + c.struck + c.caught; });
    CHECK(caught > 100);  // or the other tests show little
}

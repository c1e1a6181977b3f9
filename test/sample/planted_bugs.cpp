// Exploring seeds finds the bugs that are planted in the sample application, and none where there is none.
#include "catch.hpp"
#include "scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>

using shop::bug;
using tenon::testing::explore;
using tenon::testing::findings;
using tenon::testing::no_exceptions;
using tenon::testing::seeds;

namespace {

// Without optimisation, and under sanitizers, a run is fifty times as dear: they look at fewer.
#if defined __OPTIMIZE__
constexpr std::uint64_t enough = 10'000;
#else
constexpr std::uint64_t enough = 100;
#endif

template <bug Planted>
findings look_for() {
    auto const found = explore(shop::run_shop<Planted>, seeds{.count = enough, .quiet = Planted != bug::none},
                               no_exceptions);
    if (found.first)
        std::printf("%-32s seed %4llu  %s\n", name_of(Planted).data(),
                    static_cast<unsigned long long>(found.first->seed), found.first->what.c_str());
    else
        std::printf("%-32s not within %llu seeds\n", name_of(Planted).data(), static_cast<unsigned long long>(enough));
    std::fflush(stdout);
    return found;
}

}  // namespace

TEST_CASE("the correct version of the sample application passes all seeds") {
    auto const found = explore(shop::run_shop<>, seeds{.count = enough}, no_exceptions);
    CHECK(found.ok());
    CHECK(found.runs == enough);
}

TEST_CASE("at least nine of the ten planted bugs are found, each by a rule that does not know of it") {
    auto const found = []<std::size_t... I>(std::index_sequence<I...>) {
        return (... + (look_for<shop::planted_bugs[I]>().ok() ? 0 : 1));
    }(std::make_index_sequence<shop::planted_bugs.size()>{});
    CHECK(found >= 9);
}

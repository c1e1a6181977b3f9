// with_index: every index reaches its own case.
#include "catch.hpp"

#include <tenon/detail/with_index.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace {

using tenon::detail::with_index;

template <std::size_t N>
std::size_t wrong_cases() {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < N; ++i) {
        std::size_t const got = with_index<N>(i, [](auto index) {
            static_assert(decltype(index)::value < N, "a case outside the range is instantiated");
            return decltype(index)::value;
        });
        if (got != i) ++wrong;
    }
    return wrong;
}

TEST_CASE("every index reaches its own case, at the edges of each switch too") {
    CHECK(wrong_cases<1>() == 0);
    CHECK(wrong_cases<2>() == 0);
    CHECK(wrong_cases<7>() == 0);
    CHECK(wrong_cases<8>() == 0);
    CHECK(wrong_cases<9>() == 0);
    CHECK(wrong_cases<31>() == 0);
    CHECK(wrong_cases<32>() == 0);
    CHECK(wrong_cases<33>() == 0);
    CHECK(wrong_cases<127>() == 0);
    CHECK(wrong_cases<128>() == 0);
    CHECK(wrong_cases<129>() == 0);
    CHECK(wrong_cases<255>() == 0);
    CHECK(wrong_cases<256>() == 0);
}

TEST_CASE("with_index works while compiling") {
    constexpr std::size_t doubled = with_index<40>(33, [](auto index) { return index() * 2; });
    STATIC_REQUIRE(doubled == 66);
}

TEST_CASE("with_index returns what the function returns: nothing, references, what only moves") {
    int counts[3] = {};
    with_index<3>(1, [&](auto index) { ++counts[index()]; });
    CHECK(counts[1] == 1);

    int& second = with_index<3>(2, [&](auto index) -> int& { return counts[index()]; });
    CHECK(&second == &counts[2]);

    auto const moved = with_index<3>(2, [](auto index) { return std::make_unique<std::size_t>(index()); });
    CHECK(*moved == 2);
}

TEST_CASE("with_index calls the function once") {
    int calls = 0;
    with_index<256>(200, [&](auto) { ++calls; });
    CHECK(calls == 1);
}

}  // namespace

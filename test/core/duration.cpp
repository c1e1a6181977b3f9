// Durations as arguments of functions.
#include "catch.hpp"

#include <tenon/core/duration.hpp>

#include <chrono>
#include <cstdint>
#include <type_traits>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using tenon::time_limit;

TEST_CASE("a time limit is what it is made from, in nanoseconds") {
    CHECK(nanoseconds{time_limit{}} == 0ns);
    CHECK(nanoseconds{time_limit{3s}} == 3s);
    CHECK(nanoseconds{time_limit{-7ms}} == -7ms);
    CHECK(nanoseconds{time_limit{24h}} == 24h);
    CHECK(nanoseconds{time_limit{std::chrono::duration<std::int16_t>{-2}}} == -2s);
    CHECK(nanoseconds{time_limit{nanoseconds::max()}} == nanoseconds::max());
}

TEST_CASE("a duration that nanoseconds cannot hold is the longest there is") {
    CHECK(nanoseconds{time_limit{std::chrono::hours::max()}} == nanoseconds::max());
    CHECK(nanoseconds{time_limit{std::chrono::milliseconds::max()}} == nanoseconds::max());
    CHECK(nanoseconds{time_limit{std::chrono::hours::min()}} == nanoseconds::min());
    auto const most = std::chrono::duration_cast<std::chrono::seconds>(nanoseconds::max());
    CHECK(nanoseconds{time_limit{most}} == most);
    CHECK(nanoseconds{time_limit{most + 1s}} == nanoseconds::max());
}

TEST_CASE("a duration with fractions is rounded by the caller") {
    static_assert(!std::is_convertible_v<std::chrono::duration<double>, time_limit>);
    static_assert(std::is_convertible_v<std::chrono::minutes, time_limit>);
    CHECK(nanoseconds{time_limit{std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{0.5})}} == 500ms);
}

// Durations as arguments of functions.
#include "catch.hpp"

#include <tenon/core/duration.hpp>

#include <chrono>
#include <cstdint>
#include <ratio>
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

TEST_CASE("a duration that counts without a sign is as long as it says") {
    using counted = std::chrono::duration<std::uint64_t, std::milli>;
    CHECK(nanoseconds{time_limit{counted{5}}} == 5ms);
    CHECK(nanoseconds{time_limit{counted::max()}} == nanoseconds::max());
    CHECK(nanoseconds{time_limit{std::chrono::duration<std::uint32_t>{5}}} == 5s);
    CHECK(nanoseconds{time_limit{std::chrono::duration<std::uint64_t, std::nano>::max()}} == nanoseconds::max());
}

TEST_CASE("a static duration that is added to a time is at most a year") {
    CHECK(tenon::static_duration{5ms}.at_most_a_year() == 5ms);
    CHECK(tenon::static_duration{nanoseconds::max()}.at_most_a_year() == 24h * 365);
    CHECK(tenon::static_duration{std::chrono::hours::max()}.at_most_a_year() == 24h * 365);
}

TEST_CASE("a duration with fractions is rounded by the caller") {
    static_assert(!std::is_convertible_v<std::chrono::duration<double>, time_limit>);
    static_assert(std::is_convertible_v<std::chrono::minutes, time_limit>);
    auto const half = std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{0.5});
    CHECK(nanoseconds{time_limit{half}} == 500ms);
}

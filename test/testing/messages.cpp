#include "catch.hpp"

#include <tenon/tenon.hpp>

#include <tenon/testing/catch2.hpp>
#include <tenon/testing/difference.hpp>
#include <tenon/testing/print.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;
using tenon::errc;
using tenon::failure;
using tenon::testing::difference;
using tenon::testing::equals;
using tenon::testing::same;
using tenon::testing::to_text;

namespace {

enum class colour : std::uint8_t { red, green, blue };

struct nothing_in_it {};
struct pong { int count; };
struct point { double x, y; };
struct renamed { int number; };
struct broken_float { float value; };
struct every_kind {
    bool                             on;
    std::int8_t                      small;
    std::uint64_t                    large;
    double                           ratio;
    colour                           paint;
    std::string                      text;
    std::vector<point>               path;
    std::array<int, 2>               pair_of;
    std::vector<std::byte>           blob;
    std::optional<int>               maybe;
    std::map<std::string, int>       counts;
    std::variant<int, pong>          either;
    std::tuple<int, std::string>     both;
    std::chrono::milliseconds        wait;
    std::vector<bool>                flags;
    pong                             inner;
};

every_kind sample() {
    return {true, -3, 18446744073709551615u, 0.5, colour::blue, "a \"b\"\n", {{1, 2}, {3, 4}}, {5, 6},
            {std::byte{0xab}}, std::nullopt, {{"one", 1}, {"two", 2}}, pong{7}, {8, "nine"}, 10ms, {true, false}, {11}};
}

struct view_of_all {
    std::string_view           text;
    std::span<int const>       numbers;
    std::span<std::byte const> bytes;
};

}  // namespace

template <>
struct tenon::traits<renamed> {
    static constexpr std::string_view name   = "other";
    static constexpr auto             fields = std::array<std::string_view, 1>{"n"};
};

TEST_CASE("a message is printed with its fields, whatever they are") {
    CHECK(to_text(pong{3}) == "pong{count: 3}");
    CHECK(to_text(nothing_in_it{}) == "nothing_in_it{}");
    CHECK(to_text(failure{errc::timed_out, "too late"}) == "failure{code: timed out, text: \"too late\"}");
    CHECK(to_text(sample()) ==
          "every_kind{on: true, small: -3, large: 18446744073709551615, ratio: 0.5, paint: colour(2), "
          "text: \"a \\\"b\\\"\\n\", path: [point{x: 1, y: 2}, point{x: 3, y: 4}], pair_of: [5, 6], blob: hex:ab, "
          "maybe: none, counts: {\"one\": 1, \"two\": 2}, either: pong{count: 7}, both: (8, \"nine\"), wait: 10ms, "
          "flags: [true, false], inner: pong{count: 11}}");
    std::array<int, 3> const       numbers{1, 2, 3};
    std::array<std::byte, 2> const bytes{std::byte{1}, std::byte{255}};
    CHECK(to_text(view_of_all{"text", numbers, bytes}) ==
          "view_of_all{text: \"text\", numbers: [1, 2, 3], bytes: hex:01ff}");
}

TEST_CASE("a message is printed under the names that travel") {
    CHECK(to_text(renamed{1}) == "other{n: 1}");
}

TEST_CASE("a result is printed as what it holds") {
    CHECK(to_text(tenon::result<pong>{pong{1}}) == "pong{count: 1}");
    CHECK(to_text(tenon::result<pong>{failure{errc::refused, "no"}}) == "failure{code: request refused, text: \"no\"}");
}

TEST_CASE("long texts and lists are cut, and say by how much") {
    CHECK(to_text(std::string(1000, 'x')) == "\"" + std::string(400, 'x') + "\"... and 600 more");
    auto const text = to_text(std::vector<int>(100, 1));
    CHECK(text.ends_with("1, ... and 68 more]"));
    CHECK(to_text(std::vector<std::byte>(33)) == "hex:" + std::string(64, '0') + "... and 1 more");
}

TEST_CASE("the difference of two messages names the fields") {
    CHECK(difference(pong{3}, pong{3}).empty());
    CHECK(difference(pong{4}, pong{3}) == "pong.count is 4 and not 3");
    // As a view: g++ 12 takes a string that it sees whole for one of 16 bytes (-Wstringop-overread).
    CHECK(std::string_view{difference(point{1, 2}, point{3, 4})} == "point.x is 1 and not 3; point.y is 2 and not 4");
    CHECK(difference(sample(), sample()).empty());
}

TEST_CASE("the difference is found inside of fields of every kind") {
    auto const change = [](auto how) {
        auto other = sample();
        how(other);
        return difference(other, sample());
    };
    CHECK(change([](auto& m) { m.paint = colour::red; }) == "every_kind.paint is colour(0) and not colour(2)");
    CHECK(change([](auto& m) { m.path[1].y = 5; }) == "every_kind.path[1].y is 5 and not 4");
    CHECK(change([](auto& m) { m.path.pop_back(); }) == "every_kind.path.size() is 1 and not 2");
    CHECK(change([](auto& m) { m.pair_of[0] = 0; }) == "every_kind.pair_of[0] is 0 and not 5");
    CHECK(change([](auto& m) { m.blob[0] = std::byte{0}; }) == "every_kind.blob is hex:00 and not hex:ab");
    CHECK(change([](auto& m) { m.maybe = 1; }) == "every_kind.maybe is 1 and not none");
    CHECK(change([](auto& m) { m.counts["one"] = 3; }) == "every_kind.counts[\"one\"] is 3 and not 1");
    CHECK(change([](auto& m) { m.counts["six"] = 6; }) == "every_kind.counts[\"six\"] is 6 and should not be there");
    CHECK(change([](auto& m) { m.counts.erase("two"); }) == "every_kind.counts[\"two\"] is missing and should be 2");
    CHECK(change([](auto& m) { m.either = pong{8}; }) == "every_kind.either.count is 8 and not 7");
    CHECK(change([](auto& m) { m.either = 8; }) == "every_kind.either is 8 and not pong{count: 7}");
    CHECK(change([](auto& m) { std::get<0>(m.both) = 9; }) == "every_kind.both is (9, \"nine\") and not (8, \"nine\")");
    CHECK(change([](auto& m) { m.wait = 11ms; }) == "every_kind.wait is 11ms and not 10ms");
    CHECK(change([](auto& m) { m.flags[1] = true; }) == "every_kind.flags[1] is true and not false");
    CHECK(change([](auto& m) { m.inner.count = 0; }) == "every_kind.inner.count is 0 and not 11");
}

TEST_CASE("floating-point fields are the same if their bits are") {
    auto const nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(same(broken_float{nan}, broken_float{nan}));
    CHECK_FALSE(same(broken_float{0.0f}, broken_float{-0.0f}));
}

TEST_CASE("Catch2 prints messages, results and comparisons through reflection") {
    CHECK(Catch::Detail::stringify(pong{3}) == "pong{count: 3}");
    CHECK(Catch::Detail::stringify(tenon::result<pong>{pong{1}}) == "pong{count: 1}");
    CHECK(Catch::Detail::stringify(same(pong{4}, pong{3})) == "pong.count is 4 and not 3");
    CHECK(Catch::Detail::stringify(same(pong{3}, pong{3})) == "the same");
    CHECK(Catch::Detail::stringify(std::vector<pong>{{1}, {2}}) == "{ pong{count: 1}, pong{count: 2} }");
}

TEST_CASE("the matcher of messages says which field differs") {
    auto const three = equals(pong{3});
    CHECK(three.match(pong{3}));
    CHECK(three.describe() == "equals pong{count: 3}");
    CHECK_FALSE(three.match(pong{4}));
    CHECK(three.describe() == "equals pong{count: 3}: pong.count is 4 and not 3");
    auto const answer = pong{3};
    // [matcher]
    CHECK_THAT(answer, equals(pong{3}));
    CHECK_THAT(answer, !equals(pong{4}));
    CHECK(same(answer, pong{3}));
    // [/matcher]
}

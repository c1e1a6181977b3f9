// The table of texts that peers choose: it finds, forgets and stays within its bound.
#include "catch.hpp"

#include <tenon/detail/text_table.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>

namespace {

using table = tenon::detail::text_table<int>;

TEST_CASE("a text table finds what was added, and nothing else") {
    table numbers{10, 1};
    CHECK(numbers.find("one") == nullptr);
    REQUIRE(numbers.find_or_add("one") != nullptr);
    CHECK(*numbers.find_or_add("one") == 0);
    *numbers.find_or_add("one") = 1;
    *numbers.find_or_add("")    = 2;
    CHECK(*numbers.find("one") == 1);
    CHECK(*numbers.find("") == 2);
    CHECK(numbers.find("on") == nullptr);
    CHECK(numbers.size() == 2);
    numbers.erase("two");
    numbers.erase("one");
    CHECK(numbers.find("one") == nullptr);
    CHECK(*numbers.find("") == 2);
}

TEST_CASE("a text table that is full takes no more, and still finds the others") {
    table numbers{100, 1};
    for (int i = 0; i < 100; ++i) *numbers.find_or_add(std::to_string(i)) = i;
    CHECK(numbers.find_or_add("100") == nullptr);
    CHECK(*numbers.find_or_add("50") == 50);
    numbers.erase("7");
    REQUIRE(numbers.find_or_add("100") != nullptr);
    CHECK(numbers.size() == 100);
    numbers.clear();
    CHECK(numbers.size() == 0);
    CHECK(numbers.find("50") == nullptr);
    CHECK(numbers.find_or_add("50") != nullptr);
}

TEST_CASE("a text table does what a map does, whatever is added and taken away") {
    std::mt19937               random{GENERATE(1u, 2u, 3u, 4u)};
    std::map<std::string, int> expected;
    table                      numbers{1000, random()};
    bool                       same = true;
    for (int i = 0; i < 20000; ++i) {
        // Few texts, so that each comes and goes often, and searches run into each other.
        std::string const text = std::to_string(random() % 300);
        switch (random() % 20) {
            case 0: {
                auto const ends_with_digit = [digit = static_cast<char>('0' + random() % 10)](std::string_view t) {
                    return t.back() == digit;
                };
                std::erase_if(expected, [&](auto const& each) { return ends_with_digit(each.first); });
                numbers.erase_if(ends_with_digit);
                break;
            }
            case 1: case 2: case 3: case 4: case 5: case 6: case 7:
                expected.erase(text);
                numbers.erase(text);
                break;
            default: *numbers.find_or_add(text) = expected[text] = i;
        }
        auto const* const found = numbers.find(text);
        same = same && numbers.size() == expected.size() && (found != nullptr) == expected.contains(text);
    }
    for (auto const& [text, value] : expected) {
        auto const* const found = numbers.find(text);
        same = same && found != nullptr && *found == value;
    }
    CHECK(same);
}

}  // namespace

// The library's own growing array: grows, shrinks and gives its elements up as std::vector does.
#include <tenon/detail/vector.hpp>

#include <memory>
#include <new>
#include <string>
#include <utility>

#include "catch.hpp"

namespace {

using tenon::detail::vector;

vector<std::string> words(std::size_t count) {
    vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back("a word that is longer than a small string: " + std::to_string(i));
    return made;
}

}  // namespace

TEST_CASE("a vector keeps its elements while it grows") {
    auto const all = words(100);
    REQUIRE(all.size() == 100);
    CHECK(all.capacity() >= 100);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].ends_with(": " + std::to_string(i)));
    CHECK(&all.front() == all.begin());
    CHECK(&all.back() + 1 == all.end());
}

TEST_CASE("an element of a vector can be appended to it") {
    auto all = words(1);
    while (all.size() < 50) all.push_back(all.front());
    CHECK(all.back() == all.front());
}

TEST_CASE("a vector is copied by its elements and moved as a whole") {
    auto       all  = words(10);
    auto const copy = all;
    CHECK(copy[9] == all[9]);
    CHECK(copy.data() != all.data());
    auto const* const place = all.data();
    auto const        moved = std::move(all);
    CHECK(moved.data() == place);
    CHECK(all.empty());
    all = copy;
    CHECK(all.size() == 10);
}

TEST_CASE("a vector loses elements at both ends and keeps its room") {
    auto       all  = words(10);
    auto const room = all.capacity();
    all.erase_front(3);
    REQUIRE(all.size() == 7);
    CHECK(all.front().ends_with(": 3"));
    all.truncate(2);
    CHECK(all.back().ends_with(": 4"));
    all.pop_back();
    CHECK(all.size() == 1);
    all.erase_front(0);
    all.erase_front(1);
    CHECK(all.empty());
    CHECK(all.capacity() == room);
}

TEST_CASE("a vector takes what can only be moved") {
    vector<std::unique_ptr<int>> all;
    for (int i = 0; i < 20; ++i) all.push_back(std::make_unique<int>(i));
    all.erase_front(19);
    CHECK(*all.front() == 19);
}

TEST_CASE("a vector that cannot grow so far stays as it is") {
    auto all = words(3);
    REQUIRE_THROWS_AS(all.reserve(static_cast<std::size_t>(-1) / 4), std::bad_alloc);
    CHECK(all.size() == 3);
}

// counted_ptr: the last reference destroys the object, and none before.
#include "catch.hpp"

#include <tenon/detail/counted_ptr.hpp>

#include <thread>
#include <utility>
#include <vector>

namespace {

using tenon::detail::counted_ptr;
using tenon::detail::make_counted;

struct guest {
    int* left;
    ~guest() { ++*left; }
};

TEST_CASE("the last reference destroys the object") {
    int left = 0;
    {
        auto const first = make_counted<guest>(&left);
        {
            auto const second = first;
            CHECK(second.get() == first.get());
        }
        CHECK(left == 0);
    }
    CHECK(left == 1);
}

TEST_CASE("a reference that was moved from refers to nothing, and the object lives on") {
    int  left  = 0;
    auto first = make_counted<guest>(&left);
    auto moved = std::move(first);
    CHECK(!first);
    CHECK(first.get() == nullptr);
    CHECK(left == 0);
    moved = nullptr;
    CHECK(left == 1);
}

TEST_CASE("assigning lets go of what was referred to, and assigning to itself does not") {
    int  one_left = 0, other_left = 0;
    auto one   = make_counted<guest>(&one_left);
    auto other = make_counted<guest>(&other_left);
    auto const& same = one;
    one = same;
    CHECK(one_left == 0);
    one = other;
    CHECK(one_left == 1);
    CHECK(other_left == 0);
    CHECK(one->left == &other_left);
}

TEST_CASE("threads may copy and drop references to one object") {
    int left = 0;
    {
        auto const shared = make_counted<guest>(&left);
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&shared] {
                for (int i = 0; i < 10'000; ++i) auto const copy = shared;
            });
        for (auto& each : threads) each.join();
        CHECK(left == 0);
    }
    CHECK(left == 1);
}

}  // namespace

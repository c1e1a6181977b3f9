// unique_function: a callable that is owned, moved and destroyed exactly once.
#include "catch.hpp"

#include <tenon/detail/unique_function.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace {

using tenon::detail::unique_function;

TEST_CASE("an empty function is false, one with a callable is true") {
    unique_function<void()> f;
    CHECK(!f);
    f = [] {};
    CHECK(static_cast<bool>(f));
}

TEST_CASE("a function calls what it holds, with arguments and result") {
    unique_function<std::string(std::string, int&)> f = [calls = 0](std::string text, int& seen) mutable {
        seen = ++calls;
        return text + "!";
    };
    int seen = 0;
    CHECK(f("ping", seen) == "ping!");
    CHECK(f("pong", seen) == "pong!");
    CHECK(seen == 2);
}

TEST_CASE("a function passes on arguments that only move") {
    unique_function<int(std::unique_ptr<int>)> f = [](std::unique_ptr<int> p) { return *p; };
    CHECK(f(std::make_unique<int>(4)) == 4);
}

TEST_CASE("a function over void drops the callable's result") {
    int                     calls = 0;
    unique_function<void()> f     = [&] { return ++calls; };
    f();
    CHECK(calls == 1);
}

// A callable of `Size` bytes at least that shares `life`: its use count tells how many of it exist.
template <std::size_t Size>
struct tracked {
    std::shared_ptr<int>         life;
    std::array<std::byte, Size> ballast{};

    int operator()() const { return *life; }
};

template <std::size_t Size>
void check_lifetime() {
    auto const life = std::make_shared<int>(7);
    {
        unique_function<int()> f = tracked<Size>{life};
        CHECK(life.use_count() == 2);
        CHECK(f() == 7);

        unique_function<int()> moved = std::move(f);
        CHECK(life.use_count() == 2);
        CHECK(!f);
        CHECK(moved() == 7);

        unique_function<int()> assigned = tracked<Size>{life};
        CHECK(life.use_count() == 3);
        assigned = std::move(moved);
        CHECK(life.use_count() == 2);
        CHECK(assigned() == 7);

        auto& self = assigned;
        assigned   = std::move(self);
        CHECK(life.use_count() == 2);
        CHECK(assigned() == 7);

        f = std::move(assigned);  // a function that was moved from can be used again
        CHECK(f() == 7);
        f = unique_function<int()>{};
        CHECK(life.use_count() == 1);
        f = tracked<Size>{life};
    }
    CHECK(life.use_count() == 1);
}

TEST_CASE("a small callable is destroyed exactly once") { check_lifetime<1>(); }

TEST_CASE("a callable too large to stand inside is destroyed exactly once") { check_lifetime<200>(); }

TEST_CASE("a callable whose move may throw is kept outside and moved without throwing") {
    struct throwing_move {
        int value;
        explicit throwing_move(int v) : value{v} {}
        throwing_move(throwing_move&& other) noexcept(false) : value{other.value} {}
        int operator()() const { return value; }
    };
    unique_function<int()> f = throwing_move{3};
    unique_function<int()> g = std::move(f);
    CHECK(g() == 3);
}

TEST_CASE("a callable that ends its own function's life may do so last") {
    unique_function<void()> f;
    int                     calls = 0;
    auto const              life  = std::make_shared<int>(0);
    f = [&f, &calls, life] {
        int& counted = calls;
        f            = {};
        ++counted;
    };
    f();
    CHECK(calls == 1);
    CHECK(life.use_count() == 1);
}

}  // namespace

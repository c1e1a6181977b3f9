// pending_table: requests under way, found by an id that is never used twice.
#include "catch.hpp"

#include <tenon/dispatch/pending.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using tenon::correlation_id;
using tenon::pending_table;

TEST_CASE("what was added is found and taken once") {
    pending_table<std::string> table;
    CHECK(table.empty());
    auto const a = table.add("a");
    auto const b = table.add("b");
    CHECK(table.size() == 2);
    CHECK(!(a == b));
    REQUIRE(table.find(a) != nullptr);
    CHECK(*table.find(a) == "a");

    CHECK(table.take(b) == "b");
    CHECK(!table.take(b));
    CHECK(table.find(b) == nullptr);
    CHECK(table.size() == 1);
    CHECK(*table.find(a) == "a");
}

TEST_CASE("what was found can be changed in place") {
    pending_table<int> table;
    auto const         id = table.add(1);
    *table.find(id)       = 2;
    CHECK(table.take(id) == 2);
}

TEST_CASE("a late id never meets a later request, though the slot is used again") {
    pending_table<int> table;
    auto const         first = table.add(1);
    static_cast<void>(table.take(first));
    auto const second = table.add(2);
    CHECK(second.slot == first.slot);
    CHECK(second.generation != first.generation);
    CHECK(table.find(first) == nullptr);
    CHECK(!table.take(first));
    CHECK(table.size() == 1);
    CHECK(table.take(second) == 2);
}

TEST_CASE("ids that were never given are not found") {
    pending_table<int> table;
    CHECK(table.find({0, 0}) == nullptr);
    CHECK(table.find({0, 1}) == nullptr);
    auto const id = table.add(1);
    CHECK(table.find({id.slot, id.generation + 1}) == nullptr);
    CHECK(table.find({id.slot + 1, id.generation}) == nullptr);
    CHECK(table.find({~0u, ~0u}) == nullptr);
    CHECK(table.find({0, 0}) == nullptr);
    static_cast<void>(table.take(id));
    // The slot is empty now and waits for its next generation, which nobody has been given yet.
    CHECK(table.find({id.slot, id.generation + 1}) == nullptr);
}

TEST_CASE("any one is taken until none is left") {
    pending_table<int> table;
    CHECK(!table.take_any());
    int sum = 0;
    for (int i = 1; i <= 10; ++i) static_cast<void>(table.add(i));
    while (auto const taken = table.take_any()) sum += *taken;
    CHECK(sum == 55);
    CHECK(table.empty());
}

TEST_CASE("the table holds what only moves, and destroys what is left in it") {
    auto const life = std::make_shared<int>(1);
    {
        pending_table<std::unique_ptr<std::shared_ptr<int>>> table;
        auto const id = table.add(std::make_unique<std::shared_ptr<int>>(life));
        static_cast<void>(table.add(std::make_unique<std::shared_ptr<int>>(life)));
        CHECK(life.use_count() == 3);
        static_cast<void>(table.take(id));
        CHECK(life.use_count() == 2);
    }
    CHECK(life.use_count() == 1);
}

TEST_CASE("an id crosses the wire in eight bytes, and nothing else is an id") {
    correlation_id const                                  id{7, 0xfedcba98};
    std::array<std::byte, correlation_id::wire_size + 1> bytes{};
    id.write(bytes.data());
    CHECK(correlation_id::read({bytes.data(), 8}) == id);
    CHECK(!correlation_id::read({bytes.data(), 7}));
    CHECK(!correlation_id::read({bytes.data(), 9}));
    CHECK(!correlation_id::read({}));
}

TEST_CASE("ten thousand random steps agree with a map") {
    using key = std::pair<std::uint32_t, std::uint32_t>;

    std::mt19937          random{20240607};
    pending_table<int>    table;
    std::map<key, int>    model;
    std::vector<key>      given;  // every id ever, so that late ones are tried too
    int                   wrong = 0;
    auto const            check = [&](bool right) { wrong += right ? 0 : 1; };
    auto const            find_value = [&](int value) {
        return std::find_if(model.begin(), model.end(), [&](auto const& m) { return m.second == value; });
    };

    for (int step = 0; step < 10'000; ++step) {
        unsigned const what = static_cast<unsigned>(random() % 100);
        if (what < 45 || given.empty()) {
            auto const id = table.add(step);
            check(model.emplace(key{id.slot, id.generation}, step).second);
            given.emplace_back(id.slot, id.generation);
        } else if (what < 98) {
            // Recent ids mostly, else nearly all of them would be late.
            std::size_t const span = what < 70 ? given.size() : std::min<std::size_t>(given.size(), 20);
            std::size_t const back = random() % span;
            key const         k    = given[given.size() - 1 - back];
            correlation_id    id{k.first, k.second};
            auto const        in_model = model.find(k);
            int const* const  found    = table.find(id);
            check((found != nullptr) == (in_model != model.end()));
            if (found != nullptr && in_model != model.end()) check(*found == in_model->second);
            if (what < 90) {
                auto const taken = table.take(id);
                check(taken.has_value() == (in_model != model.end()));
                if (in_model != model.end()) {
                    check(taken == in_model->second);
                    model.erase(in_model);
                }
            }
        } else if (auto const taken = table.take_any()) {
            auto const in_model = find_value(*taken);
            check(in_model != model.end());
            if (in_model != model.end()) model.erase(in_model);
        } else {
            check(model.empty());
        }
        check(table.size() == model.size());
        check(table.empty() == model.empty());
    }
    CHECK(wrong == 0);
    CHECK(given.size() > 3000);

    while (auto const taken = table.take_any()) {
        auto const in_model = find_value(*taken);
        REQUIRE(in_model != model.end());
        model.erase(in_model);
    }
    CHECK(model.empty());
}

TEST_CASE("in the steady state slots are used again") {
    pending_table<int>          table;
    std::vector<correlation_id> waiting;
    std::uint32_t               highest = 0;
    for (int i = 0; i < 10'000; ++i) {
        waiting.push_back(table.add(i));
        highest = std::max(highest, waiting.back().slot);
        if (waiting.size() == 8) {
            for (auto const& id : waiting) static_cast<void>(table.take(id));
            waiting.clear();
        }
    }
    CHECK(highest < 8);
}

}  // namespace

// The queue of messages that wait for room, and what it holds when memory runs out.
#include <tenon/process/outbox.hpp>

#include "catch.hpp"
#include "failing_new.hpp"

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace {

/// A frame that can only be moved, and is empty then.
using frame = std::unique_ptr<char>;
using queue = tenon::detail::outbox<frame, 100>;

std::vector<frame> frames(std::string const& letters) {
    std::vector<frame> made;
    for (char const each : letters) made.push_back(std::make_unique<char>(each));
    return made;
}

std::string letters_of(std::vector<frame> const& all) {
    std::string text;
    for (frame const& each : all) text += each ? *each : '-';
    return text;
}

/// The messages, with a bar behind each.
std::string content(queue& from) {
    std::string all;
    for (; !from.empty(); from.pop()) all += letters_of(from.front().frames) + '|';
    return all;
}

}  // namespace

TEST_CASE("a message for which there is no memory stays whole with its sender, and leaves nothing in the outbox",
          "[outbox]") {
    queue waiting;
    auto  first = frames("ab");
    waiting.push(first, "first");
    auto          second = frames("cdefg");
    std::uint64_t failed = 0;
    for (bool pushed = false; !pushed && failed < 100; ++failed) {
        memory::fail_at(failed + 1);
        try {
            waiting.push(second, "second");
            pushed = true;
        } catch (std::bad_alloc const&) {
        }
        memory::fail_at(0);
        if (pushed) break;
        CHECK(letters_of(second) == "cdefg");
        CHECK(waiting.size() == 1);
    }
    CHECK(failed > 0);
    CHECK(letters_of(second) == "-----");
    CHECK(content(waiting) == "ab|cdefg|");
}

TEST_CASE("an outbox that cannot grow goes on with what it has", "[outbox]") {
    queue waiting;
    for (char const letter : std::string{"abcdefgh"}) {
        auto one = frames({letter});
        waiting.push(one, "one");
    }
    auto ninth = frames("i");
    memory::fail_at(1);
    REQUIRE_THROWS_AS(waiting.push(ninth, "ninth"), std::bad_alloc);
    memory::fail_at(0);
    CHECK(letters_of(ninth) == "i");
    waiting.push(ninth, "ninth");
    CHECK(content(waiting) == "a|b|c|d|e|f|g|h|i|");
}

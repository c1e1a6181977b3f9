// inbox: messages keep their memory while others arrive.
#include "catch.hpp"
#include "counting_new.hpp"

#include <tenon/dispatch/inbox.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace {

struct ping {
    int count = 0;
};
struct text {
    std::string value;
};
struct samples {
    int                      id = 0;
    std::vector<double>      values;
    std::vector<std::string> labels;
};
struct prices {
    std::map<int, std::string> by_id;
};

using inbox = tenon::inbox<tenon::message_set<ping, text, samples, prices>>;

void fill(inbox& in, int round) {
    in.open<1>().value.assign(100, static_cast<char>('a' + round % 26));
    in.open<0>().count = round;
    samples& s = in.open<2>();
    s.id       = round;
    s.values.assign(50, round);
    s.labels.resize(3);
    for (std::string& label : s.labels) label.assign(40, 'x');
    in.open<0>().count = round + 1;
}

TEST_CASE("the counter counts") {
    std::size_t const before = allocations;
    std::string const one(100, 'x');
    CHECK(one.size() == 100);
    CHECK(allocations == before + 1);
}

TEST_CASE("a new inbox holds messages as their types make them") {
    inbox in;
    CHECK(in.open<0>().count == 0);
    CHECK(in.open<1>().value.empty());
    CHECK(std::is_same_v<decltype(in.open<2>()), samples&>);
}

TEST_CASE("once each message has been at its largest, changing between them allocates nothing") {
    inbox in;
    for (int round = 0; round < 3; ++round) fill(in, round);
    std::size_t const before = allocations;
    for (int round = 0; round < 1000; ++round) fill(in, round);
    CHECK(allocations == before);
    CHECK(in.open<0>().count == 1000);
}

TEST_CASE("a plain variant allocates with each change: what the inbox is for") {
    std::variant<ping, text> plain;
    std::size_t const        before = allocations;
    for (int round = 0; round < 10; ++round) {
        plain.emplace<1>().value.assign(100, 'a');
        plain.emplace<0>();
    }
    CHECK(allocations == before + 10);
}

TEST_CASE("opening the same message again leaves it where it is, memory and all") {
    inbox in;
    samples& first = in.open<2>();
    first.values.assign(10, 1.5);
    auto const* const place = first.values.data();
    samples& second         = in.open<2>();
    CHECK(&second == &first);
    CHECK(second.values.data() == place);
}

TEST_CASE("a message comes back with its memory") {
    inbox in;
    in.open<2>().values.reserve(500);
    auto const* const place = in.open<2>().values.data();
    in.open<1>().value      = "between";
    in.open<0>();
    CHECK(in.open<2>().values.capacity() == 500);
    CHECK(in.open<2>().values.data() == place);
}

TEST_CASE("an inbox over nothing can be made") {
    tenon::inbox<tenon::message_set<>> in;
    CHECK(std::is_empty_v<decltype(in)>);
}

}  // namespace

// In the steady state the JSON codec allocates nothing: counted by an operator new of our own.
#include "catch.hpp"
#include "counting_new.hpp"
#include "json_helper.hpp"

using namespace json_test;

namespace {

struct line {
    std::string         name;
    std::vector<double> values;
    friend bool         operator==(line const&, line const&) = default;
};

struct order {
    int                            id;
    std::string                    customer;
    std::vector<line>              lines;
    std::vector<std::string>       tags;
    std::optional<std::string>     note;
    std::variant<int, std::string> extra;
    std::vector<std::byte>         blob;
    std::vector<bool>              flags;
    friend bool                    operator==(order const&, order const&) = default;
};

struct view {
    std::string_view           text;
    std::span<double const>    numbers;
    std::span<std::byte const> bytes;
};

order example() {
    std::string const long_text(100, 'x');
    return {7,
            long_text + "\n\xc3\xa4",
            {{long_text, {1, 2.5, 1e300}}, {long_text + "\"", {}}, {"", std::vector<double>(50, 0.1)}},
            {long_text, "short", long_text},
            long_text,
            long_text,
            std::vector<std::byte>(100),
            std::vector<bool>(200, true)};
}

// Writes and reads `message` again and again; how many allocations that took after the first rounds.
template <class Codec, class M>
std::size_t allocations_per_rounds(M const& message, M& target) {
    Codec         codec;
    tenon::buffer out;
    std::size_t   before = 0;
    for (int round = 0; round < 20; ++round) {
        if (round == 3) before = allocations;
        out.clear();
        if (codec.write(message, out)) return 1'000'000;
        auto const opened = codec.template open<tenon::message_set<M>>(out.view());
        if (opened.error || codec.read(opened, target)) return 1'000'000;
    }
    return allocations - before;
}

}  // namespace

TEST_CASE("the counter of allocations counts") {
    std::size_t const before = allocations;
    std::string const text(100, 'x');
    CHECK(text.size() == 100);
    CHECK(allocations > before);
}

TEST_CASE("strings, vectors, optionals and nested structs are decoded in place without allocation") {
    order target{};
    CHECK(allocations_per_rounds<json>(example(), target) == 0);
    CHECK(target == example());
    CHECK(allocations_per_rounds<json_triple>(example(), target) == 0);
    CHECK(allocations_per_rounds<json_lenient>(example(), target) == 0);
    ping small{};
    CHECK(allocations_per_rounds<json>(ping{3}, small) == 0);
}

TEST_CASE("a smaller message in between costs nothing either, as far as its elements stay") {
    json          codec;
    tenon::buffer large, small;
    order         less = example();
    less.customer      = "x";
    less.lines[0].values.clear();
    less.flags.resize(3);
    CHECK_FALSE(codec.write(example(), large));
    CHECK_FALSE(codec.write(less, small));
    order       target{};
    std::size_t before = 0;
    for (int round = 0; round < 20; ++round) {
        if (round == 3) before = allocations;
        CHECK_FALSE(read(codec, round % 2 == 0 ? large.view() : small.view(), target));
        if (round == 19) {
            std::size_t const after = allocations;
            CHECK(after == before);
        }
    }
    CHECK(target == less);
}

TEST_CASE("borrowed fields that had to be copied stay in the same memory of the codec") {
    json              codec;
    exact_frame const frame{"[\"view\",{\"text\":\"" + std::string(300, 'x') +
                            R"(\n","numbers":[1,2,3,4,5,6,7,8,9,10],"bytes":"AAECAwQFBgcICQ=="}])"};
    char const*       first  = nullptr;
    std::size_t       before = 0;
    for (int round = 0; round < 20; ++round) {
        view       message{};
        auto const opened = codec.open<tenon::message_set<view>>(frame.view());
        bool const good   = !opened.error && !codec.read(opened, message);
        bool const right  = good && message.text.size() == 301 && message.numbers.size() == 10 &&
                           message.numbers[9] == 10 && message.bytes.size() == 10;
        if (round == 3) {
            before = allocations;
            first  = message.text.data();
        }
        if (!right || (round >= 3 && message.text.data() != first)) FAIL("round " << round);
    }
    std::size_t const after = allocations;
    CHECK(after == before);
}

TEST_CASE("the buffer is not moved once it has grown to the message's size") {
    json          codec;
    tenon::buffer out;
    CHECK_FALSE(codec.write(example(), out));
    std::size_t const      capacity = out.capacity();
    std::byte const* const data     = out.data();
    for (int round = 0; round < 10; ++round) {
        out.clear();
        CHECK_FALSE(codec.write(example(), out));
    }
    CHECK(out.data() == data);
    CHECK(out.capacity() == capacity);
}

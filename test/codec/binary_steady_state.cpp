// After the first messages the codecs for bytes allocate nothing: counted by replacing operator new and by
// looking at the buffer's capacity. A program of its own, since the replacement holds for all of it.
#include <tenon/codec/binary.hpp>
#include <tenon/codec/msgpack.hpp>

#include "catch.hpp"
#include "counting_new.hpp"


namespace {

struct ping {
    int count;
};
struct line {
    std::string        text;
    std::vector<float> values;
};
struct order {
    std::uint64_t                          id;
    std::string                            title;
    std::vector<line>                      lines;
    std::vector<std::string>               tags;
    std::optional<std::string>             note;
    std::variant<int, std::vector<double>> choice;
    std::vector<bool>                      flags;
    std::vector<std::byte>                 blob;
};
struct glance {
    std::string_view           text;
    std::span<double const>    reals;
    std::span<std::byte const> bytes;
};

/// The allocations of ten rounds after the first three, writing and reading.
template <class Codec, class M>
std::size_t allocations_of(M const& first, M const& second) {
    using set = tenon::message_set<ping, order, glance>;
    Codec         codec;
    tenon::buffer out;
    M             read{};
    std::size_t   before   = 0;
    std::size_t   capacity = 0;
    for (int round = 0; round < 13; ++round) {
        if (round == 3) {
            before   = allocations;
            capacity = out.capacity();
        }
        out.clear();
        if (codec.write(round % 2 == 0 ? first : second, out)) return 1000;
        auto const opened = codec.template open<set>(out.view());
        if (opened.error || codec.read(opened, read)) return 2000;
    }
    return allocations - before + (out.capacity() == capacity ? 0 : 3000);
}

}  // namespace

TEST_CASE("the counter counts") {
    std::size_t const before = allocations;
    auto const*       number = new int{3};
    CHECK(allocations == before + 1);
    delete number;
}

TEMPLATE_TEST_CASE("codecs for bytes allocate nothing in the steady state", "", tenon::codec::binary,
                   tenon::codec::msgpack, tenon::codec::msgpack_triple) {
    std::string const        lengthy = "a text that is longer than any small-string buffer";
    std::vector<float> const floats(20, 1.5f);
    order const              one{1, lengthy, {{lengthy, floats}, {"", {}}}, {lengthy, lengthy}, lengthy,
                    std::vector<double>(9), std::vector<bool>(70, true), std::vector<std::byte>(50)};
    order const two{2,
                    "s",
                    {{lengthy, {}}, {lengthy, floats}},
                    {"", lengthy},
                    "t",
                    std::vector<double>(5),
                    {},
                    std::vector<std::byte>(9)};
    CHECK(allocations_of<TestType>(ping{1}, ping{2}) == 0);
    CHECK(allocations_of<TestType>(one, two) == 0);

    std::vector<double> const    reals(100, 0.5);
    std::vector<std::byte> const bytes(30);
    CHECK(allocations_of<TestType>(glance{lengthy, reals, bytes}, glance{"odd", reals, bytes}) == 0);
}

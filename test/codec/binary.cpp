// The binary codec byte by byte: what every kind of field looks like, and that the bytes come back as values.
#include <tenon/codec/binary.hpp>
#include <tenon/testing/codec_laws/same.hpp>

#include "bytes_support.hpp"
#include "catch.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_map>

using codec_test::hex;
using codec_test::unhex;
using codec_test::written;
using tenon::codec::binary;

namespace {

struct ping {
    int count;
};
struct plzdiekthxbye {};
struct item {
    std::string   sku;
    std::uint16_t count;
};
struct order {
    std::uint64_t              id;
    std::vector<item>          items;
    std::optional<std::string> note;
};
struct corner {
    float x, y;
};
struct shape {
    std::uint8_t                                  kind;
    std::array<corner, 2>                         points;
    std::map<std::string, std::int64_t>           tags;
    std::variant<std::monostate, bool, std::string> any;
    std::pair<std::int32_t, char>                 pair;
    std::vector<std::byte>                        raw;
    std::array<std::byte, 4>                      hash;
    std::chrono::milliseconds                     wait;
    std::vector<shape>                            kids;
};

/// One field of any type, under one name.
template <class T>
struct box {
    T value;
};

/// The bytes behind the id.
template <class T>
std::string body(T const& value) {
    return written<binary>(box<T>{value}).substr(8);
}

/// True if a field with this value has these bytes, and is read back from them.
template <class T>
bool golden(T const& value, std::string_view digits) {
    if (body(value) != codec_test::without_spaces(digits)) return false;
    box<T>     back{};
    auto const frame = unhex(written<binary>(box<T>{value}));
    binary     codec;
    auto const opened = codec.open<tenon::message_set<box<T>>>(frame);
    return !opened.error && !codec.read(opened, back) && tenon::testing::laws::same(back.value, value);
}

enum class color : std::uint8_t { red = 1, green = 2 };
enum class weather : std::int16_t { cold = -2, warm = 2 };

}  // namespace

template <>
struct tenon::traits<color> {
    static constexpr std::array values{color::red, color::green};
};

// Computed with an FNV-1a written in Python over the description that stands beside each. They are on the
// wire: a change here cuts off every peer that was built before.
TEST_CASE("the ids of messages stay as they are") {
    CHECK(tenon::message_id<ping> == 0x5e4c4fad);           // ping{count:i32;}
    CHECK(tenon::message_id<plzdiekthxbye> == 0xd6c2ab7a);  // plzdiekthxbye{}
    CHECK(tenon::message_id<tenon::failure> == 0xddfaff68);  // failure{code:u16;text:str;}
    CHECK(tenon::message_id<order> == 0x8092ce8b);  // order{id:u64;items:[{sku:str;count:u16;}];note:str?;}
    // shape{kind:u8;points:[{x:f32;y:f32;}*2];tags:{str:i64};any:(null|bool|str|);pair:(i32,c8,);raw:bytes;
    // hash:bytes*4;wait:d1/1000:i64;kids:[^0];}
    CHECK(tenon::message_id<shape> == 0xfdcfec02);
}

TEST_CASE("a binary frame is the message id and the fields, little endian and unpadded") {
    CHECK(written<binary>(ping{3}) == "ad4f4c5e03000000");
    CHECK(written<binary>(plzdiekthxbye{}) == "7aabc2d6");
    CHECK(written<binary>(tenon::failure{tenon::errc::malformed, "no"}) == "68fffadd0100020000006e6f");
    CHECK(written<binary>(order{7, {{"ab", 2}, {"", 300}}, "hi"}) ==
          codec_test::without_spaces(
              "8bce9280 0700000000000000 02000000 02000000 6162 0200 00000000 2c01 01 02000000 6869"));
}

TEST_CASE("numbers in binary") {
    CHECK(golden(true, "01"));
    CHECK(golden(false, "00"));
    CHECK(golden(std::int8_t{-2}, "fe"));
    CHECK(golden(std::uint8_t{200}, "c8"));
    CHECK(golden('a', "61"));
    CHECK(golden(std::int16_t{-2}, "feff"));
    CHECK(golden(std::uint16_t{0x1234}, "3412"));
    CHECK(golden(std::int32_t{0x12345678}, "78563412"));
    CHECK(golden(std::uint32_t{0xfffffffe}, "feffffff"));
    CHECK(golden(std::numeric_limits<std::int64_t>::min(), "0000000000000080"));
    CHECK(golden(std::uint64_t{0x0123456789abcdef}, "efcdab8967452301"));
    CHECK(golden(1.5f, "0000c03f"));
    CHECK(golden(-2.0, "00000000000000c0"));
    CHECK(golden(-0.0, "0000000000000080"));
    CHECK(golden(std::numeric_limits<double>::infinity(), "000000000000f07f"));
    CHECK(golden(std::numeric_limits<float>::quiet_NaN(), "0000c07f"));
    CHECK(golden(color::green, "02"));
    CHECK(golden(weather::cold, "feff"));
    CHECK(golden(std::chrono::milliseconds{258}, "0201000000000000"));
    CHECK(golden(std::chrono::duration<float>{1.5f}, "0000c03f"));
}

TEST_CASE("text and blobs in binary") {
    CHECK(golden(std::string{}, "00000000"));
    CHECK(golden(std::string{"\xe2\x82\xac!"}, "04000000 e282ac21"));
    CHECK(golden(std::vector<std::byte>{}, "00000000"));
    CHECK(golden(std::vector<std::byte>{std::byte{0xff}, std::byte{0}}, "02000000 ff00"));
    CHECK(golden(std::array<std::byte, 3>{std::byte{1}, std::byte{2}, std::byte{3}}, "010203"));
    CHECK(body(std::string_view{"ab"}) == "020000006162");
}

TEST_CASE("lists in binary") {
    CHECK(golden(std::vector<std::int16_t>{1, -1}, "02000000 0100 ffff"));
    CHECK(golden(std::vector<double>{1}, "01000000 000000000000f03f"));
    CHECK(golden(std::vector<bool>{true, false, true}, "03000000 010001"));
    CHECK(golden(std::vector<std::string>{"a", "bc"}, "02000000 01000000 61 02000000 6263"));
    CHECK(golden(std::vector<color>{color::red}, "01000000 01"));
    CHECK(golden(std::vector<std::vector<std::uint8_t>>{{1}, {}}, "02000000 01000000 01 00000000"));
    CHECK(golden(std::array<std::uint16_t, 2>{1, 2}, "0100 0200"));
    CHECK(golden(std::array<std::string, 2>{"a", ""}, "01000000 61 00000000"));
    CHECK(golden(std::array<std::optional<char>, 2>{'x', std::nullopt}, "01 78 00"));
    CHECK(golden(std::vector<corner>{{1, 2}}, "01000000 0000803f 00000040"));
    CHECK(golden(std::vector<std::monostate>(3), "03000000"));
    CHECK(golden(std::pair<std::uint8_t, std::string>{7, "a"}, "07 01000000 61"));
    CHECK(golden(std::tuple<bool, std::uint16_t>{true, 3}, "01 0300"));
    CHECK(golden(std::tuple<>{}, ""));
}

TEST_CASE("optionals, maps and variants in binary") {
    CHECK(golden(std::optional<std::uint16_t>{}, "00"));
    CHECK(golden(std::optional<std::uint16_t>{5}, "01 0500"));
    CHECK(golden(std::map<std::string, std::uint8_t>{{"a", 1}, {"b", 2}},
                 "02000000 01000000 61 01 01000000 62 02"));
    CHECK(golden(std::unordered_map<std::int32_t, bool>{{-1, true}}, "01000000 ffffffff 01"));
    using choice = std::variant<std::monostate, std::uint16_t, std::string>;
    CHECK(golden(choice{}, "00"));
    CHECK(golden(choice{std::uint16_t{3}}, "01 0300"));
    CHECK(golden(choice{"a"}, "02 01000000 61"));
}

TEST_CASE("nested structs in binary are their fields, with and without padding in memory") {
    struct padded {
        std::uint8_t  a;
        std::uint32_t b;
    };
    CHECK(golden(padded{1, 2}, "01 02000000"));
    CHECK(golden(std::vector<padded>{{1, 2}, {3, 4}}, "02000000 01 02000000 03 04000000"));
    CHECK(golden(item{"a", 5}, "01000000 61 0500"));
    shape const inner{2, {}, {}, true, {}, {}, {}, {}, {}};
    shape const outer{1,  {{{1, 2}, {3, 4}}}, {{"t", -1}}, "any", {-1, 'c'}, {std::byte{9}}, {},
                      {}, {inner, inner}};
    CHECK(golden(outer,
                 "01 0000803f 00000040 00004040 00008040 01000000 01000000 74 ffffffffffffffff 02 03000000 "
                 "616e79 ffffffff 63 01000000 09 00000000 0000000000000000 02000000"
                 "02 00000000 00000000 00000000 00000000 00000000 01 01 00000000 00 00000000 00000000 "
                 "0000000000000000 00000000"
                 "02 00000000 00000000 00000000 00000000 00000000 01 01 00000000 00 00000000 00000000 "
                 "0000000000000000 00000000"));
}

TEST_CASE("borrowed fields of binary refer to the frame") {
    struct borrowed {
        std::string_view            text;
        std::span<std::byte const> bytes;
    };
    std::byte const raw[] = {std::byte{1}, std::byte{2}};
    auto const      frame = unhex(written<binary>(borrowed{"text", raw}));
    borrowed        back{};
    binary          codec;
    REQUIRE_FALSE(codec.read(codec.open<tenon::message_set<borrowed>>(frame), back));
    CHECK(back.text == "text");
    CHECK(back.text.data() == reinterpret_cast<char const*>(frame.data() + 8));
    CHECK(hex(back.bytes) == "0102");
    CHECK(back.bytes.data() == frame.data() + 16);
}

TEST_CASE("a span of numbers is borrowed from an aligned binary frame, and copied from any other") {
    struct series {
        std::span<double const> values;
    };
    double const values[] = {1, -0.5, 1e300};
    auto const   frame    = unhex(written<binary>(series{values}));
    alignas(double) std::byte room[64];
    for (std::size_t shift = 0; shift < 8; ++shift) {
        std::byte* const start = room + shift;
        std::copy(frame.begin(), frame.end(), start);
        series back{};
        binary codec;
        REQUIRE_FALSE(
            codec.read(codec.open<tenon::message_set<series>>(tenon::bytes_view{start, frame.size()}), back));
        CHECK(std::vector<double>(back.values.begin(), back.values.end()) ==
              std::vector<double>{1, -0.5, 1e300});
        // The numbers stand behind the id and the count: eight bytes.
        bool const in_frame = reinterpret_cast<std::byte const*>(back.values.data()) == start + 8;
        CHECK(in_frame == (shift == 0));
    }
}

TEST_CASE("binary tells the exact size") {
    binary codec;
    CHECK(codec.exact_size(ping{3}) == 8);
    CHECK(codec.exact_size(plzdiekthxbye{}) == 4);
    CHECK(codec.exact_size(order{7, {{"ab", 2}}, {}}) == 4 + 8 + 4 + 4 + 2 + 2 + 1);
    std::vector<std::byte> frame(8);
    CHECK_FALSE(codec.write_exact(ping{3}, frame));
    CHECK(hex(frame) == "ad4f4c5e03000000");
}

TEST_CASE("a message of another definition is not in the set") {
    // The same name and the same bytes, but the field means something else.
    struct other {
        struct ping {
            unsigned count;
        };
    };
    CHECK(tenon::message_name<ping> == tenon::message_name<other::ping>);
    auto const frame  = unhex(written<binary>(other::ping{3}));
    auto const opened = binary{}.open<tenon::message_set<ping, plzdiekthxbye>>(frame);
    CHECK(opened.error.code == tenon::errc::unknown_message);
    CHECK(opened.error.offset == 0);
    CHECK(
        describe(opened.error) ==
        "unknown message at byte 0: expected a message id of this protocol (is the peer built from the same "
        "message definitions?)");
}

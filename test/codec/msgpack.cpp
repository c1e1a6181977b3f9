// The MessagePack codec byte by byte: layouts, what every kind of field looks like, every width that is read.
#include <tenon/codec/msgpack.hpp>
#include <tenon/testing/codec_laws/same.hpp>

#include "bytes_support.hpp"
#include "catch.hpp"

#include <chrono>
#include <limits>
#include <map>
#include <tuple>

using codec_test::unhex;
using codec_test::without_spaces;
using codec_test::written;
using tenon::codec::msgpack;
using tenon::codec::msgpack_lenient;
using tenon::codec::msgpack_triple;

namespace {

struct ping {
    int count;
};
struct plzdiekthxbye {};
struct order {
    std::uint64_t              id;
    std::vector<std::string>   items;
    std::optional<std::string> note;
};

/// One field of any type: in layout pair its bare value.
template <class T>
struct box {
    T value;
};
template <class T>
std::string body(T const& value) {
    return written<msgpack>(box<T>{value}).substr(2 + 8);  // 92 a3 "box"
}
template <class T>
bool golden(T const& value, std::string_view digits) {
    if (body(value) != without_spaces(digits)) return false;
    box<T>     back{};
    auto const frame = unhex(written<msgpack>(box<T>{value}));
    msgpack    codec;
    auto const opened = codec.open<tenon::message_set<box<T>>>(frame);
    return !opened.error && !codec.read(opened, back) && tenon::testing::laws::same(back.value, value);
}
/// True if a `T` read from these bytes has this value.
template <class T>
bool reads(std::string_view digits, T const& value) {
    box<T>     back{};
    auto const frame = unhex("92 a3626f78" + std::string{digits});
    msgpack    codec;
    auto const opened = codec.open<tenon::message_set<box<T>>>(frame);
    return !opened.error && !codec.read(opened, back) && tenon::testing::laws::same(back.value, value);
}
/// The message `M`, read with `Codec` and written as layout pair; or the error.
template <class Codec, class M>
std::string converted(std::string_view digits) {
    M                        m{};
    auto const               frame = unhex(digits);
    tenon::codec_error const error = codec_test::read<Codec>(frame, m);
    return error ? describe(error) : written<msgpack>(m);
}

enum class color : std::uint8_t { red = 1, green = 2 };

}  // namespace

TEST_CASE("a msgpack frame is [type, data]: nil, the bare value, or a map") {
    CHECK(written<msgpack>(plzdiekthxbye{}) == without_spaces("92 ad706c7a6469656b746878627965 c0"));
    CHECK(written<msgpack>(ping{3}) == without_spaces("92 a470696e67 03"));
    CHECK(written<msgpack>(order{7, {"a"}, {}}) ==
          without_spaces("92 a56f72646572 83 a26964 07 a56974656d73 91a161 a46e6f7465 c0"));
    CHECK(written<msgpack_lenient>(ping{3}) == written<msgpack>(ping{3}));
}

TEST_CASE("a msgpack_triple frame is [type, args, kwargs], all by position") {
    CHECK(written<msgpack_triple>(plzdiekthxbye{}) ==
          without_spaces("93 ad706c7a6469656b746878627965 90 80"));
    CHECK(written<msgpack_triple>(ping{3}) == without_spaces("93 a470696e67 9103 80"));
    CHECK(written<msgpack_triple>(order{7, {"a"}, "n"}) ==
          without_spaces("93 a56f72646572 93 07 91a161 a16e 80"));
}

TEST_CASE("msgpack_triple reads any split of args and kwargs") {
    std::string const whole = written<msgpack>(order{7, {"a"}, "n"});
    std::string const head  = "93 a56f72646572 ";
    CHECK(converted<msgpack_triple, order>(head + "93 07 91a161 a16e 80") == whole);
    CHECK(converted<msgpack_triple, order>(head + "92 07 91a161 81 a46e6f7465 a16e") == whole);
    CHECK(converted<msgpack_triple, order>(head + "91 07 82 a46e6f7465 a16e a56974656d73 91a161") == whole);
    CHECK(converted<msgpack_triple, order>(head + "90 83 a46e6f7465 a16e a56974656d73 91a161 a26964 07") ==
          whole);
    CHECK(converted<msgpack_triple, order>(head + "92 07 91a161 80") ==
          written<msgpack>(order{7, {"a"}, {}}));
    CHECK(converted<msgpack_triple, ping>("93 a470696e67 90 81 a5636f756e74 03") ==
          written<msgpack>(ping{3}));
}

TEST_CASE("maps of fields are read in any order, optional ones may be absent") {
    std::string const whole = written<msgpack>(order{7, {"a"}, {}});
    std::string const head  = "92 a56f72646572 ";
    CHECK(converted<msgpack, order>(head + "83 a26964 07 a56974656d73 91a161 a46e6f7465 c0") == whole);
    CHECK(converted<msgpack, order>(head + "83 a46e6f7465 c0 a56974656d73 91a161 a26964 07") == whole);
    CHECK(converted<msgpack, order>(head + "82 a56974656d73 91a161 a26964 07") == whole);
    // A key in a wider form than ours, and a wider map and array.
    CHECK(converted<msgpack, order>(head + "de0002 d9056974656d73 dc0001a161 da00026964 cd0007") == whole);
    CHECK(converted<msgpack, order>("dd00000002 d9056f72646572 82 a56974656d73 91a161 a26964 07") == whole);
}

TEST_CASE("an absent optional is emptied in an object that is reused") {
    order      m{1, {"x", "y"}, "old"};
    auto const frame = unhex("92 a56f72646572 82 a56974656d73 90 a26964 07");
    REQUIRE_FALSE(codec_test::read<msgpack>(frame, m));
    CHECK_FALSE(m.note);
    CHECK(m.items.empty());
    CHECK(m.id == 7);
}

TEST_CASE("msgpack_lenient reads over keys that are no field") {
    std::string const whole = written<msgpack>(order{7, {"a"}, {}});
    std::string const frame = "92 a56f72646572 83 a26964 07 a3666f6f ";
    std::string const rest  = " a56974656d73 91a161";
    // nil, booleans, every number, text, blobs, lists, maps, extensions
    for (std::string value : {"c0",
                              "c3",
                              "05",
                              "e0",
                              "ccff",
                              "cdffff",
                              "ceffffffff",
                              "cfffffffffffffffff",
                              "d080",
                              "d18000",
                              "d280000000",
                              "d38000000000000000",
                              "ca00000000",
                              "cb0000000000000000",
                              "a161",
                              "d90161",
                              "da000161",
                              "db0000000161",
                              "c40100",
                              "c5000100",
                              "c60000000100",
                              "90",
                              "92c0a161",
                              "dc000105",
                              "dd0000000105",
                              "8101a161",
                              "de00010203",
                              "df000000010203",
                              "d40100",
                              "d5010000",
                              "d60100000000",
                              "d7010000000000000000",
                              "d80100000000000000000000000000000000",
                              "c7010500",
                              "c800010500",
                              "c90000000105 00",
                              "93919191c08180c1"}) {
        INFO(value);
        bool const bad = value.ends_with("c1");
        CHECK((converted<msgpack_lenient, order>(frame + value + rest) == whole) != bad);
        CHECK(converted<msgpack, order>(frame + value + rest).starts_with("unknown key at byte 12"));
    }
}

TEST_CASE("integers are written in their smallest form") {
    CHECK(golden(std::uint8_t{127}, "7f"));
    CHECK(golden(std::uint8_t{128}, "cc80"));
    CHECK(golden(std::uint16_t{255}, "ccff"));
    CHECK(golden(std::uint16_t{256}, "cd0100"));
    CHECK(golden(std::uint32_t{65535}, "cdffff"));
    CHECK(golden(std::uint32_t{65536}, "ce00010000"));
    CHECK(golden(std::uint64_t{0xffffffff}, "ceffffffff"));
    CHECK(golden(std::uint64_t{0x100000000}, "cf0000000100000000"));
    CHECK(golden(std::numeric_limits<std::uint64_t>::max(), "cfffffffffffffffff"));
    CHECK(golden(std::int8_t{-1}, "ff"));
    CHECK(golden(std::int8_t{-32}, "e0"));
    CHECK(golden(std::int8_t{-33}, "d0df"));
    CHECK(golden(std::int8_t{-128}, "d080"));
    CHECK(golden(std::int16_t{-129}, "d1ff7f"));
    CHECK(golden(std::int16_t{128}, "cc80"));
    CHECK(golden(std::int32_t{127}, "7f"));
    CHECK(golden(std::int32_t{128}, "cc80"));
    CHECK(golden(std::int64_t{-32}, "e0"));
    CHECK(golden(std::int64_t{-33}, "d0df"));
    CHECK(golden(std::int32_t{-32769}, "d2ffff7fff"));
    CHECK(golden(std::numeric_limits<std::int32_t>::min(), "d280000000"));
    CHECK(golden(std::int64_t{-2147483649}, "d3ffffffff7fffffff"));
    CHECK(golden(std::numeric_limits<std::int64_t>::min(), "d38000000000000000"));
    CHECK(golden(std::numeric_limits<std::int64_t>::max(), "cf7fffffffffffffff"));
    CHECK(golden('a', "61"));
}

TEST_CASE("integers are read in any width") {
    for (std::string_view digits : {"05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005",
                                    "d10005", "d200000005", "d30000000000000005"}) {
        INFO(digits);
        CHECK(reads(digits, std::uint8_t{5}));
        CHECK(reads(digits, std::int64_t{5}));
        CHECK(reads(digits, 5.0));
        CHECK(reads(digits, 5.0f));
    }
    CHECK(reads("d3ffffffffffffffff", std::int8_t{-1}));
    CHECK(reads("d1ffff", -1.0));
    CHECK(reads("cfffffffffffffffff", 18446744073709551616.0));
}

TEST_CASE("scalars in msgpack") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(golden(true, "c3"));
    CHECK(golden(false, "c2"));
    CHECK(golden(1.5f, "ca3fc00000"));
    CHECK(golden(-2.0, "cbc000000000000000"));
    CHECK(golden(3.0, "cb4008000000000000"));
    CHECK(golden(infinity, "cb7ff0000000000000"));
    CHECK(golden(std::numeric_limits<float>::quiet_NaN(), "ca7fc00000"));
    CHECK(reads("ca3fc00000", 1.5));
    CHECK(reads("cb3ff8000000000000", 1.5f));
    CHECK(reads("cb7ff0000000000000", static_cast<float>(infinity)));
    CHECK(golden(color::green, "02"));
    CHECK(golden(std::chrono::milliseconds{-5}, "fb"));
    CHECK(golden(std::chrono::duration<double>{0.5}, "cb3fe0000000000000"));
    CHECK(golden(std::monostate{}, "c0"));
    CHECK(golden(std::optional<int>{}, "c0"));
    CHECK(golden(std::optional<int>{7}, "07"));
}

TEST_CASE("text and blobs in msgpack take the smallest header") {
    CHECK(golden(std::string{}, "a0"));
    CHECK(golden(std::string{"\xe2\x82\xac"}, "a3e282ac"));
    CHECK(body(std::string(31, 'x')).substr(0, 4) == "bf78");
    CHECK(body(std::string(32, 'x')).substr(0, 6) == "d92078");
    CHECK(body(std::string(255, 'x')).substr(0, 6) == "d9ff78");
    CHECK(body(std::string(256, 'x')).substr(0, 8) == "da010078");
    CHECK(body(std::string(65536, 'x')).substr(0, 12) == "db0001000078");
    CHECK(reads("d90161", std::string{"a"}));
    CHECK(reads("da000161", std::string{"a"}));
    CHECK(reads("db0000000161", std::string{"a"}));
    CHECK(golden(std::vector<std::byte>{}, "c400"));
    CHECK(golden(std::array<std::byte, 2>{std::byte{1}, std::byte{0xff}}, "c40201ff"));
    CHECK(body(std::vector<std::byte>(255)).substr(0, 4) == "c4ff");
    CHECK(body(std::vector<std::byte>(256)).substr(0, 6) == "c50100");
    CHECK(body(std::vector<std::byte>(65536)).substr(0, 10) == "c600010000");
    CHECK(reads("c600000001ff", std::vector<std::byte>{std::byte{0xff}}));
}

TEST_CASE("lists in msgpack") {
    CHECK(golden(std::vector<int>{1, -1}, "9201ff"));
    CHECK(golden(std::vector<bool>{true, false}, "92c3c2"));
    CHECK(golden(std::vector<std::string>{"a", ""}, "92a161a0"));
    CHECK(golden(std::array<std::uint16_t, 2>{1, 2}, "920102"));
    CHECK(golden(std::array<std::string, 2>{"a", ""}, "92a161a0"));
    CHECK(golden(std::pair<int, std::string>{1, "a"}, "9201a161"));
    CHECK(golden(std::tuple<bool, double, int>{true, 0, 1}, "93c3cb000000000000000001"));
    CHECK(golden(std::tuple<>{}, "90"));
    CHECK(body(std::vector<int>(15)).substr(0, 4) == "9f00");
    CHECK(body(std::vector<int>(16)).substr(0, 8) == "dc001000");
    CHECK(body(std::vector<int>(65536)).substr(0, 12) == "dd0001000000");
    CHECK(golden(std::vector<std::optional<int>>{{}, 1}, "92c001"));
}

TEST_CASE("maps, variants and nested structs in msgpack") {
    struct point {
        int x, y;
    };
    struct nothing {};
    using choice = std::variant<std::monostate, int, std::string>;
    CHECK(golden(std::map<std::string, int>{{"a", 1}, {"b", 2}}, "82a16101a16202"));
    CHECK(golden(std::map<std::int64_t, bool>{{-1, true}, {300, false}}, "82ffc3cd012cc2"));
    CHECK(golden(choice{}, "9200c0"));
    CHECK(golden(choice{5}, "920105"));
    CHECK(golden(choice{"a"}, "9202a161"));
    CHECK(golden(point{1, 2}, "82a17801a17902"));
    CHECK(golden(nothing{}, "80"));
    CHECK(golden(std::vector<point>{{1, 2}, {3, 4}}, "9282a17801a1790282a17803a17904"));
    // At the level of the message one field is bare; inside a field it is not.
    CHECK(golden(box<int>{1}, "81a576616c756501"));
    // An empty map and no fields in any width.
    CHECK(reads("de0000", nothing{}));
    CHECK(reads("df00000000", std::map<std::string, int>{}));
}

TEST_CASE("more fields than a small map header holds") {
    struct many {
        int f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15;
    };
    many const       m{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    std::string const text = written<msgpack>(m);
    CHECK(text.substr(0, 24) == "92a46d616e79de0010a26630");
    many back{};
    auto const frame = unhex(text);
    REQUIRE_FALSE(codec_test::read<msgpack>(frame, back));
    CHECK(tenon::testing::laws::same(m, back));
    CHECK(written<msgpack_triple>(m).substr(0, 22) == "93a46d616e79dc00100001");
}

TEST_CASE("borrowed fields of msgpack: text and bytes from the frame, numbers from the codec") {
    struct borrowed {
        std::string_view              text;
        std::span<std::byte const>   bytes;
        std::span<std::int16_t const> numbers;
    };
    std::byte const         raw[]     = {std::byte{1}, std::byte{2}};
    std::int16_t const      numbers[] = {1, -2, 300};
    auto const              frame     = unhex(written<msgpack>(borrowed{"text", raw, numbers}));
    borrowed                back{};
    msgpack                 codec;
    REQUIRE_FALSE(codec.read(codec.open<tenon::message_set<borrowed>>(frame), back));
    auto const inside = [&](void const* at) {
        return at >= frame.data() && at < frame.data() + frame.size();
    };
    CHECK(back.text == "text");
    CHECK(inside(back.text.data()));
    CHECK(codec_test::hex(back.bytes) == "0102");
    CHECK(inside(back.bytes.data()));
    CHECK(std::vector<std::int16_t>(back.numbers.begin(), back.numbers.end()) ==
          std::vector<std::int16_t>{1, -2, 300});
    CHECK_FALSE(inside(back.numbers.data()));
}

TEST_CASE("msgpack finds the message among many") {
    using set = tenon::message_set<order, plzdiekthxbye, ping>;
    auto const at = [](std::string_view digits) {
        auto const frame = unhex(digits);
        return msgpack{}.open<set>(frame).index;
    };
    CHECK(at(written<msgpack>(order{})) == 0);
    CHECK(at(written<msgpack>(plzdiekthxbye{})) == 1);
    CHECK(at(written<msgpack>(ping{})) == 2);
    CHECK(at("92 d90470696e67 03") == 2);
    CHECK(at("92 a4706f6e67 03") == set::npos);
}

namespace {

struct widths {
    std::int8_t              i8;
    std::int16_t             i16;
    std::int32_t             i32;
    std::int64_t             i64;
    std::uint8_t             u8;
    std::uint16_t            u16;
    std::uint32_t            u32;
    std::uint64_t            u64;
    std::string              text;
    std::vector<std::byte>   blob;
    std::vector<std::int8_t> list;
};

/// Written into memory of the exact size with a mark behind it, and read back.
bool fills_exactly(widths const& sent) {
    tenon::codec::msgpack  codec;
    std::size_t const      size = codec.exact_size(sent);
    std::vector<std::byte> frame(size + 1, std::byte{0xc1});
    if (codec.write_exact(sent, {frame.data(), size}) || frame[size] != std::byte{0xc1}) return false;
    widths     got{};
    auto const opened = codec.open<tenon::message_set<widths>>({frame.data(), size});
    return !opened.error && !codec.read(opened, got) && got.i8 == sent.i8 && got.i16 == sent.i16 &&
           got.i32 == sent.i32 && got.i64 == sent.i64 && got.u8 == sent.u8 && got.u16 == sent.u16 &&
           got.u32 == sent.u32 && got.u64 == sent.u64 && got.text == sent.text && got.blob == sent.blob &&
           got.list == sent.list;
}

}  // namespace

TEST_CASE("the exact size in msgpack is right around every step of a header or an integer") {
    for (int bit = 0; bit < 64; ++bit) {
        for (std::uint64_t const offset : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}}) {
            std::uint64_t const number = (std::uint64_t{1} << bit) + offset;
            for (std::uint64_t const each : {number, ~number})
                CHECK(fills_exactly({static_cast<std::int8_t>(each), static_cast<std::int16_t>(each),
                                     static_cast<std::int32_t>(each), static_cast<std::int64_t>(each),
                                     static_cast<std::uint8_t>(each), static_cast<std::uint16_t>(each),
                                     static_cast<std::uint32_t>(each), each, {}, {}, {}}));
        }
    }
    for (std::size_t const step : {1u, 16u, 32u, 256u, 65536u})
        for (std::size_t const size : {step - 1, step, step + 1})
            CHECK(fills_exactly({0, 0, 0, 0, 0, 0, 0, 0, std::string(size, 'x'), std::vector<std::byte>(size),
                                 std::vector<std::int8_t>(size)}));
}

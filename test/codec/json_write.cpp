// The bytes that the JSON codec writes: they are API.
#include <tenon/codec/concept.hpp>

#include "catch.hpp"
#include "json_helper.hpp"

#include <cmath>
#include <limits>

using namespace json_test;

static_assert(tenon::codec::codec<json>);
static_assert(tenon::codec::codec<json_triple>);
static_assert(tenon::codec::codec<json_lenient>);

namespace {

template <class T>
std::string text_of(T const& value) {
    std::string const all = write<json>(holder<T>{value});
    return all.starts_with("[\"m\",") ? all.substr(5, all.size() - 6) : all;
}

struct two {
    int         first;
    std::string second;
};

struct odd_names {
    int a;
    int b;
};

template <class T>
void check_limits(std::string const& lowest, std::string const& highest) {
    CHECK(text_of(std::numeric_limits<T>::min()) == lowest);
    CHECK(text_of(std::numeric_limits<T>::max()) == highest);
}

}  // namespace

template <>
struct tenon::traits<odd_names> {
    static constexpr std::string_view                name   = "odd \"name\"\n";
    static constexpr std::array<std::string_view, 2> fields = {"a\\b", "\xc3\xa4\x1f"};
};

TEST_CASE("a message in the layout pair is its name and null, its bare value, or an object") {
    CHECK(write<json>(ping{3}) == R"(["ping",3])");
    CHECK(write<json>(stop{}) == R"(["stop",null])");
    CHECK(write<json>(two{1, "x"}) == R"(["two",{"first":1,"second":"x"}])");
    CHECK(write<json>(point{1, 2, 3}) == R"(["point",{"x":1,"y":2,"z":3}])");
    CHECK(write<json>(point{1, 2, {}}) == R"(["point",{"x":1,"y":2,"z":null}])");
    CHECK(write<json_lenient>(ping{3}) == R"(["ping",3])");
}

TEST_CASE("a message in the layout triple is its name, all fields by position, and no keywords") {
    CHECK(write<json_triple>(ping{3}) == R"(["ping",[3],{}])");
    CHECK(write<json_triple>(stop{}) == R"(["stop",[],{}])");
    CHECK(write<json_triple>(two{1, "x"}) == R"(["two",[1,"x"],{}])");
    CHECK(write<json_triple>(point{1, 2, {}}) == R"(["point",[1,2,null],{}])");
}

TEST_CASE("every kind of field has its form in JSON") {
    CHECK(write<json>(rich_example()) == "[\"rich\"," + rich_data + "]");
    CHECK(
        write<json>(numbers{true, 'a', -1, 1, -2, 2, -3, 3, -4, 4, 0.5f, 0.25}) ==
        R"(["numbers",{"yes":true,"c":97,"i8":-1,"u8":1,"i16":-2,"u16":2,"i32":-3,"u32":3,"i64":-4,"u64":4,)"
        R"("f":0.5,"d":0.25}])");
    CHECK(text_of(false) == "false");
    CHECK(text_of(std::optional<int>{}) == "null");
    CHECK(text_of(std::vector<int>{}) == "[]");
    CHECK(text_of(std::vector<std::vector<int>>{{}, {1}, {2, 3}}) == "[[],[1],[2,3]]");
    CHECK(text_of(std::array<int, 0>{}) == "[]");
    CHECK(text_of(std::array<std::array<int, 1>, 2>{{{1}, {2}}}) == "[[1],[2]]");
    CHECK(text_of(std::tuple<>{}) == "[]");
    CHECK(text_of(std::monostate{}) == "null");
    CHECK(text_of(std::variant<std::monostate, int>{}) == "[0,null]");
    CHECK(text_of(std::variant<int, int>{std::in_place_index<1>, 5}) == "[1,5]");
    CHECK(text_of(std::map<std::uint64_t, bool>{{0, true}, {UINT64_MAX, false}}) ==
          R"({"0":true,"18446744073709551615":false})");
    CHECK(text_of(std::unordered_map<std::string, point>{{"k", {1, 2, {}}}}) ==
          R"({"k":{"x":1,"y":2,"z":null}})");
    CHECK(text_of(std::chrono::nanoseconds{INT64_MIN}) == "-9223372036854775808");
    CHECK(text_of(std::string_view{"view"}) == R"("view")");
    double const list[] = {1, 2.5};
    CHECK(text_of(std::span<double const>{list}) == "[1,2.5]");
    std::byte const bytes[] = {std::byte{0x14}, std::byte{0xfb}, std::byte{0x9c}, std::byte{0x03}};
    CHECK(text_of(std::span<std::byte const>{bytes}) == R"("FPucAw==")");
    CHECK(text_of(grade::low) == "-5");
}

TEST_CASE("integers are written exactly, to both ends of their range") {
    check_limits<std::int8_t>("-128", "127");
    check_limits<std::uint8_t>("0", "255");
    check_limits<std::int16_t>("-32768", "32767");
    check_limits<std::uint16_t>("0", "65535");
    check_limits<std::int32_t>("-2147483648", "2147483647");
    check_limits<std::uint32_t>("0", "4294967295");
    check_limits<std::int64_t>("-9223372036854775808", "9223372036854775807");
    check_limits<std::uint64_t>("0", "18446744073709551615");
    // Every number of digits, and both sides of each power of ten.
    std::uint64_t power = 1;
    for (int digits = 1; digits < 20; ++digits, power *= 10) {
        CHECK(text_of(power) == std::to_string(power));
        CHECK(text_of(power - 1) == std::to_string(power - 1));
        CHECK(text_of(-static_cast<std::int64_t>(power / 2)) ==
              std::to_string(-static_cast<std::int64_t>(power / 2)));
        CHECK(text_of(static_cast<std::int32_t>(power)) == std::to_string(static_cast<std::int32_t>(power)));
    }
}

TEST_CASE("floating numbers are written in the shortest form that reads back") {
    std::pair<double, char const*> const forms[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1.0, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {99999.0, "99999"},
        {1e5, "1e+05"},
        {123456.0, "123456"},
        {1e22, "1e+22"},
        {1e-7, "1e-07"},
        {1.0 / 3, "0.3333333333333333"},
        {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
        {std::numeric_limits<double>::denorm_min(), "5e-324"},
        {-std::numeric_limits<double>::min(), "-2.2250738585072014e-308"}};
    for (auto const& [value, form] : forms) CHECK(text_of(value) == form);
    CHECK(text_of(0.1f) == "0.1");
    CHECK(text_of(std::numeric_limits<float>::max()) == "3.4028235e+38");
}

TEST_CASE("only quotes, backslashes and control characters are escaped") {
    CHECK(text_of(std::string{"\b\f\n\r\t"}) == R"("\b\f\n\r\t")");
    std::string all, expected = "\"";
    for (int c = 0; c < 0x80; ++c) {
        char const character = static_cast<char>(c);
        all += character;
        char const* const short_forms[] = {"\\b", "\\t", "\\n", nullptr, "\\f", "\\r"};
        if (c >= 8 && c <= 13 && short_forms[c - 8] != nullptr) {
            expected += short_forms[c - 8];
        } else if (c < 0x20) {
            char const* const hex = "0123456789abcdef";
            expected += std::string{"\\u00"} + hex[c / 16] + hex[c % 16];
        } else {
            if (c == '"' || c == '\\') expected += '\\';
            expected += character;
        }
    }
    CHECK(text_of(all) == expected + "\"");
}

TEST_CASE("a special character is written right wherever it stands in a text of any length") {
    std::pair<std::string, std::string> const specials[] = {{"\"", "\\\""},
                                                            {"\n", "\\n"},
                                                            {"\x1f", "\\u001f"},
                                                            {"\xc3\xa4", "\xc3\xa4"},
                                                            {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}};
    for (auto const& [special, written] : specials) {
        for (std::size_t size = 0; size < 36; ++size) {
            for (std::size_t at = 0; at <= size; ++at) {
                std::string text(size, 'x'), expected(size, 'x');
                text.insert(at, special);
                expected.insert(at, written);
                CHECK(text_of(text) == '"' + expected + '"');
                CHECK(text_of(text + special) == '"' + expected + written + '"');
            }
        }
    }
}

TEST_CASE("names from traits are escaped while compiling") {
    CHECK(write<json>(odd_names{1, 2}) == "[\"odd \\\"name\\\"\\n\",{\"a\\\\b\":1,\"\xc3\xa4\\u001f\":2}]");
    odd_names         message{};
    std::string const text = write<json>(odd_names{3, 4});
    CHECK(outcome<json, odd_names>(text) == "ok");
    CHECK_FALSE(read<json>(text, message));
    CHECK(message.b == 4);
}

TEST_CASE("writing appends to what the buffer holds") {
    json          codec;
    tenon::buffer out;
    out.append("before ");
    CHECK_FALSE(codec.write(ping{1}, out));
    CHECK_FALSE(codec.write(rich_example(), out));
    CHECK(out.text() == "before [\"ping\",1][\"rich\"," + rich_data + "]");
}

TEST_CASE("what JSON cannot say is refused with an error when it is written") {
    CHECK(text_of(std::nan("")).starts_with("error: NaN or infinity at byte 5"));
    CHECK(text_of(std::numeric_limits<double>::infinity()).starts_with("error: NaN or infinity"));
    CHECK(text_of(-std::numeric_limits<float>::infinity()).starts_with("error: NaN or infinity"));
    CHECK(text_of(std::vector<double>{1, std::nan("")}).starts_with("error: NaN or infinity at byte 8"));
    for (std::string const bad :
         {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"}) {
        for (std::size_t before = 0; before < 10; ++before) {
            std::string const text = std::string(before, 'x') + bad;
            CHECK(text_of(text).starts_with("error: text is not valid UTF-8"));
            CHECK(text_of(text + "after it").starts_with("error: text is not valid UTF-8"));
            CHECK(text_of(std::string_view{text}).starts_with("error: text is not valid UTF-8"));
            CHECK(
                text_of(std::map<std::string, int>{{text, 1}}).starts_with("error: text is not valid UTF-8"));
            CHECK(text_of(std::vector<std::optional<std::string>>{text}).starts_with("error: text is not"));
        }
    }
}

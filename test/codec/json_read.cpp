// What the JSON codec reads into each kind of field, and the code and offset of every refusal.
#include "catch.hpp"
#include "json_helper.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

using namespace json_test;

namespace {

template <class T>
T value_of(std::string const& text) {
    holder<T>         message{};
    codec_error const error = read<json>("[\"m\"," + text + "]", message);
    CHECK(told(error) == "ok");
    return message.value;
}

// The offset counts from the value, which stands at byte 5 of the frame.
template <class T>
std::string refusal_of(std::string const& text) {
    holder<T>   message{};
    codec_error error = read<json>("[\"m\"," + text + "]", message);
    error.offset -= 5;
    return told(error);
}

template <class T>
void check_range(std::string const& below, std::string const& lowest, std::string const& highest,
                 std::string const& above) {
    CHECK(value_of<T>(lowest) == std::numeric_limits<T>::min());
    CHECK(value_of<T>(highest) == std::numeric_limits<T>::max());
    for (std::string const& text : {below, above, std::string{"1000000000000000000000000000000"},
                                    std::string{"-1000000000000000000000000000000"},
                                    std::string{"18446744073709551616"}, std::string{"28446744073709551616"}})
        CHECK(refusal_of<T>(text) == "value out of range at 0");
}

/// Every number of digits that `T` has, in a message of one field and in an object.
template <class T>
void check_lengths() {
    struct both {
        T first;
        T second;
    };
    T number = 9;
    for (int digits = 1; digits <= std::numeric_limits<T>::digits10; ++digits) {
        std::string const text = std::to_string(number);
        CHECK(value_of<T>(text) == number);
        CHECK(refusal_of<T>("0" + text) == "malformed message at 1");
        CHECK(refusal_of<T>(text + ".0") == "value of the wrong type at 0");
        CHECK(refusal_of<T>(text + "e0") == "value of the wrong type at 0");
        both pair{};
        CHECK(told(read<json>("[\"both\",{\"first\":" + text + ",\"second\":" + text + " }]", pair)) == "ok");
        CHECK(pair.first == number);
        CHECK(pair.second == number);
        if constexpr (std::is_signed_v<T>) {
            CHECK(value_of<T>("-" + text) == -number);
            CHECK(refusal_of<T>("-0" + text) == "malformed message at 2");
        }
        if (digits < std::numeric_limits<T>::digits10) number = static_cast<T>(number * 10 + 9);
    }
}

template <class T>
void check_same_bits(std::string const& text, T expected) {
    T const value = value_of<T>(text);
    CHECK(std::memcmp(&value, &expected, sizeof value) == 0);
}

}  // namespace

TEST_CASE("what was written is read back the same, in every layout") {
    rich          message{};
    rich          other{};
    numbers       figures{};
    numbers const extreme{true,
                          'z',
                          -128,
                          255,
                          INT16_MIN,
                          UINT16_MAX,
                          INT32_MIN,
                          UINT32_MAX,
                          INT64_MIN,
                          UINT64_MAX,
                          std::numeric_limits<float>::denorm_min(),
                          std::numeric_limits<double>::max()};
    CHECK(told(read<json>(write<json>(rich_example()), message)) == "ok");
    CHECK(message == rich_example());
    CHECK(told(read<json_triple>(write<json_triple>(rich_example()), other)) == "ok");
    CHECK(other == rich_example());
    CHECK(told(read<json>(write<json>(extreme), figures)) == "ok");
    CHECK(figures == extreme);
    CHECK(outcome<json, stop>(R"(["stop",null])") == "ok");
    CHECK(outcome<json_triple, stop>(R"(["stop",[],{}])") == "ok");
}

TEST_CASE("an object that is read over keeps nothing of what it held") {
    rich message = rich_example();
    CHECK(told(read<json>(write<json>(rich{}), message)) == "ok");
    CHECK(message == rich{});
    CHECK(told(read<json>(write<json>(rich_example()), message)) == "ok");
    CHECK(message == rich_example());
    point p{1, 2, 3};
    CHECK(told(read<json>(R"(["point",{"x":4,"y":5}])", p)) == "ok");
    CHECK(p == point{4, 5, {}});
}

TEST_CASE("integers of every number of digits are read wherever they stand") {
    check_lengths<std::int8_t>();
    check_lengths<std::uint8_t>();
    check_lengths<std::int16_t>();
    check_lengths<std::uint16_t>();
    check_lengths<std::int32_t>();
    check_lengths<std::uint32_t>();
    check_lengths<std::int64_t>();
    check_lengths<std::uint64_t>();
}

TEST_CASE("integers are read exactly up to both ends of their range and no further") {
    check_range<std::int8_t>("-129", "-128", "127", "128");
    check_range<std::uint8_t>("-1", "0", "255", "256");
    check_range<std::int16_t>("-32769", "-32768", "32767", "32768");
    check_range<std::uint16_t>("-1", "0", "65535", "65536");
    check_range<std::int32_t>("-2147483649", "-2147483648", "2147483647", "2147483648");
    check_range<std::uint32_t>("-1", "0", "4294967295", "4294967296");
    check_range<std::int64_t>("-9223372036854775809", "-9223372036854775808", "9223372036854775807",
                              "9223372036854775808");
    check_range<std::uint64_t>("-1", "0", "18446744073709551615", "18446744073709551616");
    CHECK(value_of<int>("-0") == 0);
    CHECK(value_of<unsigned>("-0") == 0);
    CHECK(refusal_of<int>(std::string(100000, '9')) == "value out of range at 0");
}

TEST_CASE("a number with a point or an exponent is no integer, even if it is whole") {
    for (char const* text : {"1.0", "1e2", "0.0", "-1E+2", "10e-1", "100000000000000000000.5"}) {
        CHECK(refusal_of<int>(text) == "value of the wrong type at 0");
        CHECK(refusal_of<std::uint64_t>(text) == "value of the wrong type at 0");
    }
    CHECK(refusal_of<int>("1.") == "malformed message at 2");
    CHECK(refusal_of<int>("1e") == "malformed message at 2");
    CHECK(refusal_of<int>("01") == "malformed message at 1");
    CHECK(refusal_of<int>("-") == "malformed message at 1");
    CHECK(refusal_of<int>("+1") == "malformed message at 0");
    CHECK(refusal_of<int>("1x") == "malformed message at 1");
    CHECK(refusal_of<int>("0x10") == "malformed message at 1");
}

TEST_CASE("floating numbers are read to the nearest value") {
    check_same_bits("0", 0.0);
    check_same_bits("-0", -0.0);
    check_same_bits("-0.0e-5", -0.0);
    check_same_bits("0e999999999999", 0.0);
    check_same_bits("3", 3.0);
    check_same_bits("0.1", 0.1);
    check_same_bits("123456789012345678901234567890", 123456789012345678901234567890.0);
    check_same_bits("9007199254740993", 9007199254740992.0);
    check_same_bits("9007199254740993.0000000000000000000000000000000000001", 9007199254740994.0);
    check_same_bits("1.7976931348623157e308", std::numeric_limits<double>::max());
    check_same_bits("4.9e-324", std::numeric_limits<double>::denorm_min());
    check_same_bits("1e-400", 0.0);
    check_same_bits("-1e-99999999999999999999", -0.0);
    check_same_bits("0." + std::string(400, '0') + "1e401", 1.0);
    check_same_bits("1" + std::string(400, '0') + "e-400", 1.0);
    check_same_bits("1E5", 1e5);
    check_same_bits("1e+22", 1e22);
    check_same_bits("1e23", 1e23);
    check_same_bits("16777217", 16777216.0f);
    check_same_bits("0.1", 0.1f);
    check_same_bits("1.00000017881393432617187499", 1.00000011920928955078125f);
    check_same_bits("3.4028235e38", std::numeric_limits<float>::max());
    check_same_bits("1e-60", 0.0f);
}

TEST_CASE("numbers that are too large or not finite are refused") {
    for (char const* text : {"1e309", "-1e309", "1e99999999999999999999", "223456789e300"})
        CHECK(refusal_of<double>(text) == "value out of range at 0");
    CHECK(refusal_of<double>("1" + std::string(400, '0')) == "value out of range at 0");
    CHECK(refusal_of<float>("1e39") == "value out of range at 0");
    for (char const* text : {"NaN", "Infinity", "-Infinity"}) {
        CHECK(refusal_of<double>(text) == "NaN or infinity at 0");
        CHECK(refusal_of<int>(text) == "NaN or infinity at 0");
        CHECK(refusal_of<std::vector<double>>("[1," + std::string{text} + "]") == "NaN or infinity at 3");
    }
    for (char const* text : {"nan", "inf", "-inf", "infinity", ".5", "+1"})
        CHECK(refusal_of<double>(text) != "ok");
    CHECK(refusal_of<double>("1.") == "malformed message at 2");
    CHECK(refusal_of<double>("1.e5") == "malformed message at 2");
    CHECK(refusal_of<double>("1e+") == "malformed message at 3");
    CHECK(refusal_of<double>("00.5") == "malformed message at 1");
    CHECK(refusal_of<double>("-") == "malformed message at 1");
}

TEST_CASE("all escapes are resolved, surrogate pairs among them") {
    CHECK(value_of<std::string>(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
    CHECK(value_of<std::string>(R"("\u0041\u00e4\u20AC\ud83d\uDE00\u0000")") ==
          std::string("A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\0", 11));
    CHECK(value_of<std::string>(R"("\ud800\udc00\udbff\udfff\ud7ff\ue000")") ==
          "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80");
    CHECK(refusal_of<std::string>(R"("ab\ud83d")") == "text is not valid UTF-8 at 3");
    CHECK(refusal_of<std::string>(R"("\ude00\ud83d")") == "text is not valid UTF-8 at 1");
    CHECK(refusal_of<std::string>(R"("\ud83d\u0041")") == "text is not valid UTF-8 at 1");
    CHECK(refusal_of<std::string>(R"("\ud83dx")") == "text is not valid UTF-8 at 1");
    CHECK(refusal_of<std::string>(R"("\ud83d\ud83d\ude00")") == "text is not valid UTF-8 at 1");
    CHECK(refusal_of<std::string>(R"("\x41")") == "malformed message at 1");
    CHECK(refusal_of<std::string>(R"("\u00g0")") == "malformed message at 1");
    CHECK(refusal_of<std::string>(R"("\u")") == "malformed message at 1");
    CHECK(refusal_of<std::string>("\"a\nb\"") == "malformed message at 2");
    CHECK(refusal_of<std::string>(std::string("\"\0\"", 3)) == "malformed message at 1");
    CHECK(value_of<std::string>("\"\x7f\"") == "\x7f");
}

TEST_CASE("text that is no UTF-8 is refused where it goes wrong, wherever that is") {
    for (std::string const bad :
         {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"}) {
        for (std::size_t before = 0; before < 20; ++before) {
            std::string const text = '"' + std::string(before, 'x') + bad + "yyyyyyyyyy\"";
            CHECK(refusal_of<std::string>(text) ==
                  "text is not valid UTF-8 at " + std::to_string(before + 1));
        }
    }
}

TEST_CASE("names and keys may be written with escapes and with whitespace around everything") {
    CHECK(outcome<json, ping>(" [ \"\\u0070ing\"\t,\r\n3 ] \n") == "ok");
    CHECK(outcome<json, ping>(R"(["p\u0069ng",3])") == "ok");
    point p{};
    CHECK(told(read<json>(" [ \"point\" , { \"\\u0078\" : 1 , \"\\u0079\":2 , \"z\" : 3 } ] ", p)) == "ok");
    CHECK(p == point{1, 2, 3});
    CHECK(told(read<json>(R"(["point", {"x": 4, "y": 5, "z": null}])", p)) == "ok");
    CHECK(p == point{4, 5, {}});
    CHECK(told(read<json>(R"(["point",{"z":9,"y":8,"x":7}])", p)) == "ok");
    CHECK(p == point{7, 8, 9});
    CHECK(told(read<json>(R"(["point",{"y":2,"x":1}])", p)) == "ok");
    CHECK(p == point{1, 2, {}});
}

TEST_CASE("keys that are missing, unknown or there twice are refused") {
    CHECK(outcome<json, point>(R"(["point",{"x":1}])") == "missing field at 15");
    CHECK(outcome<json, point>(R"(["point",{}])") == "missing field at 10");
    point p{};
    CHECK(describe(read<json>(R"(["point",{"y":1}])", p)) == "missing field at byte 15: expected \"x\":");
    CHECK(outcome<json, point>(R"(["point",{"x":1,"y":2,"x":3}])") == "duplicate key at 22");
    CHECK(outcome<json, point>(R"(["point",{"x":1,"x":2,"y":3}])") == "duplicate key at 16");
    CHECK(outcome<json, point>(R"(["point",{"x":1,"\u0078":2,"y":3}])") == "duplicate key at 16");
    CHECK(outcome<json, point>(R"(["point",{"x":1,"w":2,"y":3}])") == "unknown key at 16");
    CHECK(outcome<json, point>(R"(["point",{"xx":1,"y":3}])") == "unknown key at 10");
    CHECK(outcome<json, point>(R"(["point",{"":1,"y":3}])") == "unknown key at 10");
    CHECK(outcome<json, rich>(R"(["rich",{"root":{"value":1,"value":2}}])") == "duplicate key at 27");
}

TEST_CASE("the lenient codec reads over unknown keys, within the same grammar and limits") {
    point p{};
    CHECK(
        told(read<json_lenient>(
            R"(["point",{"a":[1,-2.5e3,{"b":"\u00e4"}],"x":1,"c":null,"d":true,"y":2,"e":false,"f":{},"g":[]}])",
            p)) == "ok");
    CHECK(p == point{1, 2, {}});
    auto const skipped = [](std::string const& value) {
        return outcome<json_lenient, point>("[\"point\",{\"x\":1,\"y\":2,\"q\":" + value + "}]");
    };
    CHECK(skipped("[1,{\"a\":[]}]") == "ok");
    CHECK(skipped("tru") == "malformed message at 26");
    CHECK(skipped("[1,]") == "malformed message at 29");
    CHECK(skipped("{\"a\" 1}") == "malformed message at 31");
    CHECK(skipped("{1:2}") == "malformed message at 27");
    CHECK(skipped("01") == "malformed message at 27");
    CHECK(skipped("NaN") == "NaN or infinity at 26");
    CHECK(skipped("\"\\ud800\"") == "text is not valid UTF-8 at 27");
    CHECK(skipped("\"\xff\"") == "text is not valid UTF-8 at 27");
    CHECK(skipped(std::string(62, '[') + std::string(62, ']')) == "ok");
    CHECK(skipped(std::string(63, '[') + std::string(63, ']')) == "nested too deeply at 88");
    CHECK(outcome<json_lenient, point>(R"(["point",{"x":1,"q":2,"x":3,"y":4}])") == "duplicate key at 22");
    CHECK(outcome<json_lenient, point>(R"(["point",{"q":2,"x":3}])") == "missing field at 21");
    CHECK(outcome<json_lenient, holder<none>>(R"(["m",{"q":[{}]}])") == "ok");
    CHECK(outcome<json, holder<none>>(R"(["m",{"q":[{}]}])") == "unknown key at 6");
}

TEST_CASE("the layout triple reads any split between positions and names") {
    point p{};
    for (std::string const split :
         {R"([1,2,3],{})", R"([1,2],{"z":3})", R"([1],{"z":3,"y":2})", R"([],{"y":2,"x":1,"z":3})"}) {
        p = {};
        CHECK(told(read<json_triple>("[\"point\"," + split + "]", p)) == "ok");
        CHECK(p == point{1, 2, 3});
    }
    CHECK(told(read<json_triple>(R"(["point" , [ 1 , 2 ] , { } ])", p)) == "ok");
    CHECK(p == point{1, 2, {}});
    CHECK(outcome<json_triple, point>(R"(["point",[1],{"x":1,"y":2}])") == "duplicate key at 14");
    CHECK(outcome<json_triple, point>(R"(["point",[1,2,3,4],{}])") == "wrong number of elements at 16");
    CHECK(outcome<json_triple, point>(R"(["point",[1],{}])") == "missing field at 14");
    CHECK(outcome<json_triple, point>(R"(["point",[1,2]])") == "wrong number of elements at 14");
    CHECK(outcome<json_triple, point>(R"(["point",[1,2],{},1])") == "wrong number of elements at 17");
    CHECK(outcome<json_triple, point>(R"(["point",{},{}])") == "value of the wrong type at 9");
    CHECK(outcome<json_triple, point>(R"(["point",[1,2],null])") == "value of the wrong type at 15");
    CHECK(outcome<json_triple, point>(R"(["point",[1,2],{"q":1}])") == "unknown key at 16");
    CHECK(outcome<json_triple, stop>(R"(["stop",[1],{}])") == "wrong number of elements at 9");
}

TEST_CASE("a value of another type than the field is refused where it starts") {
    std::string const wrong = "value of the wrong type at 0";
    for (std::string const value : {"1", "-1", "\"x\"", "[1]", "{\"x\":1}", "true", "null"}) {
        char const c = value[0];
        if (c != '1' && c != '-') CHECK(refusal_of<int>(value) == wrong);
        if (c != '1' && c != '-') CHECK(refusal_of<double>(value) == wrong);
        if (c != 't') CHECK(refusal_of<bool>(value) == wrong);
        if (c != '"') CHECK(refusal_of<std::string>(value) == wrong);
        if (c != '"') CHECK(refusal_of<std::string_view>(value) == wrong);
        if (c != '"') CHECK(refusal_of<std::vector<std::byte>>(value) == wrong);
        if (c != '[') CHECK(refusal_of<std::vector<int>>(value) == wrong);
        if (c != '[') CHECK(refusal_of<std::tuple<int>>(value) == wrong);
        if (c != '[') CHECK(refusal_of<std::span<int const>>(value) == wrong);
        if (c != '[') CHECK(refusal_of<std::variant<int, bool>>(value) == wrong);
        if (c != '{') CHECK(refusal_of<std::map<std::string, int>>(value) == wrong);
        if (c != '{') CHECK(refusal_of<point>(value) == wrong);
        if (c != 'n') CHECK(refusal_of<std::monostate>(value) == wrong);
    }
    for (std::string const value : {"x", "'a'", "True", "*", "]"})
        CHECK(refusal_of<int>(value) == "malformed message at 0");
}

TEST_CASE("enums, variants, arrays and tuples are checked for what they allow") {
    CHECK(value_of<color>("2") == color::blue);
    CHECK(value_of<color>("77") == color{77});
    CHECK(value_of<grade>("-5") == grade::low);
    CHECK(refusal_of<grade>("0") == "value out of range at 0");
    CHECK(refusal_of<color>("256") == "value out of range at 0");
    CHECK(refusal_of<color>("1.5") == "value of the wrong type at 0");
    using either = std::variant<std::monostate, int>;
    CHECK(value_of<either>("[1,5]") == either{5});
    CHECK(value_of<either>("[0,null]") == either{});
    CHECK(refusal_of<either>("[2,5]") == "value out of range at 1");
    CHECK(refusal_of<either>("[-1,5]") == "value out of range at 1");
    CHECK(refusal_of<either>("[1]") == "wrong number of elements at 2");
    CHECK(refusal_of<either>("[]") == "wrong number of elements at 1");
    CHECK(refusal_of<either>("[1,2,3]") == "wrong number of elements at 5");
    CHECK(refusal_of<either>("[1,null]") == "value of the wrong type at 3");
    using triple = std::array<int, 3>;
    CHECK(value_of<triple>("[1,2,3]") == triple{1, 2, 3});
    CHECK(refusal_of<triple>("[1,2]") == "wrong number of elements at 4");
    CHECK(refusal_of<triple>("[1,2,3,4]") == "wrong number of elements at 7");
    using row = std::tuple<int, bool>;
    CHECK(value_of<row>("[1,true]") == row{1, true});
    CHECK(refusal_of<row>("[1]") == "wrong number of elements at 2");
    CHECK(refusal_of<row>("[1,true,2]") == "wrong number of elements at 8");
    CHECK(refusal_of<std::tuple<>>("[1]") == "wrong number of elements at 1");
}

TEST_CASE("maps read their keys in one spelling and each once") {
    using by_number = std::map<int, int>;
    CHECK(value_of<by_number>(R"({"-1":1,"0":2,"\u0037":3})") == by_number{{-1, 1}, {0, 2}, {7, 3}});
    for (char const* key : {"01", "+1", "-0", "", "-", "1.0", " 1", "1e2", "x"})
        CHECK(refusal_of<by_number>(std::string{"{\""} + key + "\":1}") == "value of the wrong type at 1");
    CHECK(refusal_of<by_number>(R"({"2147483648":1})") == "value out of range at 1");
    CHECK(refusal_of<std::map<std::uint64_t, int>>(R"({"18446744073709551616":1})") ==
          "value out of range at 1");
    CHECK(refusal_of<std::map<std::uint64_t, int>>(R"({"-1":1})") == "value out of range at 1");
    CHECK(refusal_of<by_number>(R"({"1":1,"1":2})") == "duplicate key at 7");
    CHECK(refusal_of<std::unordered_map<std::string, int>>(R"({"a":1,"b":2,"\u0061":3})") ==
          "duplicate key at 13");
    CHECK(refusal_of<by_number>(R"({"1":1,})") == "malformed message at 7");
    CHECK(refusal_of<by_number>(R"({1:1})") == "malformed message at 1");
    CHECK(value_of<std::unordered_map<std::string, point>>(R"({ "k" : {"x":1,"y":2} })").at("k") ==
          point{1, 2, {}});
}

TEST_CASE("blobs are base64 to the letter") {
    using blob       = std::vector<std::byte>;
    auto const bytes = [](std::string const& text) {
        auto const view = tenon::as_bytes(text);
        return blob{view.begin(), view.end()};
    };
    // RFC 4648 §10.
    std::pair<char const*, char const*> const vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (auto const& [plain, coded] : vectors) {
        CHECK(write<json>(holder<blob>{bytes(plain)}) == std::string{"[\"m\",\""} + coded + "\"]");
        CHECK(value_of<blob>(std::string{"\""} + coded + "\"") == bytes(plain));
    }
    CHECK(value_of<blob>(R"("\/\/\u002b+")") == bytes("\xff\xff\xbe"));
    for (char const* wrong : {"Z", "Zg", "Zg=", "Zm9", "Zg==Zg==", "=", "====", "Zh==", "Zm9=", "Zm 9",
                              "Zm9v\\n", "Zm-_", "Z===", "Zg=v", "=m9v"})
        CHECK(refusal_of<blob>(std::string{"\""} + wrong + "\"") == "malformed message at 0");
    using three = std::array<std::byte, 3>;
    CHECK(value_of<three>(R"("AQID")") == three{std::byte{1}, std::byte{2}, std::byte{3}});
    CHECK(refusal_of<three>(R"("AQI=")") == "wrong number of elements at 0");
    CHECK(refusal_of<three>(R"("AQIDBA==")") == "wrong number of elements at 0");
}

TEST_CASE("borrowed fields refer to the frame where they can and to the codec where they cannot") {
    json              codec;
    exact_frame const frame{
        R"(["m",{"a":"plain","b":"es\u0063aped","c":[1,2.5,-3e2],"d":"Zm9v","e":[],"f":""}])"};
    struct m {
        std::string_view           a, b;
        std::span<double const>    c;
        std::span<std::byte const> d;
        std::span<int const>       e;
        std::span<std::byte const> f;
    } message{};
    static_assert(tenon::detail::borrows<m>());
    CHECK(told(read(codec, frame.view(), message)) == "ok");
    CHECK(message.a == "plain");
    CHECK(tenon::as_bytes(message.a).data() == frame.view().data() + 11);
    CHECK(message.b == "escaped");
    CHECK(std::vector<double>(message.c.begin(), message.c.end()) == std::vector<double>{1, 2.5, -300});
    CHECK(tenon::as_text(message.d) == "foo");
    CHECK(message.e.empty());
    CHECK(message.f.empty());
}

TEST_CASE("what surrounds the data is checked to the last byte") {
    CHECK(outcome<json, ping>("[\"ping\",3]") == "ok");
    CHECK(outcome<json, ping>("") == "message ends too early at 0");
    CHECK(outcome<json, ping>("  ") == "message ends too early at 2");
    CHECK(outcome<json, ping>("[]") == "wrong number of elements at 1");
    CHECK(outcome<json, ping>("]") == "malformed message at 0");
    CHECK(outcome<json, ping>("[\"ping\"]") == "wrong number of elements at 7");
    CHECK(outcome<json, ping>("[\"ping\",3,4]") == "wrong number of elements at 9");
    CHECK(outcome<json, ping>("[\"ping\",]") == "malformed message at 8");
    CHECK(outcome<json, ping>("[\"ping\" 3]") == "malformed message at 8");
    CHECK(outcome<json, ping>("[\"ping\",3") == "message ends too early at 9");
    CHECK(outcome<json, ping>("[\"ping\",3]]") == "bytes after the end of the message at 10");
    CHECK(outcome<json, ping>("[\"ping\",3] x") == "bytes after the end of the message at 11");
    CHECK(outcome<json, ping>("[\"ping\",3] []") == "bytes after the end of the message at 11");
    CHECK(outcome<json, ping>(std::string("[\"ping\",3]\0", 11)) ==
          "bytes after the end of the message at 10");
    CHECK(outcome<json, ping>("[\"ping\",3}") == "malformed message at 9");
    CHECK(outcome<json, ping>("[3,\"ping\"]") == "value of the wrong type at 1");
    CHECK(outcome<json, ping>("{\"ping\":3}") == "value of the wrong type at 0");
    CHECK(outcome<json, ping>("\"ping\"") == "value of the wrong type at 0");
    CHECK(outcome<json, ping>("\xef\xbb\xbf[\"ping\",3]") == "malformed message at 0");
    CHECK(outcome<json, ping>("[\"ping,3]") == "message ends too early at 9");
    CHECK(outcome<json, stop>("[\"stop\",{}]") == "value of the wrong type at 8");
    CHECK(outcome<json, stop>("[\"stop\"]") == "wrong number of elements at 7");
}

TEST_CASE("a name outside the set is unknown, and one inside gives its index") {
    using set = tenon::message_set<ping, stop, point>;
    json       codec;
    auto const open = [&](std::string_view text) { return codec.open<set>(tenon::as_bytes(text)); };
    CHECK(open(R"(["ping",3])").index == 0);
    CHECK(open(R"(["stop",null])").index == 1);
    CHECK(open(R"( ["\u0070oint",{}])").index == 2);
    CHECK(told(open(R"(["pong",3])").error) == "unknown message at 1");
    CHECK(told(open(R"( [ "",3])").error) == "unknown message at 3");
    CHECK(told(open(R"(["Ping",3])").error) == "unknown message at 1");
    CHECK(told(open(R"(["pingping",3])").error) == "unknown message at 1");
    ping message{};
    CHECK(told(codec.read(open(R"(["pong",3])"), message)) == "unknown message at 1");
}

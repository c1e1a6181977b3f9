// What the MessagePack codecs refuse: with which reason, where, and before memory is asked for.
#include <tenon/codec/msgpack.hpp>

#include "bytes_support.hpp"
#include "catch.hpp"

#include <map>
#include <tuple>

using codec_test::refusal;
using codec_test::written;
using tenon::codec::msgpack;
using tenon::codec::msgpack_lenient;
using tenon::codec::msgpack_triple;

namespace {

template <class T>
struct box {
    T value;
};

/// Why a field of type `T` is not read from these bytes; offsets count from the field.
template <class T>
std::string refused(std::string_view digits, tenon::codec::limits bounds = {}) {
    std::string const text  = refusal<msgpack, box<T>>("92 a3626f78" + std::string{digits}, bounds);
    auto const        comma = text.find(", ");
    if (comma == text.npos) return text;
    return text.substr(0, comma) + ", " + std::to_string(std::stoi(text.substr(comma + 2)) - 5);
}

enum class color : std::uint8_t { red = 1, green = 2 };

struct nothing {};
struct point {
    int                x, y;
    std::optional<int> z;
};
struct tree {
    std::vector<tree> kids;
};
struct wide {
    std::optional<std::array<double, 1000>> numbers;
};

}  // namespace

template <>
struct tenon::traits<color> {
    static constexpr std::array values{color::red, color::green};
};

TEST_CASE("msgpack refuses a frame that is no [type, data]") {
    CHECK(refusal<msgpack, nothing>("") == "message ends too early, 0");
    CHECK(refusal<msgpack, nothing>("92") == "message ends too early, 1");
    CHECK(refusal<msgpack, nothing>("92 a76e6f74") == "message ends too early, 5");
    CHECK(refusal<msgpack, nothing>("92 a76e6f7468696e67") == "message ends too early, 9");
    CHECK(refusal<msgpack, nothing>("91 a76e6f7468696e67") == "wrong number of elements, 0");
    CHECK(refusal<msgpack, nothing>("93 a76e6f7468696e67 c0 c0") == "wrong number of elements, 0");
    CHECK(refusal<msgpack, nothing>("a76e6f7468696e67") == "value of the wrong type, 0");
    CHECK(refusal<msgpack, nothing>("c1") == "malformed message, 0");
    CHECK(refusal<msgpack, nothing>("92 07 c0") == "value of the wrong type, 1");
    CHECK(refusal<msgpack, nothing>("92 c4076e6f7468696e67 c0") == "value of the wrong type, 1");
    CHECK(refusal<msgpack, nothing>("92 a76e6f7468696e68 c0") == "unknown message, 1");
    CHECK(refusal<msgpack, nothing>("92 a76e6f7468696e67 80") == "value of the wrong type, 9");
    CHECK(refusal<msgpack, nothing>("92 a76e6f7468696e67 c0") == "ok");
}

TEST_CASE("msgpack refuses truncated values, at the end of the frame") {
    CHECK(refused<int>("") == "message ends too early, 0");
    CHECK(refused<int>("cd01") == "message ends too early, 2");
    CHECK(refused<double>("cb000000") == "message ends too early, 4");
    CHECK(refused<float>("ca") == "message ends too early, 1");
    CHECK(refused<std::string>("a361") == "message ends too early, 2");
    CHECK(refused<std::string>("d9") == "message ends too early, 1");
    CHECK(refused<std::vector<std::byte>>("c40200") == "message ends too early, 3");
    CHECK(refused<std::vector<int>>("dc00") == "message ends too early, 2");
    CHECK(refused<std::vector<int>>("9201") == "message ends too early, 2");
    CHECK(refused<std::map<std::string, int>>("81a161") == "message ends too early, 3");
    CHECK(refused<std::optional<int>>("") == "message ends too early, 0");
    CHECK(refused<bool>("") == "message ends too early, 0");
    CHECK(refused<std::variant<int>>("9200") == "message ends too early, 2");
    CHECK(refused<std::monostate>("") == "message ends too early, 0");
}

TEST_CASE("msgpack refuses bytes behind the message") {
    CHECK(refused<int>("0101") == "bytes after the end of the message, 1");
    CHECK(refused<std::string>("a161c0") == "bytes after the end of the message, 2");
}

TEST_CASE("msgpack refuses values of another type") {
    CHECK(refused<int>("c0") == "value of the wrong type, 0");
    CHECK(refused<int>("c3") == "value of the wrong type, 0");
    CHECK(refused<int>("cb3ff0000000000000") == "value of the wrong type, 0");
    CHECK(refused<int>("ca3f800000") == "value of the wrong type, 0");
    CHECK(refused<int>("a131") == "value of the wrong type, 0");
    CHECK(refused<int>("c1") == "malformed message, 0");
    CHECK(refused<double>("a131") == "value of the wrong type, 0");
    CHECK(refused<bool>("01") == "value of the wrong type, 0");
    CHECK(refused<std::string>("c40161") == "value of the wrong type, 0");
    CHECK(refused<std::string>("05") == "value of the wrong type, 0");
    CHECK(refused<std::vector<std::byte>>("a161") == "value of the wrong type, 0");
    CHECK(refused<std::vector<std::byte>>("9101") == "value of the wrong type, 0");
    CHECK(refused<std::vector<int>>("8100c0") == "value of the wrong type, 0");
    CHECK(refused<std::map<std::string, int>>("90") == "value of the wrong type, 0");
    CHECK(refused<std::map<std::string, int>>("810101") == "value of the wrong type, 1");
    CHECK(refused<std::map<int, int>>("81a13101") == "value of the wrong type, 1");
    CHECK(refused<point>("920102") == "value of the wrong type, 0");
    CHECK(refused<std::monostate>("01") == "value of the wrong type, 0");
    // Extensions, such as the timestamp (-1), are no value of any field.
    CHECK(refused<int>("d6ff00000000") == "value of the wrong type, 0");
    CHECK(refused<std::string>("c70105 61") == "value of the wrong type, 0");
}

TEST_CASE("msgpack refuses numbers out of range") {
    CHECK(refused<std::uint8_t>("cd0100") == "value out of range, 0");
    CHECK(refused<std::uint8_t>("ff") == "value out of range, 0");
    CHECK(refused<std::uint64_t>("ff") == "value out of range, 0");
    CHECK(refused<std::int8_t>("cc80") == "value out of range, 0");
    CHECK(refused<std::int8_t>("d1ff7f") == "value out of range, 0");
    CHECK(refused<std::int32_t>("ce80000000") == "value out of range, 0");
    CHECK(refused<std::int64_t>("cf8000000000000000") == "value out of range, 0");
    CHECK(refused<float>("cb7fefffffffffffff") == "value out of range, 0");
    CHECK(refused<float>("cb47efffffe0000000") == "ok");  // the largest float
    CHECK(refused<color>("03") == "value out of range, 0");
    CHECK(refused<color>("cd0101") == "value out of range, 0");
    CHECK(refused<std::variant<int, bool>>("9202c0") == "value out of range, 1");
    CHECK(refused<std::variant<int, bool>>("92ffc0") == "value out of range, 1");
    CHECK(refused<std::variant<int, bool>>("92ce00010000c0") == "value out of range, 1");
}

TEST_CASE("msgpack refuses lists of the wrong length") {
    CHECK(refused<std::array<int, 2>>("9101") == "wrong number of elements, 0");
    CHECK(refused<std::array<int, 2>>("93010203") == "wrong number of elements, 0");
    CHECK(refused<std::pair<int, bool>>("9101") == "wrong number of elements, 0");
    CHECK(refused<std::tuple<>>("9101") == "wrong number of elements, 0");
    CHECK(refused<std::array<std::byte, 2>>("c40100") == "wrong number of elements, 0");
    CHECK(refused<std::variant<int, bool>>("9100") == "wrong number of elements, 0");
}

TEST_CASE("msgpack refuses unknown, doubled and missing fields") {
    CHECK(refused<point>("82a17801a17902") == "ok");
    CHECK(refused<point>("83a17801a17902a17103") == "unknown key, 7");
    CHECK(refused<point>("83a17801a17902a17903") == "duplicate key, 7");
    CHECK(refused<point>("82a17801a17802") == "duplicate key, 4");
    CHECK(refused<point>("81a17801") == "missing field, 4");
    CHECK(refused<point>("80") == "missing field, 1");
    CHECK(refused<point>("820101a17902") == "value of the wrong type, 1");
    CHECK(refused<nothing>("81a17801") == "unknown key, 1");
    CHECK(refused<std::map<std::string, int>>("82a16101a16102") == "duplicate key, 4");
    CHECK(refused<std::map<int, int>>("820101cc0102") == "duplicate key, 3");

    point                    m{};
    auto const               frame = codec_test::unhex("92a5706f696e7481a17801");
    tenon::codec_error const error = codec_test::read<msgpack>(frame, m);
    CHECK(describe(error) == "missing field at byte 11: expected the field y");
}

TEST_CASE("msgpack_triple refuses what is given twice, too much and too little") {
    std::string const head = "93 a5706f696e74 ";
    CHECK(refusal<msgpack_triple, point>(head + "930102c0 80") == "ok");
    CHECK(refusal<msgpack_triple, point>(head + "9401020304 80") == "wrong number of elements, 7");
    CHECK(refusal<msgpack_triple, point>(head + "920102 81a17801") == "duplicate key, 11");
    CHECK(refusal<msgpack_triple, point>(head + "9101 80") == "missing field, 10");
    CHECK(refusal<msgpack_triple, point>(head + "9101 81a17105") == "unknown key, 10");
    CHECK(refusal<msgpack_triple, point>(head + "920102 c0") == "value of the wrong type, 10");
    CHECK(refusal<msgpack_triple, point>(head + "c0 80") == "value of the wrong type, 7");
    CHECK(refusal<msgpack_triple, point>("92 a5706f696e74 920102") == "wrong number of elements, 0");
    CHECK(refusal<msgpack_triple, nothing>("93 a76e6f7468696e67 90 80") == "ok");
    CHECK(refusal<msgpack_triple, nothing>("93 a76e6f7468696e67 9101 80") == "wrong number of elements, 9");
    CHECK(refusal<msgpack_triple, nothing>("93 a76e6f7468696e67 90 80 00") ==
          "bytes after the end of the message, 11");
}

TEST_CASE("msgpack refuses what is no UTF-8, both ways") {
    CHECK(refused<std::string>("a361ff61") == "text is not valid UTF-8, 2");
    CHECK(refused<std::string_view>("a2c080") == "text is not valid UTF-8, 1");
    CHECK(refused<std::map<std::string, int>>("81a18001") == "text is not valid UTF-8, 2");
    CHECK(written<msgpack>(box<std::string>{"a\xff"}) ==
          "text is not valid UTF-8 at byte 5: expected text in UTF-8");
    CHECK(written<msgpack>(box<color>{color{3}}).starts_with("value out of range at byte 5"));
}

// hazards.md: "bound, before they allocate: ..."

TEST_CASE("bound: depth in msgpack, the outer array included") {
    auto const nested = [](int levels) {  // arrays of trees, which are maps
        std::string text;
        for (int i = 1; i < levels; ++i) text += "9181a46b696473";
        return text + "90";
    };
    CHECK(refused<std::vector<tree>>(nested(32)) == "ok");
    CHECK(refused<std::vector<tree>>(nested(33)).starts_with("nested too deeply"));
    CHECK(refused<std::vector<tree>>(nested(100000)).starts_with("nested too deeply"));
    tenon::codec::limits flat;
    flat.max_depth = 1;
    CHECK(refused<int>("05", flat) == "ok");
    CHECK(refused<std::vector<int>>("90", flat) == "nested too deeply, 0");
    flat.max_depth = 0;
    CHECK(refused<int>("05", flat) == "nested too deeply, -5");
}

TEST_CASE("bound: depth in msgpack while skipping") {
    auto const skipped = [](std::size_t levels, char const* header) {
        std::string text = "92 a5706f696e74 83a17801a17902a171";
        for (std::size_t i = 0; i < levels; ++i) text += header;
        return refusal<msgpack_lenient, point>(text + "c0");
    };
    CHECK(skipped(62, "91") == "ok");
    CHECK(skipped(63, "91") == "nested too deeply, 78");
    CHECK(skipped(62, "8101") == "ok");
    CHECK(skipped(63, "8101") == "nested too deeply, 140");
    CHECK(skipped(1000000, "91") == "nested too deeply, 78");
}

TEST_CASE("bound: a length against what is left in msgpack") {
    CHECK(refused<std::string>("dbffffffff61") == "message ends too early, 6");
    CHECK(refused<std::string_view>("dbffffffff61") == "message ends too early, 6");
    CHECK(refused<std::vector<std::byte>>("c6ffffffff00") == "message ends too early, 6");
    CHECK(refusal<msgpack_lenient, nothing>("92 dbffffffff00") == "message ends too early, 7");
    CHECK(refusal<msgpack_lenient, point>("92 a5706f696e74 81 a171 c9ffffffff0500") ==
          "message ends too early, 17");
    CHECK(refusal<msgpack_lenient, point>("92 a5706f696e74 81 a171 ddffffffff05") ==
          "message ends too early, 16");
}

TEST_CASE("bound: a count times the minimum size in msgpack, five bytes that claim 96 GB") {
    CHECK(refused<std::vector<std::array<double, 3>>>("ddffffffff") == "message ends too early, 5");
    CHECK(refused<std::vector<std::string>>("ddffffffff") == "message ends too early, 5");
    CHECK(refused<std::vector<nothing>>("ddffffffff") == "message ends too early, 5");
    CHECK(refused<std::span<double const>>("ddffffffff") == "message ends too early, 5");
    CHECK(refused<std::map<std::string, int>>("dfffffffff") == "message ends too early, 5");
    // A point takes seven bytes at least: its map, two keys, two numbers.
    CHECK(refused<std::vector<point>>("92 82a17801a17902 82a17801a179") == "message ends too early, 14");
}

TEST_CASE("bound: the total allocation in msgpack, though each count is honest") {
    std::string nils;
    for (int i = 0; i < 65535; ++i) nils += "80";
    CHECK(refused<std::vector<wide>>("dcffff" + nils) == "larger than the limit, 0");
    tenon::codec::limits tight;
    tight.max_allocation = 16;
    CHECK(refused<std::vector<std::uint8_t>>("dc0010" + std::string(32, '0'), tight) == "ok");
    CHECK(refused<std::vector<std::uint8_t>>("dc0011" + std::string(34, '0'), tight) ==
          "larger than the limit, 0");
    CHECK(refused<std::span<std::uint32_t const>>("9401010101", tight) == "ok");
    CHECK(refused<std::span<std::uint32_t const>>("950101010101", tight) == "larger than the limit, 0");
    CHECK(refused<std::map<int, int>>("810101", tight) == "larger than the limit, 0");
    CHECK(refused<std::pair<std::string, std::string>>("92a86161616161616161a86161616161616161", tight) ==
          "ok");
    CHECK(refused<std::pair<std::string, std::string>>("92a86161616161616161a9616161616161616161", tight) ==
          "larger than the limit, 10");
}

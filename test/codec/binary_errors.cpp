// What the binary codec refuses: with which reason, where, and before memory is asked for.
#include <tenon/codec/binary.hpp>

#include "bytes_support.hpp"
#include "catch.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

using codec_test::refusal;
using codec_test::unhex;
using codec_test::written;
using tenon::codec::binary;

namespace {

template <class T>
struct box {
    T value;
};

/// Why a field of type `T` is not read from these bytes; offsets count from behind the id.
template <class T>
std::string refused(std::string_view digits, tenon::codec::limits bounds = {}) {
    std::uint32_t const id = tenon::message_id<box<T>>;
    tenon::bytes_view const id_bytes{reinterpret_cast<std::byte const*>(&id), 4};
    std::string const text = refusal<binary, box<T>>(codec_test::hex(id_bytes) + std::string{digits}, bounds);
    auto const              comma = text.find(", ");
    if (comma == text.npos) return text;
    return text.substr(0, comma) + ", " + std::to_string(std::stoi(text.substr(comma + 2)) - 4);
}

enum class color : std::uint8_t { red = 1, green = 2 };
enum class onoff : bool { off, on };

struct nothing {};
struct tree {
    std::vector<tree> kids;
};
struct wide {
    std::optional<std::array<double, 1000>> numbers;
};
struct pair {
    bool        first;
    std::string second;
};
struct mixed {
    std::string                                 text;
    std::vector<double>                         numbers;
    std::optional<std::string>                  note;
    std::array<std::string, 2>                  two;
    std::tuple<std::string, bool>               both;
    std::variant<std::vector<std::string>, int> choice;
    std::map<int, std::string>                  names;
    pair                                        last;
};

}  // namespace

template <>
struct tenon::traits<color> {
    static constexpr std::array values{color::red, color::green};
};

TEST_CASE("binary refuses a frame without a whole id") {
    CHECK(refusal<binary, nothing>("") == "message ends too early, 0");
    CHECK(refusal<binary, nothing>("7aabc2") == "message ends too early, 3");
    CHECK(refusal<binary, nothing>("00000000") == "unknown message, 0");
}

TEST_CASE("binary refuses truncated values, at the end of the frame") {
    CHECK(refused<bool>("") == "message ends too early, 0");
    CHECK(refused<std::uint32_t>("010203") == "message ends too early, 3");
    CHECK(refused<std::string>("0100") == "message ends too early, 2");
    CHECK(refused<std::string>("03000000 6162") == "message ends too early, 6");
    CHECK(refused<std::vector<double>>("01000000 00") == "message ends too early, 5");
    CHECK(refused<std::optional<int>>("") == "message ends too early, 0");
    CHECK(refused<std::optional<int>>("01 000000") == "message ends too early, 4");
    CHECK(refused<std::variant<int, bool>>("") == "message ends too early, 0");
    CHECK(refused<std::map<std::string, int>>("01000000 00000000 000000") == "message ends too early, 11");
    CHECK(refused<pair>("01") == "message ends too early, 1");
}

TEST_CASE("binary refuses a message that ends in any of its fields, at the end of the frame") {
    mixed const message{"text", {1, 2}, "note", {"a", "bc"}, {"d", true}, std::vector<std::string>{"e", ""}, {{1, "f"}},
                        {true, "g"}};
    tenon::buffer whole;
    CHECK(!binary{}.write(message, whole));
    for (std::size_t size = 4; size < whole.size(); ++size) {
        // On the heap and exactly as long, so that a sanitizer sees a read beyond the end.
        std::vector<std::byte> const frame{whole.data(), whole.data() + size};
        mixed                        read{};
        tenon::codec_error const     error = codec_test::read<binary>(frame, read);
        CHECK(error.code == tenon::errc::truncated);
        CHECK(error.offset == size);
    }
    mixed read{};
    CHECK(!codec_test::read<binary>(whole.view(), read));
    CHECK(written<binary>(read) == written<binary>(message));
}

TEST_CASE("binary refuses bytes behind the message") {
    CHECK(refused<bool>("01 00") == "bytes after the end of the message, 1");
    CHECK(refused<std::string>("01000000 61 61") == "bytes after the end of the message, 5");
    CHECK(refused<nothing>("00") == "bytes after the end of the message, 0");
}

TEST_CASE("binary refuses values out of range") {
    CHECK(refused<bool>("02") == "value out of range, 0");
    CHECK(refused<bool>("ff") == "value out of range, 0");
    CHECK(refused<onoff>("02") == "value out of range, 0");
    CHECK(refused<onoff>("01") == "ok");
    CHECK(refused<color>("03") == "value out of range, 0");
    CHECK(refused<color>("02") == "ok");
    CHECK(refused<std::vector<color>>("03000000 01 02 00") == "value out of range, 6");
    CHECK(refused<std::vector<bool>>("02000000 01 02") == "value out of range, 5");
    CHECK(refused<std::optional<bool>>("02 00") == "value out of range, 0");
    CHECK(refused<std::variant<int, bool>>("02 00") == "value out of range, 0");
    CHECK(refused<std::variant<int, bool>>("01 02") == "value out of range, 1");
}

TEST_CASE("binary refuses what is no UTF-8, both ways") {
    CHECK(refused<std::string>("03000000 61 ff 61") == "text is not valid UTF-8, 5");
    CHECK(refused<std::string_view>("02000000 c0 80") == "text is not valid UTF-8, 4");
    CHECK(refused<std::map<std::string, bool>>("01000000 01000000 80 01") == "text is not valid UTF-8, 8");
    CHECK(written<binary>(box<std::string>{"a\xff"}) ==
          "text is not valid UTF-8 at byte 4: expected text in UTF-8");
    CHECK(written<binary>(pair{true, "\xed\xa0\x80"}) ==
          "text is not valid UTF-8 at byte 5: expected text in UTF-8");
}

TEST_CASE("binary does not write an enum value that its traits do not list") {
    CHECK(written<binary>(box<color>{color{3}}).starts_with("value out of range at byte 4"));
    CHECK(written<binary>(box<color>{color{2}}).size() == 10);
}

TEST_CASE("binary refuses duplicate keys") {
    CHECK(refused<std::map<std::uint8_t, bool>>("02000000 01 00 02 01") == "ok");
    CHECK(refused<std::map<std::uint8_t, bool>>("02000000 01 00 01 01") == "duplicate key, 6");
}

// hazards.md: "bound, before they allocate: ..."

TEST_CASE("bound: depth in binary") {
    // Each level is a count of one; the last is empty.
    auto const nested = [](int levels) {
        std::string text;
        for (int i = 1; i < levels; ++i) text += "01000000";
        return text + "00000000";
    };
    CHECK(refused<tree>(nested(64)) == "ok");
    CHECK(refused<tree>(nested(65)) == "nested too deeply, 256");
    CHECK(refused<tree>(nested(100000)) == "nested too deeply, 256");
    tenon::codec::limits shallow;
    shallow.max_depth = 2;
    CHECK(refused<tree>(nested(2), shallow) == "ok");
    CHECK(refused<tree>(nested(3), shallow) == "nested too deeply, 8");
}

TEST_CASE("bound: a length against what is left in binary") {
    CHECK(refused<std::string>("ffffffff 61") == "message ends too early, 5");
    CHECK(refused<std::string_view>("ffffffff 61") == "message ends too early, 5");
    CHECK(refused<std::vector<std::byte>>("ffffffff 61") == "message ends too early, 5");
}

TEST_CASE("bound: a count times the minimum size in binary, five bytes that claim 96 GB") {
    CHECK(refused<std::vector<std::array<double, 3>>>("ffffffff 00") == "message ends too early, 5");
    CHECK(refused<std::vector<std::string>>("02000000 00000000 000000") == "message ends too early, 11");
    CHECK(refused<std::map<std::string, bool>>("ffffffff 00") == "message ends too early, 5");
    CHECK(refused<std::span<double const>>("ffffffff 00") == "message ends too early, 5");
}

TEST_CASE("bound: the total allocation in binary, though each count is honest") {
    // Each element takes one byte here and eight thousand in memory.
    CHECK(refused<std::vector<wide>>("02000000 00 00") == "ok");
    std::string const claim = "00000100" + std::string(2 * 65536, '0');
    CHECK(refused<std::vector<wide>>(claim) == "larger than the limit, 0");
    tenon::codec::limits tight;
    tight.max_allocation = 16;
    CHECK(refused<std::vector<std::uint8_t>>("10000000" + std::string(32, '0'), tight) == "ok");
    CHECK(refused<std::vector<std::uint8_t>>("11000000" + std::string(34, '0'), tight) ==
          "larger than the limit, 0");
    // The total counts, not each one.
    CHECK(refused<std::pair<std::string, std::string>>("08000000" + std::string(16, '0') + "08000000" +
                                                           std::string(16, '0'), tight) == "ok");
    CHECK(refused<std::pair<std::string, std::string>>(
              "08000000" + std::string(16, '0') + "09000000" + std::string(18, '0'), tight) ==
          "larger than the limit, 12");
}

TEST_CASE("bound: the allocation in binary does not depend on what the object held") {
    tenon::codec::limits tight;
    tight.max_allocation = 4;
    using message        = box<std::vector<std::uint8_t>>;
    auto const frame     = unhex(written<binary>(message{{1, 2, 3, 4, 5}}));
    message    fresh{}, used{std::vector<std::uint8_t>(100)};
    CHECK(codec_test::read<binary>(frame, fresh, tight).code == tenon::errc::too_large);
    CHECK(codec_test::read<binary>(frame, used, tight).code == tenon::errc::too_large);
}

TEST_CASE("bound: elements of no size in binary") {
    CHECK(refused<std::vector<nothing>>("03000000") == "ok");
    CHECK(refused<std::vector<nothing>>("ffffffff") == "larger than the limit, 0");
    CHECK(refused<std::vector<std::monostate>>("ffffffff") == "larger than the limit, 0");
    CHECK(refused<std::vector<std::array<int, 0>>>("ffffffff") == "larger than the limit, 0");
}

// What the tests of the JSON codec share: messages of every field kind, and short ways to write and read.
#pragma once

#include <tenon/codec/json.hpp>
#include <tenon/message/set.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace json_test {

using tenon::codec_error;
using tenon::errc;
using tenon::codec::json;
using tenon::codec::json_lenient;
using tenon::codec::json_triple;

struct ping {
    int         count;
    friend bool operator==(ping const&, ping const&) = default;
};
struct stop {
    friend bool operator==(stop const&, stop const&) = default;
};
struct point {
    int                x;
    int                y;
    std::optional<int> z;
    friend bool        operator==(point const&, point const&) = default;
};

enum class color : std::uint8_t { red, green, blue };
enum class grade : int { low = -5, high = 7 };

struct numbers {
    bool          yes;
    char          c;
    std::int8_t   i8;
    std::uint8_t  u8;
    std::int16_t  i16;
    std::uint16_t u16;
    std::int32_t  i32;
    std::uint32_t u32;
    std::int64_t  i64;
    std::uint64_t u64;
    float         f;
    double        d;
    friend bool   operator==(numbers const&, numbers const&) = default;
};

struct none {
    friend bool operator==(none const&, none const&) = default;
};

struct tree {
    int               value;
    std::vector<tree> children;
    friend bool       operator==(tree const&, tree const&) = default;
};

struct rich {
    std::string                                           text;
    color                                                 hue;
    std::optional<std::string>                            note;
    std::vector<point>                                    points;
    std::vector<bool>                                     flags;
    std::array<double, 2>                                 pair;
    std::map<std::string, int>                            by_name;
    std::map<std::int16_t, std::string>                   by_number;
    std::variant<std::monostate, int, std::string, point> either;
    std::tuple<int, std::string, bool>                    three;
    std::pair<std::uint8_t, double>                       two;
    std::vector<std::byte>                                blob;
    std::array<std::byte, 3>                              rgb;
    std::chrono::milliseconds                             delay;
    std::chrono::duration<double>                         seconds;
    none                                                  nothing;
    tree                                                  root;
    friend bool                                           operator==(rich const&, rich const&) = default;
};

inline rich rich_example() {
    rich r{};
    r.text      = "say \"hi\"\\\n\t\x01 \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80/";
    r.hue       = color::blue;
    r.note      = "n";
    r.points    = {{1, -2, 3}, {4, 5, {}}};
    r.flags     = {true, false, true};
    r.pair      = {0.1, -1e300};
    r.by_name   = {{"", 0}, {"a\"b", 1}};
    r.by_number = {{-32768, "min"}, {0, "zero"}};
    r.either    = point{7, 8, 9};
    r.three     = {-1, "t", true};
    r.two       = {255, 2.5};
    r.blob      = {std::byte{0}, std::byte{255}};
    r.rgb       = {std::byte{1}, std::byte{2}, std::byte{3}};
    r.delay     = std::chrono::milliseconds{-5};
    r.seconds   = std::chrono::duration<double>{1.5};
    r.root      = {1, {{2, {}}, {3, {{4, {}}}}}};
    return r;
}

inline std::string const rich_data =
    "{\"text\":\"say \\\"hi\\\"\\\\\\n\\t\\u0001 "
    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80/\",\"hue\":2,\"note\":\"n\","
    "\"points\":[{\"x\":1,\"y\":-2,\"z\":3},{\"x\":4,\"y\":5,\"z\":null}],\"flags\":[true,false,true],"
    "\"pair\":[0.1,-1e+300],\"by_name\":{\"\":0,\"a\\\"b\":1},\"by_number\":{\"-32768\":\"min\",\"0\":"
    "\"zero\"},"
    "\"either\":[3,{\"x\":7,\"y\":8,\"z\":9}],\"three\":[-1,\"t\",true],\"two\":[255,2.5],\"blob\":\"AP8=\","
    "\"rgb\":\"AQID\",\"delay\":-5,\"seconds\":1.5,\"nothing\":{},"
    "\"root\":{\"value\":1,\"children\":[{\"value\":2,\"children\":[]},"
    "{\"value\":3,\"children\":[{\"value\":4,\"children\":[]}]}]}}";

/// A copy of the text on the heap and exactly as long, so that a sanitizer sees any read beyond it.
class exact_frame {
public:
    explicit exact_frame(std::string_view text) : size_{text.size()}, bytes_{new std::byte[text.size()]} {
        if (size_ != 0) std::memcpy(bytes_.get(), text.data(), size_);
    }
    [[nodiscard]] tenon::bytes_view view() const { return {bytes_.get(), size_}; }

private:
    std::size_t                  size_;
    std::unique_ptr<std::byte[]> bytes_;
};

template <class Codec, class M>
std::string write(Codec& codec, M const& message) {
    tenon::buffer     out;
    codec_error const error = codec.write(message, out);
    return error ? "error: " + describe(error) : std::string{out.text()};
}
template <class Codec, class M>
std::string write(M const& message) {
    Codec codec;
    return write(codec, message);
}

/// Opens and reads `text` as an `M`, and returns the first error.
template <class M, class Codec>
codec_error read(Codec& codec, tenon::bytes_view frame, M& message) {
    auto const opened = codec.template open<tenon::message_set<M>>(frame);
    return opened.error ? opened.error : codec.read(opened, message);
}
template <class Codec, class M>
codec_error read(std::string_view text, M& message) {
    exact_frame const frame{text};
    Codec             codec;
    return read(codec, frame.view(), message);
}

/// "ok", or the code's words and the offset.
inline std::string told(codec_error const& error) {
    return error ? std::string{describe(error.code)} + " at " + std::to_string(error.offset) : "ok";
}
template <class Codec, class M>
std::string outcome(std::string_view text) {
    M message{};
    return told(read<Codec>(text, message));
}

template <class T>
struct holder {
    T value;
};

}  // namespace json_test

template <>
struct tenon::traits<json_test::grade> {
    static constexpr std::array<json_test::grade, 2> values = {json_test::grade::low, json_test::grade::high};
};

template <class T>
struct tenon::traits<json_test::holder<T>> {
    static constexpr std::string_view                name   = "m";
    static constexpr std::array<std::string_view, 1> fields = {"value"};
};

// The messages that the codec laws are tried on: every kind of field, with values at its edges.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>
#include <tenon/message/set.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::testing {

/// What a codec can carry. All of Tenon's own can carry everything; say so if yours leaves something out:
/// `check_codec<my_codec, codec_abilities{.blobs = false}>()`. The laws are then tried without it.
struct codec_abilities {
    bool blobs        = true;  ///< `std::vector<std::byte>`, `std::array<std::byte, N>`
    bool borrowed     = true;  ///< `std::string_view`, `std::span`
    bool durations    = true;  ///< `std::chrono::duration`
    bool integer_keys = true;  ///< `std::map<int, T>`; those with string keys are always tried
    bool tuples       = true;  ///< `std::pair`, `std::tuple`
    bool variants     = true;  ///< `std::variant`, `std::monostate`
    bool exact_64_bit = true;  ///< Integers beyond 2^53 keep all their digits.
};

}  // namespace tenon::testing

namespace tenon::testing::laws {

enum class level : std::int16_t { low = -32768, none = 0, high = 32767 };
enum class shade : std::uint8_t { light = 1, dark = 7 };

struct point {
    std::int32_t x, y;
};
struct label {
    std::string           text;
    std::optional<double> weight;
};

struct law_nothing {};
struct law_single {
    std::int32_t number;
};
struct law_numbers {
    bool          flag;
    std::int8_t   i8;
    std::uint8_t  u8;
    std::int16_t  i16;
    std::uint16_t u16;
    std::int32_t  i32;
    std::uint32_t u32;
    std::int64_t  i64;
    std::uint64_t u64;
    float         f32;
    double        f64;
};
struct law_enums {
    level any;
    shade listed;
};
struct law_texts {
    std::string first, second;
};
struct law_lists {
    std::vector<std::int32_t>              numbers;
    std::vector<double>                    reals;
    std::vector<std::string>               texts;
    std::vector<bool>                      flags;
    std::vector<std::vector<std::uint8_t>> rows;
    std::array<std::int16_t, 3>            three;
};
struct law_optionals {
    std::optional<std::int32_t> number;
    std::optional<std::string>  text;
    bool                        always;
};
struct law_nested {
    point              at;
    std::vector<point> path;
    std::vector<label> labels;
};
struct law_maps {
    std::map<std::string, std::int32_t> numbers;
    std::map<std::string, label>        labels;
};
struct law_integer_keys {
    std::map<std::int32_t, std::string> below;
    std::map<std::uint64_t, bool>       above;
};
struct law_variants {
    std::variant<std::int32_t, std::string, label> one;
    std::variant<std::monostate, bool>             perhaps;
};
struct law_tuples {
    std::pair<std::int32_t, std::string>         two;
    std::tuple<bool, double, std::optional<int>> three;
};
struct law_blobs {
    std::vector<std::byte>    bytes;
    std::array<std::byte, 4> four;
};
struct law_durations {
    std::chrono::milliseconds     wait;
    std::chrono::duration<double> seconds;
};
struct law_borrowed {
    std::string_view             text;
    std::span<double const>      reals;
    std::span<std::int16_t const> numbers;
};
struct law_borrowed_bytes {
    std::uint8_t                before;
    std::span<std::byte const> bytes;
};
struct law_large {
    std::string                text;
    std::vector<std::uint64_t> numbers;
};

// One message as three peers define it: what they send does not fit the first, unless it happens to.
struct law_narrow {
    std::int8_t  number;
    std::uint8_t natural;
    float        real;
};
struct law_wide {
    std::int64_t number;
    std::int64_t natural;
    double       real;
};
struct law_wordy {
    std::string number;
    bool        natural;
    std::string real;
};

/// Belongs to no set: frames of it are of an unknown message.
struct law_stranger {
    std::int32_t number;
    std::string  text;
};

}  // namespace tenon::testing::laws

/// The values of `shade` that may travel.
template <>
struct tenon::traits<tenon::testing::laws::shade> {
    static constexpr std::array values{tenon::testing::laws::shade::light, tenon::testing::laws::shade::dark};
};

template <>
struct tenon::traits<tenon::testing::laws::law_wide> {
    static constexpr std::string_view name = "law_narrow";
};
template <>
struct tenon::traits<tenon::testing::laws::law_wordy> {
    static constexpr std::string_view name = "law_narrow";
};

namespace tenon::testing::laws {

template <bool Wanted, class... Ms>
using messages_if = std::conditional_t<Wanted, tenon::detail::type_list<Ms...>, tenon::detail::type_list<>>;

template <class... Lists>
struct joined;
template <class... As>
struct joined<tenon::detail::type_list<As...>> {
    using type = message_set<As...>;
};
template <class... As, class... Bs, class... Rest>
struct joined<tenon::detail::type_list<As...>, tenon::detail::type_list<Bs...>, Rest...>
    : joined<tenon::detail::type_list<As..., Bs...>, Rest...> {};

/// All messages that a codec of these abilities can carry, in one set.
template <codec_abilities Can>
using set_for =
    typename joined<tenon::detail::type_list<law_nothing, law_single, law_numbers, law_enums, law_texts,
                                             law_lists, law_optionals, law_nested, law_maps, law_large>,
                    messages_if<Can.integer_keys, law_integer_keys>, messages_if<Can.variants, law_variants>,
                    messages_if<Can.tuples, law_tuples>, messages_if<Can.blobs, law_blobs>,
                    messages_if<Can.durations, law_durations>, messages_if<Can.borrowed, law_borrowed>,
                    messages_if<(Can.borrowed && Can.blobs), law_borrowed_bytes>>::type;

/// All sorts of valid UTF-8, what formats escape included.
inline std::vector<std::string> texts() {
    using namespace std::string_literals;
    return {""s, "a"s, "a text"s, "\"quoted\" \\ / \b\f\n\r\t"s, "\0nul\x01\x1f\x7f"s, "\xc2\x80 \xdf\xbf"s,
            "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"s, "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"s,
            "null"s, "12345678\xe2\x82\xac"s, std::string(300, 'x')};
}

/// What is no UTF-8 (RFC 3629): continuation and end missing, overlong, surrogate, too high, never a byte.
inline std::vector<std::string> bad_texts() {
    return {"\x80", "\xff", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xe2\x82",
            "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x98"};
}

template <class T>
inline constexpr T least = std::numeric_limits<T>::lowest();
template <class T>
inline constexpr T most = std::numeric_limits<T>::max();

inline std::vector<law_nothing> samples(tenon::detail::type_tag<law_nothing>, codec_abilities) { return {{}}; }
inline std::vector<law_single> samples(tenon::detail::type_tag<law_single>, codec_abilities) {
    return {{0}, {1}, {-1}, {127}, {128}, {-32}, {-33}, {most<std::int32_t>}, {least<std::int32_t>}};
}
inline std::vector<law_numbers> samples(tenon::detail::type_tag<law_numbers>, codec_abilities can) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;

    std::int64_t const  low  = can.exact_64_bit ? least<std::int64_t> : -exact;
    std::int64_t const  high = can.exact_64_bit ? most<std::int64_t> : exact;
    std::uint64_t const top  = can.exact_64_bit ? most<std::uint64_t> : std::uint64_t{exact};
    return {
        {},
        {true, -128, 255, -32768, 65535, least<std::int32_t>, most<std::uint32_t>, low, top, -1.5f, 0.1},
        {false, 127, 128, 32767, 256, most<std::int32_t>, 65536, high, 1, most<float>, most<double>},
        {true, -33, 127, -129, 32768, -32769, 1, -(exact - 1), std::uint64_t{exact} - 1, least<float>, 1e300},
        {true, -1, 1, -1, 1, -1, 1, -1, 1, std::numeric_limits<float>::denorm_min(),
         std::numeric_limits<double>::denorm_min()},
        {true, 1, 2, 3, 4, 5, 6, 7, 8, -0.0f, -0.0},
        {true, 1, 2, 3, 4, 5, 6, 7, 8, 16777216.0f, 9007199254740993.0},
    };
}
inline std::vector<law_enums> samples(tenon::detail::type_tag<law_enums>, codec_abilities) {
    return {{level::none, shade::light}, {level::low, shade::dark}, {level{300}, shade::light}};
}
inline std::vector<law_texts> samples(tenon::detail::type_tag<law_texts>, codec_abilities) {
    std::vector<law_texts> all;
    for (auto const& text : texts()) {
        all.push_back({text, "second"});
        all.push_back({"first", text});
    }
    return all;
}
inline std::vector<law_lists> samples(tenon::detail::type_tag<law_lists>, codec_abilities) {
    return {
        {},
        {{1, -2, 70000},
         {0.5, -1e-9, 3},
         {"one", "", "three"},
         {true, false, true},
         {{1}, {}, {2, 255}},
         {-1, 0, 300}},
        {{5}, {}, {"another, a longer one than fits into a small string"}, {false}, {{}}, {1, 2, 3}},
        {std::vector<std::int32_t>(16, -1),
         {7},
         std::vector<std::string>(17, "x"),
         std::vector<bool>(40, true),
         {},
         {}},
    };
}
inline std::vector<law_optionals> samples(tenon::detail::type_tag<law_optionals>, codec_abilities) {
    return {{}, {7, "text", true}, {std::nullopt, "", false}, {-1, std::nullopt, true}};
}
inline std::vector<law_nested> samples(tenon::detail::type_tag<law_nested>, codec_abilities) {
    return {{}, {{1, -2}, {{3, 4}, {5, 6}}, {{"a", 1.5}, {"", {}}}}, {{-1, 0}, {}, {{"only", 0.25}}}};
}
inline std::vector<law_maps> samples(tenon::detail::type_tag<law_maps>, codec_abilities) {
    return {{}, {{{"one", 1}, {"", 2}, {"\xc3\xa9 \"", -3}}, {{"x", {"y", 2.5}}}}, {{{"two", 2}}, {}}};
}
inline std::vector<law_integer_keys> samples(tenon::detail::type_tag<law_integer_keys>, codec_abilities can) {
    std::uint64_t const top = can.exact_64_bit ? most<std::uint64_t> : 1;
    return {{}, {{{least<std::int32_t>, "low"}, {0, ""}, {200, "high"}}, {{0, false}, {top, true}}}};
}
inline std::vector<law_variants> samples(tenon::detail::type_tag<law_variants>, codec_abilities) {
    return {{}, {"text", true}, {label{"l", 2.0}, false}, {-5, std::monostate{}}, {"", true}};
}
inline std::vector<law_tuples> samples(tenon::detail::type_tag<law_tuples>, codec_abilities) {
    return {{}, {{1, "one"}, {true, 0.5, 3}}, {{-1, ""}, {false, -2, std::nullopt}}};
}
inline std::vector<law_blobs> samples(tenon::detail::type_tag<law_blobs>, codec_abilities) {
    std::vector<law_blobs> all{{}};
    for (std::size_t size : {1u, 2u, 3u, 4u, 255u, 256u}) {
        law_blobs blobs{};
        for (std::size_t i = 0; i < size; ++i) blobs.bytes.push_back(static_cast<std::byte>(i * 37 + size));
        blobs.four = {std::byte{0}, std::byte{0xff}, static_cast<std::byte>(size), std::byte{0x80}};
        all.push_back(blobs);
    }
    return all;
}
inline std::vector<law_durations> samples(tenon::detail::type_tag<law_durations>, codec_abilities) {
    using namespace std::chrono_literals;
    using seconds = std::chrono::duration<double>;
    return {{}, {1500ms, seconds{0.25}}, {-1ms, seconds{-1e-9}}};
}
inline std::vector<law_borrowed> samples(tenon::detail::type_tag<law_borrowed>, codec_abilities) {
    static constexpr std::array<double, 3>       reals{1, -0.5, 1e300};
    static constexpr std::array<std::int16_t, 4> numbers{0, -1, 32767, -32768};
    return {{},
            {"borrowed", reals, numbers},
            {"a \"quoted\"\n\xe2\x82\xac text", {}, numbers},
            {"odd", reals, {}}};
}
inline std::vector<law_borrowed_bytes> samples(tenon::detail::type_tag<law_borrowed_bytes>, codec_abilities) {
    static constexpr std::array<std::byte, 3> bytes{std::byte{0}, std::byte{200}, std::byte{7}};
    return {{}, {1, bytes}};
}
inline std::vector<law_large> samples(tenon::detail::type_tag<law_large>, codec_abilities) {
    // The lengths at which headers of formats grow.
    return {{std::string(31, 'a'), std::vector<std::uint64_t>(15, 1)},
            {std::string(32, 'b'), std::vector<std::uint64_t>(16, 300)},
            {std::string(65535, 'c'), std::vector<std::uint64_t>(65535, 70000)},
            {std::string(65536, 'd'), std::vector<std::uint64_t>(65536, std::uint64_t{1} << 40)}};
}

}  // namespace tenon::testing::laws

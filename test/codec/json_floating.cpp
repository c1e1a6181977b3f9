// Our own conversions of floating-point numbers give what the standard library's give, bit for bit.
#include <tenon/codec/json/parse_floating.hpp>
#include <tenon/codec/json/print_floating.hpp>

#include "catch.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace json = tenon::codec::detail::json;

namespace {

template <class T>
std::string printed(T value) {
    char        text[json::max_floating];
    char* const end = json::print_floating(text, value);
    return {text, end};
}
template <class T>
std::string by_library(T value) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// Reads `text` as if more of a message followed.
template <class T>
T parsed(std::string const& text, T other = T{-1}) {
    std::string const message = text + ",1]";
    auto const [end, code]    = json::parse_floating(message.data(), message.data() + message.size(), other);
    bool const good           = code == tenon::errc::ok && end == message.data() + text.size();
    return good ? other : std::numeric_limits<T>::quiet_NaN();
}
template <class T>
T parsed_by_library(std::string const& text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

template <class T>
bool same_bits(T a, T b) {
    using bits = typename json::float_layout<T>::bits;
    return std::bit_cast<bits>(a) == std::bit_cast<bits>(b);
}

/// The first value that is not printed and read as the library does, in words; empty if there is none.
template <class T, class Next>
std::string first_difference(int count, Next next) {
    for (int n = 0; n < count; ++n) {
        T const value = next();
        if (!std::isfinite(value)) continue;
        std::string const ours = printed(value), theirs = by_library(value);
        if (ours != theirs) return "printed " + ours + " instead of " + theirs;
        if (!same_bits(parsed<T>(ours), value)) return "not read back: " + ours;
    }
    return {};
}

class random_bits {
public:
    std::uint64_t next() noexcept {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }

private:
    std::uint64_t state_ = 88172645463325252u;
};

}  // namespace

TEST_CASE("floating-point numbers of all bits are printed as the standard library prints them") {
    random_bits bits;
    CHECK(first_difference<double>(100000, [&] { return std::bit_cast<double>(bits.next()); }) == "");
    CHECK(first_difference<float>(100000, [&] {
              return std::bit_cast<float>(static_cast<std::uint32_t>(bits.next()));
          }) == "");
}

TEST_CASE("numbers of every magnitude, with few digits and with many, are printed as the standard library does") {
    random_bits bits;
    auto const  scaled = [&](auto zero) {
        using type    = decltype(zero);
        auto const n  = bits.next();
        auto const of = static_cast<type>(n >> (n & 63));
        return static_cast<type>(std::ldexp(of, static_cast<int>(bits.next() % 200) - 140));
    };
    CHECK(first_difference<double>(200000, [&] { return scaled(0.0); }) == "");
    CHECK(first_difference<float>(100000, [&] { return scaled(0.0f); }) == "");
    auto const short_text = [&] {
        auto const digits = static_cast<double>(bits.next() % 1000000);
        return digits / std::pow(10.0, static_cast<double>(bits.next() % 12));
    };
    CHECK(first_difference<double>(100000, short_text) == "");
    CHECK(first_difference<float>(100000, [&] { return static_cast<float>(short_text()); }) == "");
}

TEST_CASE("powers of two and ten and their neighbours are printed as the standard library prints them") {
    auto const around = [](auto zero, auto value) {
        using type = decltype(zero);
        for (type const base : {static_cast<type>(value), -static_cast<type>(value)})
            for (type const each : {base, std::nextafter(base, type{0}), std::nextafter(base, base * 2)})
                if (auto const what = first_difference<type>(1, [&] { return each; }); what != "") return what;
        return std::string{};
    };
    for (int power = -160; power <= 120; ++power) {
        CHECK(around(0.0, std::ldexp(1.0, power)) == "");
        CHECK(around(0.0f, std::ldexp(1.0f, power)) == "");
    }
    for (int power = -30; power <= 30; ++power) {
        CHECK(around(0.0, std::pow(10.0, power)) == "");
        CHECK(around(0.0f, std::pow(10.0f, static_cast<float>(power))) == "");
        CHECK(around(0.0, 5.0 * std::pow(10.0, power)) == "");
    }
}

TEST_CASE("eight digits are written and read for every number that has them") {
    for (std::uint32_t number = 0; number < 100'000'000; number += 9973) {
        char text[9] = {};
        json::put_eight_digits(text, number);
        text[8]            = ']';
        std::uint64_t back = 0;
        REQUIRE(json::read_digits(text, text + 9, back) == text + 8);
        REQUIRE(back == number);
    }
}

TEST_CASE("a byte next to the digits ends a number, wherever it stands") {
    for (int wrong = 0; wrong < 256; ++wrong) {
        auto const c = static_cast<char>(wrong);
        if (json::is_digit(c)) continue;
        for (std::size_t place = 0; place < 16; ++place) {
            std::string text(17, '7');
            text[place]          = c;
            text[16]             = ']';
            std::uint64_t number = 0;
            REQUIRE(json::read_digits(text.data(), text.data() + text.size(), number) == text.data() + place);
        }
    }
}

TEST_CASE("texts of up to 19 digits and every exponent are read as the standard library reads them") {
    random_bits bits;
    int         different = 0;
    for (int n = 0; n < 200000; ++n) {
        auto const  size = 1 + bits.next() % 21;
        std::string text(1, static_cast<char>('1' + bits.next() % 9));
        while (text.size() < size) text += static_cast<char>('0' + bits.next() % 10);
        if (size > 1 && n % 2 == 0) text.insert(1 + bits.next() % (size - 1), ".");
        if (n % 3 == 0) text += 'e' + std::to_string(static_cast<int>(bits.next() % 60) - 35);
        if (n % 5 == 0) text.insert(0, "-");
        different += !same_bits(parsed<double>(text), parsed_by_library<double>(text));
        if (std::isfinite(parsed_by_library<float>(text)) && parsed_by_library<float>(text) != 0)
            different += !same_bits(parsed<float>(text), parsed_by_library<float>(text));
    }
    CHECK(different == 0);
}

TEST_CASE("a text halfway between two numbers is read as the even one") {
    random_bits bits;
    int         different = 0;
    for (int n = 0; n < 50000; ++n) {
        // 2^53 to 2^54 + an odd integer: exactly between two doubles.
        std::uint64_t const odd = (std::uint64_t{1} << 53 | bits.next() >> 11) | 1;
        for (std::uint64_t const number : {odd - 1, odd, odd + 1, odd * 16, odd * 16 + 1}) {
            std::string const text = std::to_string(number);
            different += !same_bits(parsed<double>(text), static_cast<double>(number));
            std::string const small = text.substr(0, 1) + '.' + text.substr(1) + "e" + std::to_string(text.size() - 1);
            different += !same_bits(parsed<double>(small), static_cast<double>(number));
        }
    }
    CHECK(different == 0);
}

TEST_CASE("zeros before and behind the digits change nothing") {
    CHECK(same_bits(parsed<double>("0.000000000000000000000000012345678901234567"), 1.2345678901234567e-26));
    CHECK(same_bits(parsed<double>("123456789012345678.0e0"), 123456789012345678.0));
    CHECK(same_bits(parsed<double>("0.0"), 0.0));
    CHECK(same_bits(parsed<double>("-0.000e-25"), -0.0));
    CHECK(same_bits(parsed<double>("0e27"), 0.0));
    CHECK(same_bits(parsed<float>("0.1000000000000000055"), 0.1f));
}

TEST_CASE("many digits before the point count, also where their value is a multiple of 2 to the 64") {
    for (std::string const whole : {"18446744073709551616", "36893488147419103232", "-18446744073709551616",
                                    "184467440737095516160", "340282366920938463463374607431768211456"})
        for (std::string const rest : {".0", ".000000", ".5", ".0000000001", ".25e3", ".0e-5"}) {
            std::string const text = whole + rest;
            CHECK(same_bits(parsed<double>(text), parsed_by_library<double>(text)));
            if (whole.size() < 30) CHECK(same_bits(parsed<float>(text), parsed_by_library<float>(text)));
        }
}

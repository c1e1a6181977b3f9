// nlohmann-json as an independent judge: it reads what we write, and we read what it writes.
#include "catch.hpp"
#include "json_helper.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <random>

using namespace json_test;
using judge = nlohmann::json;

namespace {

// Random values of every kind, the same on every machine (only the engine is used, no distribution).
class source {
public:
    std::uint64_t bits() { return random_(); }
    std::size_t   below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }

    template <class T>
    T integer() {
        // Of every magnitude, the ends among them.
        switch (below(8)) {
            case 0:
                return std::numeric_limits<T>::min();
            case 1:
                return std::numeric_limits<T>::max();
            default:
                return static_cast<T>(static_cast<T>(bits()) >> below(sizeof(T) * 8));
        }
    }
    double real() {
        switch (below(4)) {
            case 0:
                return static_cast<double>(integer<std::int32_t>()) / 100;
            case 1:
                return static_cast<double>(integer<std::int16_t>());
            default:
                break;
        }
        for (;;) {
            std::uint64_t const pattern = bits();
            double              value;
            std::memcpy(&value, &pattern, sizeof value);
            if (std::isfinite(value)) return value;
        }
    }
    std::string text() {
        static constexpr char32_t ends[] = {0x20, 0x80, 0x800, 0xd800, 0x10000, 0x110000};
        std::string               made;
        for (std::size_t i = below(24); i != 0; --i) {
            auto point = static_cast<std::int32_t>(below(4) == 0 ? bits() % ends[below(6)] : bits() % 0x80);
            if (point >= 0xd800 && point < 0xe000) point = '"';
            char bytes[4];
            made.append(bytes, tenon::codec::detail::json::put_utf8(bytes, point));
        }
        return made;
    }
    point make_point() {
        point p{integer<int>(), integer<int>(), {}};
        if (below(2) != 0) p.z = integer<int>();
        return p;
    }
    tree make_tree(std::size_t depth) {
        tree t{integer<int>(), {}};
        for (std::size_t i = depth == 0 ? 0 : below(3); i != 0; --i)
            t.children.push_back(make_tree(depth - 1));
        return t;
    }
    rich make_rich() {
        rich r{};
        r.text = text();
        r.hue  = static_cast<color>(below(3));
        if (below(2) != 0) r.note = text();
        for (std::size_t i = below(4); i != 0; --i) r.points.push_back(make_point());
        for (std::size_t i = below(9); i != 0; --i) r.flags.push_back(below(2) != 0);
        r.pair = {real(), real()};
        for (std::size_t i = below(4); i != 0; --i) r.by_name[text()] = integer<int>();
        for (std::size_t i = below(4); i != 0; --i) r.by_number[integer<std::int16_t>()] = text();
        switch (below(4)) {
            case 0:
                r.either = integer<int>();
                break;
            case 1:
                r.either = text();
                break;
            case 2:
                r.either = make_point();
                break;
            default:
                break;
        }
        r.three = {integer<int>(), text(), below(2) != 0};
        r.two   = {integer<std::uint8_t>(), real()};
        for (std::size_t i = below(9); i != 0; --i) r.blob.push_back(static_cast<std::byte>(bits()));
        r.rgb     = {std::byte{1}, static_cast<std::byte>(bits()), std::byte{0}};
        r.delay   = std::chrono::milliseconds{integer<std::int64_t>()};
        r.seconds = std::chrono::duration<double>{real()};
        r.root    = make_tree(3);
        return r;
    }
    numbers make_numbers() {
        return {below(2) != 0, integer<char>(), integer<std::int8_t>(), integer<std::uint8_t>(),
                integer<std::int16_t>(), integer<std::uint16_t>(), integer<std::int32_t>(),
                integer<std::uint32_t>(), integer<std::int64_t>(), integer<std::uint64_t>(),
                // The judge reads a float's shortest text as a double; of these few digits it makes the same.
                static_cast<float>(integer<std::int16_t>()) / 4, real()};
    }

private:
    std::mt19937_64 random_{4711};
};

judge as_judge_sees(point const& p) { return {{"x", p.x}, {"y", p.y}, {"z", p.z ? judge(*p.z) : judge()}}; }
judge as_judge_sees(tree const& t) {
    judge children = judge::array();
    for (tree const& child : t.children) children.push_back(as_judge_sees(child));
    return {{"value", t.value}, {"children", children}};
}
judge as_judge_sees(numbers const& n) {
    return {{"yes", n.yes}, {"c", static_cast<int>(n.c)},
            {"i8", n.i8},   {"u8", n.u8},
            {"i16", n.i16}, {"u16", n.u16},
            {"i32", n.i32}, {"u32", n.u32},
            {"i64", n.i64}, {"u64", n.u64},
            {"f", n.f},     {"d", n.d}};
}
// Everything but the blobs, which nlohmann-json knows nothing of; those stand in as text.
judge as_judge_sees(rich const& r, std::string const& blob, std::string const& rgb) {
    judge points = judge::array(), by_name = judge::object(), by_number = judge::object();
    for (point const& p : r.points) points.push_back(as_judge_sees(p));
    for (auto const& [key, value] : r.by_name) by_name[key] = value;
    for (auto const& [key, value] : r.by_number) by_number[std::to_string(key)] = value;
    judge const either = r.either.index() == 0   ? judge()
                         : r.either.index() == 1 ? judge(std::get<1>(r.either))
                         : r.either.index() == 2 ? judge(std::get<2>(r.either))
                                                 : as_judge_sees(std::get<3>(r.either));
    return {{"text", r.text},
            {"hue", static_cast<int>(r.hue)},
            {"note", r.note ? judge(*r.note) : judge()},
            {"points", points},
            {"flags", r.flags},
            {"pair", r.pair},
            {"by_name", by_name},
            {"by_number", by_number},
            {"either", judge::array({r.either.index(), either})},
            {"three", judge::array({std::get<0>(r.three), std::get<1>(r.three), std::get<2>(r.three)})},
            {"two", judge::array({r.two.first, r.two.second})},
            {"blob", blob},
            {"rgb", rgb},
            {"delay", r.delay.count()},
            {"seconds", r.seconds.count()},
            {"nothing", judge::object()},
            {"root", as_judge_sees(r.root)}};
}

// Our own base64 text, cut out of what we wrote; that it is right is tested with the vectors of RFC 4648.
std::string field_of(judge const& written, char const* name) { return written[1][name].get<std::string>(); }

template <class M>
bool reads_back(judge const& document, M const& expected) {
    for (std::string const& text : {document.dump(), document.dump(-1, ' ', true), document.dump(2)}) {
        M message{};
        if (read<json>(text, message) || !(message == expected)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("an independent reader finds in our text what we wrote, and we read its text the same") {
    source      random;
    std::size_t wrong = 0;
    for (int round = 0; round < 2'000; ++round) {
        rich const  message  = random.make_rich();
        judge const written  = judge::parse(write<json>(message));
        judge const expected = judge::array(
            {"rich", as_judge_sees(message, field_of(written, "blob"), field_of(written, "rgb"))});
        wrong += written != expected;
        wrong += !reads_back(expected, message);

        numbers const figures = random.make_numbers();
        judge const   counted = judge::array({"numbers", as_judge_sees(figures)});
        wrong += judge::parse(write<json>(figures)) != counted;
        wrong += !reads_back(counted, figures);
    }
    CHECK(wrong == 0);
}

TEST_CASE("an independent reader finds all arguments by position in the layout triple") {
    source      random;
    std::size_t wrong = 0;
    for (int round = 0; round < 500; ++round) {
        point const p = random.make_point();
        judge const expected =
            judge::array({"point", judge::array({p.x, p.y, p.z ? judge(*p.z) : judge()}), judge::object()});
        wrong += judge::parse(write<json_triple>(p)) != expected;
        point message{};
        wrong += read<json_triple>(expected.dump(), message) || !(message == p);
    }
    CHECK(wrong == 0);
}

TEST_CASE("doubles and floats of every size go through text unharmed") {
    std::mt19937_64 random{99};
    std::size_t     wrong = 0;
    for (int round = 0; round < 50'000; ++round) {
        std::uint64_t const pattern = random();
        double              d;
        float               f;
        std::memcpy(&d, &pattern, sizeof d);
        std::memcpy(&f, &pattern, sizeof f);
        if (round % 3 == 0) d = std::floor(std::fmod(d, 1e16)) / 1024;
        if (round % 3 == 1)
            d = static_cast<double>(static_cast<std::int64_t>(pattern) >> (pattern & 63)) / 1000;
        if (std::isfinite(d)) {
            holder<double>    message{};
            std::string const text = write<json>(holder<double>{d});
            wrong +=
                read<json>(text, message) || message.value != d || judge::parse(text)[1].get<double>() != d;
        }
        if (std::isfinite(f)) {
            holder<float> message{};
            wrong += read<json>(write<json>(holder<float>{f}), message) || message.value != f;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("decimal texts of every length are read to the same double as by an independent reader") {
    std::mt19937_64 random{5};
    std::size_t     wrong = 0;
    for (int round = 0; round < 50'000; ++round) {
        std::string text = random() % 2 == 0 ? "-" : "";
        text += static_cast<char>('1' + random() % 9);
        for (std::size_t i = random() % 22; i != 0; --i) text += static_cast<char>('0' + random() % 10);
        if (random() % 2 == 0) {
            text += '.';
            for (std::size_t i = random() % 22 + 1; i != 0; --i)
                text += static_cast<char>('0' + random() % 10);
        }
        if (random() % 2 == 0) text += "e" + std::to_string(static_cast<int>(random() % 500) - 250);
        holder<double> message{};
        wrong += static_cast<bool>(read<json>("[\"m\"," + text + "]", message));
        wrong += message.value != std::strtod(text.c_str(), nullptr);
    }
    CHECK(wrong == 0);
}

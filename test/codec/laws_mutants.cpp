// Codecs with one defect each: the conformance suite has to see through all of them, and to name the law.
#include <tenon/codec/binary.hpp>
#include <tenon/codec/msgpack.hpp>
#include <tenon/testing/codec_laws.hpp>

#include "catch.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using tenon::bytes_view;
using tenon::codec_error;
using tenon::errc;
using tenon::field_kind;

/// A good codec, to be derived from. Its size is not told, so that only `write` counts.
template <class Base>
struct good {
    using policy_kind                      = tenon::kind::codec;
    static constexpr std::string_view name = "good";

    Base base;

    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        return base.write(m, out);
    }
    template <class Set>
    auto open(bytes_view frame) {
        return base.template open<Set>(frame);
    }
    template <class Opened, class M>
    codec_error read(Opened const& opened, M& m) {
        return base.read(opened, m);
    }
};

using binary  = tenon::codec::binary;
using msgpack = tenon::codec::msgpack;

/// Takes what follows the message for part of it.
struct ignores_trailing_bytes : good<msgpack> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        return error.code == errc::trailing_bytes ? codec_error{} : error;
    }
};

/// Takes a message that is cut off for a whole one.
struct accepts_truncated_frames : good<binary> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        return error.code == errc::truncated ? codec_error{} : error;
    }
};

/// Does not empty an optional that is absent in the frame.
struct leaves_optionals_from_before : good<msgpack> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        M const           before = m;
        codec_error const error  = base.read(opened, m);
        tenon::apply_fields(m, [&](auto&... now) {
            tenon::apply_fields(before, [&](auto const&... old) { (keep(now, old), ...); });
        });
        return error;
    }
    template <class Field>
    static void keep(Field& now, Field const& old) {
        if constexpr (tenon::kind_of<Field> == field_kind::optional)
            if (!now && old) now = old;
    }
};

/// Appends to a list what it held before.
struct appends_to_lists : good<binary> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        M const           before = m;
        codec_error const error  = base.read(opened, m);
        tenon::apply_fields(m, [&](auto&... now) {
            tenon::apply_fields(before, [&](auto const&... old) { (keep(now, old), ...); });
        });
        return error;
    }
    template <class Field>
    static void keep(Field& now, Field const& old) {
        if constexpr (tenon::kind_of<Field> == field_kind::sequence)
            now.insert(now.end(), old.begin(), old.end());
    }
};

/// Confuses two neighbours of the set.
struct tells_the_wrong_index : good<binary> {
    template <class Set>
    auto open(bytes_view frame) {
        auto opened = base.open<Set>(frame);
        if (!opened.error && (opened.index ^ 1) < Set::size) opened.index ^= 1;
        return opened;
    }
};

/// Takes a message that it does not know for the first one.
struct knows_every_message : good<binary> {
    template <class Set>
    auto open(bytes_view frame) {
        auto opened = base.open<Set>(frame);
        if (opened.error.code == errc::unknown_message) {
            opened.error = {};
            opened.index = 0;
        }
        return opened;
    }
};

struct throws_on_garbage : good<msgpack> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        if (error.code == errc::malformed) throw std::runtime_error{"garbage"};
        return error;
    }
};

/// Writes from the start of the buffer.
struct overwrites_the_buffer : good<binary> {
    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        out.clear();
        return base.write(m, out);
    }
};

/// Puts a counter behind each frame; reading takes it off again.
struct counts_its_frames : good<msgpack> {
    char count = 0;

    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        codec_error const error = base.write(m, out);
        out.push_back(count++);
        return error;
    }
    template <class Set>
    auto open(bytes_view frame) {
        return base.open<Set>(frame.empty() ? frame : frame.first(frame.size() - 1));
    }
};

/// Writes text without looking at it.
struct writes_any_text : good<binary> {
    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        codec_error const error = base.write(m, out);
        return error.code == errc::bad_utf8 ? codec_error{} : error;
    }
};

/// Reads text without looking at it.
struct reads_any_text : good<msgpack> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        return error.code == errc::bad_utf8 ? codec_error{} : error;
    }
};

/// Passes doubles through float.
struct shortens_doubles : good<binary> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        tenon::apply_fields(m, [](auto&... fields) { (shorten(fields), ...); });
        return error;
    }
    static void shorten(auto&) {}
    static void shorten(double& number) {
        if (number < 1e38 && number > -1e38) number = static_cast<double>(static_cast<float>(number));
    }
};

/// Passes integers through double.
struct rounds_integers : good<binary> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        tenon::apply_fields(m, [](auto&... fields) { (shorten(fields), ...); });
        return error;
    }
    static void shorten(auto&) {}
    static void shorten(std::uint64_t& number) {
        if (number > std::uint64_t{1} << 53) number &= ~std::uint64_t{0xfff};
    }
};

/// Writes infinity as the largest number.
struct makes_infinity_finite : good<binary> {
    template <class M>
    codec_error write(M m, tenon::buffer& out) {
        tenon::apply_fields(m, [](auto&... fields) { (limit(fields), ...); });
        return base.write(m, out);
    }
    static void limit(auto&) {}
    static void limit(double& number) {
        if (number > 1e308 * 1.79) number = 1e308;
    }
};

/// Fails for ever after the first failure.
struct never_recovers : good<msgpack> {
    bool failed = false;

    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        if (failed) return {errc::malformed, 0, nullptr};
        failed = static_cast<bool>(error);
        return error;
    }
};

/// Says that an error lies where the frame no longer is.
struct points_beyond_the_frame : good<binary> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error error = base.read(opened, m);
        if (error) error.offset = opened.frame.size() + 1;
        return error;
    }
};

/// Keeps its state where moving leaves it behind.
struct dies_when_moved : good<binary> {
    bool alive = true;

    dies_when_moved() = default;
    dies_when_moved(dies_when_moved&&) : alive{false} {}
    dies_when_moved& operator=(dies_when_moved&&) { return *this; }

    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        return alive ? base.write(m, out) : codec_error{errc::stopped, 0, nullptr};
    }
};

/// Reads numbers that it does not write.
struct reads_more_than_it_writes : good<msgpack> {
    template <class M>
    codec_error write(M const& m, tenon::buffer& out) {
        if constexpr (std::is_same_v<M, tenon::testing::laws::law_single>)
            if (m.number == 2) return {errc::out_of_range, 0, nullptr};
        return base.write(m, out);
    }
};

/// Reads an enum without looking at its listed values.
struct reads_any_enum : good<msgpack> {
    template <class M>
    codec_error read(auto const& opened, M& m) {
        codec_error const error = base.read(opened, m);
        return error.code == errc::out_of_range ? codec_error{} : error;
    }
};

/// Tells a size that is one too many.
struct miscounts : good<binary> {
    template <class M>
    std::size_t exact_size(M const& m) {
        return base.exact_size(m) + 1;
    }
    template <class M>
    codec_error write_exact(M const& m, std::span<std::byte> frame) {
        return base.write_exact(m, frame.first(frame.size() - 1));
    }
};

/// Has two ways to write.
struct writes_in_two_ways : good<binary> {
    template <class M>
    std::size_t exact_size(M const& m) {
        return base.exact_size(m);
    }
    template <class M>
    codec_error write_exact(M const& m, std::span<std::byte> frame) {
        codec_error const error = base.write_exact(m, frame);
        frame.back() ^= std::byte{1};
        return error;
    }
};

/// True if at least one sentence names the law.
bool names(std::vector<std::string> const& sentences, std::string const& law) {
    for (auto const& one : sentences)
        if (one.starts_with(law + ": ")) return true;
    return false;
}

template <class Codec>
void check_found(std::string const& law) {
    auto const sentences = tenon::testing::check_codec<Codec>();
    std::string all;
    for (auto const& one : sentences) all += one + '\n';
    INFO(all);
    CHECK(names(sentences, law));
}

}  // namespace

TEST_CASE("what the broken codecs are made from is without fault") {
    CHECK(tenon::testing::check_codec<good<binary>>() == std::vector<std::string>{});
}

TEST_CASE("the laws see through a codec with one defect") {
    SECTION("ignores trailing bytes") { check_found<ignores_trailing_bytes>("trailing byte"); }
    SECTION("accepts truncated frames") { check_found<accepts_truncated_frames>("truncation"); }
    SECTION("leaves optionals from before") { check_found<leaves_optionals_from_before>("reuse"); }
    SECTION("appends to lists") { check_found<appends_to_lists>("reuse"); }
    SECTION("tells the wrong index") { check_found<tells_the_wrong_index>("index"); }
    SECTION("knows every message") { check_found<knows_every_message>("unknown message"); }
    SECTION("throws on garbage") { check_found<throws_on_garbage>("no exceptions"); }
    SECTION("overwrites the buffer") { check_found<overwrites_the_buffer>("append"); }
    SECTION("counts its frames") { check_found<counts_its_frames>("determinism"); }
    SECTION("writes any text") { check_found<writes_any_text>("UTF-8"); }
    SECTION("reads any text") { check_found<reads_any_text>("UTF-8"); }
    SECTION("shortens doubles") { check_found<shortens_doubles>("round trip"); }
    SECTION("rounds integers") { check_found<rounds_integers>("round trip"); }
    SECTION("makes infinity finite") { check_found<makes_infinity_finite>("not finite"); }
    SECTION("never recovers") { check_found<never_recovers>("recovery"); }
    SECTION("points beyond the frame") { check_found<points_beyond_the_frame>("offset"); }
    SECTION("dies when moved") { check_found<dies_when_moved>("move"); }
    SECTION("reads more than it writes") { check_found<reads_more_than_it_writes>("stability"); }
    SECTION("reads any enum") { check_found<reads_any_enum>("range"); }
    SECTION("miscounts") { check_found<miscounts>("exact size"); }
    SECTION("writes in two ways") { check_found<writes_in_two_ways>("exact size"); }
}

TEST_CASE("a codec that says what it cannot do is excused from it") {
    using tenon::testing::codec_abilities;
    auto const strict  = tenon::testing::check_codec<rounds_integers>();
    auto const excused =
        tenon::testing::check_codec<rounds_integers, codec_abilities{.exact_64_bit = false}>();
    CHECK_FALSE(strict.empty());
    CHECK(excused == std::vector<std::string>{});
}

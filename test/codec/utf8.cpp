// UTF-8 as RFC 3629 has it: every code point, and everything that only looks like one.
#include <tenon/codec/utf8.hpp>

#include "catch.hpp"

#include <cstdint>
#include <string>
#include <vector>

using tenon::codec::detail::copy_text;
using tenon::codec::detail::is_utf8;
using tenon::codec::detail::utf8_prefix;

namespace {

bool valid(std::string const& text) { return is_utf8(text.data(), text.size()); }

// Encodes without asking whether the code point may be encoded, in as many bytes as told.
std::string encode(std::uint32_t point, int length) {
    auto const tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    switch (length) {
        case 1:
            return {static_cast<char>(point)};
        case 2:
            return {static_cast<char>(0xc0 | point >> 6), tail(0)};
        case 3:
            return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
        default:
            return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
    }
}

int natural_length(std::uint32_t point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

}  // namespace

TEST_CASE("every code point is UTF-8 in its shortest form and no surrogate is") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0; point < 0x110000; ++point) {
        bool const surrogate = point >= 0xd800 && point < 0xe000;
        if (valid(encode(point, natural_length(point))) == surrogate) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("overlong forms and what lies beyond the last code point are no UTF-8") {
    std::size_t accepted = 0;
    for (std::uint32_t point = 0; point < 0x10000; ++point)
        for (int length = natural_length(point) + 1; length <= 4; ++length)
            accepted += valid(encode(point, length));
    for (std::uint32_t point = 0x110000; point < 0x200000; point += 0x101)
        accepted += valid(encode(point, 4));
    CHECK(accepted == 0);
    for (unsigned lead = 0xf8; lead < 0x100; ++lead)
        CHECK(!valid(std::string{static_cast<char>(lead)} + "\x80\x80\x80\x80\x80"));
}

TEST_CASE("a sequence that is cut short is no UTF-8, wherever it stands") {
    for (std::string const& sequence : {encode(0xe4, 2), encode(0x20ac, 3), encode(0x1f600, 4)}) {
        for (std::size_t before = 0; before < 20; ++before) {
            std::string const text = std::string(before, 'a') + sequence;
            CHECK(valid(text));
            CHECK(valid(text + std::string(before, 'b')));
            for (std::size_t cut = 1; cut < sequence.size(); ++cut) {
                std::string const shorter = text.substr(0, text.size() - cut);
                CHECK(!valid(shorter));
                CHECK(utf8_prefix(shorter.data(), shorter.size()) == before);
                CHECK(!valid(shorter + "bbbbbbbbb"));
            }
        }
    }
}

TEST_CASE("a lone continuation byte is found at its offset in texts of every length") {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            // On the heap and exactly as long, so that a sanitizer sees a read beyond the end.
            std::vector<char> text(size, 'x');
            CHECK(is_utf8(text.data(), text.size()));
            text[at] = '\x80';
            CHECK(!is_utf8(text.data(), text.size()));
            CHECK(utf8_prefix(text.data(), text.size()) == at);
        }
    }
}

TEST_CASE("text of every length is copied whole and refused if one byte of it is no UTF-8") {
    for (std::size_t size = 0; size < 70; ++size) {
        // As long as the text, so that a sanitizer sees a write beyond the end.
        std::vector<char> text, copy(size, '-');
        for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(' ' + i));
        CHECK(copy_text(copy.data(), text.data(), size));
        CHECK(copy == text);
        for (std::size_t at = 0; at < size; ++at) {
            std::vector<char> bad = text;
            bad[at]               = '\xff';
            CHECK(!copy_text(copy.data(), bad.data(), size));
        }
    }
    std::string const greek = "\u03b1\u03b2\u03b3";
    std::string       copied(greek.size(), '-');
    CHECK(copy_text(copied.data(), greek.data(), greek.size()));
    CHECK(copied == greek);
}

TEST_CASE("an empty text is UTF-8, also without an address") {
    CHECK(is_utf8(nullptr, 0));
    CHECK(copy_text(nullptr, nullptr, 0));
    CHECK(valid(std::string{}));
}

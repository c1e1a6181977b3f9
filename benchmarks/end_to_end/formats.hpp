// The one-way messages in three formats by hand: the bytes that Tenon's codecs write, and no other spelling of them.
// Each format says how long a message is, writes it, and takes one: it decodes and dispatches, false if it was the last.
#pragma once

#include "messages.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace by_hand {

/// The id, then the load.
struct binary {
    template <class M>
    static constexpr std::size_t size = size_of<M>;

    template <class M>
    static void write(void* to, M const& m) {
        by_hand::write(to, m);
    }
    template <class Sink>
    static bool take(void const* body, std::size_t bytes, Sink& sink) {
        if (bytes < id_size) return true;
        auto const decode = [&]<class M>(M m) {
            if (read(body, bytes, m)) sink.on(m);
            return true;
        };
        switch (id_of(body)) {
            case tenon::message_id<sample_32>: return decode(sample_32{});
            case tenon::message_id<sample_256>: return decode(sample_256{});
            case tenon::message_id<sample_4096>: return decode(sample_4096{});
            case tenon::message_id<last>: return false;
            default: return true;
        }
    }
};

/// `sample_32` and `last` with their names; known by all that is not the load.
template <class Spelling>
struct named {
    template <class M>
    static constexpr std::size_t size = std::is_same_v<M, last>
                                            ? Spelling::last.size()
                                            : Spelling::head.size() + Spelling::load_size + Spelling::tail.size();

    static void write(void* to, sample_32 const& m) {
        auto* const at = static_cast<char*>(to);
        std::memcpy(at, Spelling::head.data(), Spelling::head.size());
        Spelling::write_load(at + Spelling::head.size(), m.load);
        std::memcpy(at + Spelling::head.size() + Spelling::load_size, Spelling::tail.data(), Spelling::tail.size());
    }
    static void write(void* to, last const&) { std::memcpy(to, Spelling::last.data(), Spelling::last.size()); }

    template <class Sink>
    static bool take(void const* body, std::size_t bytes, Sink& sink) {
        std::string_view const text{static_cast<char const*>(body), bytes};
        if (bytes == size<sample_32> && text.starts_with(Spelling::head) && text.ends_with(Spelling::tail)) {
            sample_32 m;
            if (Spelling::read_load(text.data() + Spelling::head.size(), m.load)) sink.on(m);
            return true;
        }
        return text != Spelling::last;
    }
};

using load_32 = decltype(sample_32::load);

struct msgpack_spelling {
    static constexpr std::string_view head{"\x92\xa9sample_32\xc4\x1c", 13};
    static constexpr std::size_t      load_size = sizeof(load_32);
    static constexpr std::string_view tail = "";
    static constexpr std::string_view last{"\x92\xa4last\xc0", 7};

    static void write_load(char* to, load_32 const& load) { std::memcpy(to, load.data(), load_size); }
    static bool read_load(char const* from, load_32& load) { return std::memcpy(load.data(), from, load_size) != nullptr; }
};
using msgpack = named<msgpack_spelling>;

/// The load in base64 (RFC 4648 §4): nine groups of three bytes, and one byte with its padding.
struct json_spelling {
    static constexpr std::string_view head = R"(["sample_32",")";
    static constexpr std::size_t      load_size = 40;
    static constexpr std::string_view tail = R"("])";
    static constexpr std::string_view last = R"(["last",null])";

    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static constexpr auto             values = [] {
        std::array<std::uint8_t, 256> made;
        made.fill(0xff);
        for (std::uint8_t value = 0; value < 64; ++value) made[static_cast<unsigned char>(digits[value])] = value;
        return made;
    }();
    static constexpr std::size_t groups = sizeof(load_32) / 3;
    static_assert(sizeof(load_32) == groups * 3 + 1);

    static void write_load(char* to, load_32 const& load) {
        auto const byte = [&](std::size_t at) { return std::to_integer<std::uint32_t>(load[at]); };
        for (std::size_t group = 0; group < groups; ++group, to += 4) {
            std::uint32_t const bits = byte(3 * group) << 16 | byte(3 * group + 1) << 8 | byte(3 * group + 2);
            for (int i = 0; i < 4; ++i) to[i] = digits[bits >> (18 - 6 * i) & 63];
        }
        to[0] = digits[byte(3 * groups) >> 2];
        to[1] = digits[byte(3 * groups) << 4 & 63];
        to[2] = to[3] = '=';
    }
    static bool read_load(char const* from, load_32& load) {
        auto const    value = [&](int at) { return std::uint32_t{values[static_cast<unsigned char>(from[at])]}; };
        std::uint32_t seen  = 0;
        for (std::size_t group = 0; group < groups; ++group, from += 4) {
            seen |= value(0) | value(1) | value(2) | value(3);
            std::uint32_t const bits = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            for (std::size_t i = 0; i < 3; ++i) load[3 * group + i] = static_cast<std::byte>(bits >> (16 - 8 * i));
        }
        seen |= value(0) | value(1);
        load[3 * groups] = static_cast<std::byte>(value(0) << 2 | value(1) >> 4);
        return seen < 64 && from[2] == '=' && from[3] == '=';
    }
};
using json = named<json_spelling>;

}  // namespace by_hand

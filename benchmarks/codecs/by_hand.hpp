// `struct ping` encoded and decoded as one would by hand, without a library: what there is to be gained.
//
// Each writes into memory that is large enough, without asking how much it takes, and says that something is bad, but
// not what. What is refused is bad, except that msgpack and json know a message only by the bytes that they would write
// themselves: longer forms of the headers, and whitespace, are refused too.
#pragma once

#include <tenon/core/bytes.hpp>

#include "messages.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace benchmark::by_hand {

/// An id of four bytes and the number.
struct binary {
    static constexpr std::string_view name = "binary";
    static constexpr std::uint32_t    id   = 0x50494e47;

    static std::size_t encode(ping const& m, std::byte* to) noexcept {
        std::memcpy(to, &id, sizeof id);
        std::memcpy(to + sizeof id, &m.count, sizeof m.count);
        return sizeof id + sizeof m.count;
    }
    static bool decode(tenon::bytes_view from, ping& m) noexcept {
        std::uint32_t which = 0;
        if (from.size() != sizeof id + sizeof m.count) return false;
        std::memcpy(&which, from.data(), sizeof id);
        std::memcpy(&m.count, from.data() + sizeof id, sizeof m.count);
        return which == id;
    }
};

/// `["ping", n]` as MessagePack: an array of two, a string of four, an integer in its smallest form.
struct msgpack {
    static constexpr std::string_view name = "msgpack";
    static constexpr char             head[7] = "\x92\xa4ping";
    static constexpr std::size_t      before  = sizeof head - 1;

    static std::size_t encode(ping const& m, std::byte* to) noexcept {
        std::memcpy(to, head, before);
        std::byte* const at = to + before;
        auto const       put = [&](unsigned char marker, auto number) {
            at[0] = std::byte{marker};
            for (std::size_t n = 0; n < sizeof number; ++n)
                at[1 + n] = static_cast<std::byte>(number >> (8 * (sizeof number - 1 - n)));
            return before + 1 + sizeof number;
        };
        auto const bits = static_cast<std::uint32_t>(m.count);
        if (m.count >= -32 && m.count < 128) {
            at[0] = static_cast<std::byte>(bits);
            return before + 1;
        }
        if (m.count >= 0) {
            if (m.count < 0x100) return put(0xcc, static_cast<std::uint8_t>(bits));
            if (m.count < 0x10000) return put(0xcd, static_cast<std::uint16_t>(bits));
            return put(0xce, bits);
        }
        if (m.count >= INT8_MIN) return put(0xd0, static_cast<std::uint8_t>(bits));
        if (m.count >= INT16_MIN) return put(0xd1, static_cast<std::uint16_t>(bits));
        return put(0xd2, bits);
    }
    static bool decode(tenon::bytes_view from, ping& m) noexcept {
        if (from.size() <= before || std::memcmp(from.data(), head, before) != 0) return false;
        auto const byte  = [&](std::size_t n) { return std::to_integer<std::uint32_t>(from[before + n]); };
        auto const first = byte(0);
        auto const left  = from.size() - before - 1;
        if (first < 0x80 || first >= 0xe0) return m.count = static_cast<std::int8_t>(first), left == 0;
        std::size_t const size = first == 0xcc || first == 0xd0 ? 1u : first == 0xcd || first == 0xd1 ? 2u : 4u;
        if (left != size || first < 0xcc || first > 0xd2 || first == 0xcf) return false;
        std::uint32_t bits = 0;
        for (std::size_t n = 1; n <= size; ++n) bits = bits << 8 | byte(n);
        if (first == 0xd0) bits = static_cast<std::uint32_t>(std::int32_t{static_cast<std::int8_t>(bits)});
        if (first == 0xd1) bits = static_cast<std::uint32_t>(std::int32_t{static_cast<std::int16_t>(bits)});
        m.count = static_cast<int>(bits);
        return first != 0xce || m.count >= 0;
    }
};

/// `["ping",n]`.
struct json {
    static constexpr std::string_view name = "json";
    static constexpr std::string_view head = "[\"ping\",";

    static std::size_t encode(ping const& m, std::byte* to) noexcept {
        auto* const text = reinterpret_cast<char*>(to);
        std::memcpy(text, head.data(), head.size());
        char* const end = std::to_chars(text + head.size(), text + 32, m.count).ptr;
        *end            = ']';
        return static_cast<std::size_t>(end + 1 - text);
    }
    static bool decode(tenon::bytes_view from, ping& m) noexcept {
        std::string_view const text = tenon::as_text(from);
        if (text.size() <= head.size() || std::memcmp(text.data(), head.data(), head.size()) != 0) return false;
        char const* const number = text.data() + head.size();
        char const* const end    = text.data() + text.size();
        auto const [at, error] = std::from_chars(number, end, m.count);
        // JSON has no leading zeros (RFC 8259 §6), which from_chars reads.
        char const* const first = number + (*number == '-');
        return error == std::errc{} && end - at == 1 && *at == ']' && (*first != '0' || at - first == 1);
    }
};

}  // namespace benchmark::by_hand

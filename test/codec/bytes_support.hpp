// What the tests of the byte formats share: bytes as hex digits, and a codec as two functions.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/codec/limits.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace codec_test {

inline std::string hex(tenon::bytes_view bytes) {
    std::string text;
    for (std::byte const one : bytes) {
        text += "0123456789abcdef"[std::to_integer<unsigned>(one) >> 4];
        text += "0123456789abcdef"[std::to_integer<unsigned>(one) & 15];
    }
    return text;
}

/// Spaces may stand anywhere.
inline std::vector<std::byte> unhex(std::string_view text) {
    std::vector<std::byte> bytes;
    unsigned               high  = 0;
    bool                   whole = true;
    for (char const c : text) {
        if (c == ' ') continue;
        unsigned const digit = static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
        whole                = !whole;
        if (whole) bytes.push_back(static_cast<std::byte>(high << 4 | digit));
        else high = digit;
    }
    return bytes;
}

inline std::string without_spaces(std::string_view text) {
    std::string result;
    for (char const c : text)
        if (c != ' ') result += c;
    return result;
}

/// The frame of `m` as hex digits, or the error as a sentence.
template <class Codec, class M>
std::string written(M const& m) {
    Codec                   codec;
    tenon::buffer           out;
    tenon::codec_error const error = codec.write(m, out);
    return error ? describe(error) : hex(out.view());
}

/// Reads an `M` from `frame` with a codec of its own; what is borrowed must not be looked at afterwards.
template <class Codec, class M>
tenon::codec_error read(tenon::bytes_view frame, M& m, tenon::codec::limits bounds = {}) {
    Codec codec;
    codec.limits      = bounds;
    auto const opened = codec.template open<tenon::message_set<M>>(frame);
    return opened.error ? opened.error : codec.read(opened, m);
}

/// The error of reading an `M` from hex digits as "code at offset", such as "truncated 7", or "ok".
template <class Codec, class M>
std::string refusal(std::string_view text, tenon::codec::limits bounds = {}) {
    M                        m{};
    auto const               frame = unhex(text);
    tenon::codec_error const error = read<Codec>(frame, m, bounds);
    return error ? std::string{describe(error.code)} + ", " + std::to_string(error.offset) : "ok";
}

/// True if `m` has this frame, and is read back from it.
template <class Codec, class M>
bool golden(M const& m, std::string_view text) {
    M          back{};
    auto const frame = unhex(text);
    return written<Codec>(m) == without_spaces(text) && !read<Codec>(frame, back) &&
           written<Codec>(back) == written<Codec>(m);
}

}  // namespace codec_test

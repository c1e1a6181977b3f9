// Who is measured: each subject encodes a message into a buffer that it keeps, and decodes a frame.
#pragma once

#include <tenon/codec/binary.hpp>
#include <tenon/codec/json.hpp>
#include <tenon/codec/msgpack.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/message/set.hpp>

#include "by_hand.hpp"
#include "messages.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace benchmark {

/// One of Tenon's codecs, as the ports use it: a protocol of one message beside the implicit failure.
template <class Codec>
struct ours {
    static constexpr std::string_view format  = Codec::name;
    static constexpr std::string_view subject = "tenon";

    template <class M>
    tenon::bytes_view encode(M const& m) {
        if constexpr (tenon::codec::sized_codec<Codec>) {
            // As into a frame of the transport, which is made in the right size.
            std::byte* const  to   = frame.data();
            std::size_t const size = codec.exact_size(m);
            static_cast<void>(codec.write_exact(m, {to, size}));
            return {to, size};
        } else {
            out.clear();
            static_cast<void>(codec.write(m, out));
            return out.view();
        }
    }
    template <class M>
    bool decode(tenon::bytes_view from, M& m) {
        auto const opened = codec.template open<tenon::message_set<M, tenon::failure>>(from);
        return !opened.error && opened.index == 0 && !codec.read(opened, m);
    }

    Codec                  codec;
    std::vector<std::byte> frame = std::vector<std::byte>(1 << 20);
    tenon::buffer          out;
};

/// The same by hand, for `i` alone.
template <class Format>
struct hand {
    static constexpr std::string_view format  = Format::name;
    static constexpr std::string_view subject = "by hand";

    tenon::bytes_view encode(ping const& m) { return {frame, Format::encode(m, frame)}; }
    bool decode(tenon::bytes_view from, ping& m) { return Format::decode(from, m); }

    std::byte frame[64];
};

}  // namespace benchmark

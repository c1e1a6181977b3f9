// Messages to frames: encoded straight into the outgoing frame where the codec can, and envelopes around them.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace tenon::detail {

/// Makes `frame` one of `size` bytes with unspecified content, in its place where the transport can.
template <class Frame>
void resize(Frame& frame, std::size_t size) {
    if constexpr (requires { frame.reset(size); }) frame.reset(size);
    else frame = Frame(size);
}

/// Sends a copy of the bytes as the next part of a message; by way of `scratch` where the transport sends frames only.
template <class Socket, class Frame>
transport::io send_bytes(Socket& socket, Frame& scratch, bytes_view bytes, bool more) {
    if constexpr (requires { socket.send(bytes, more); }) {
        return socket.send(bytes, more);
    } else {
        scratch = Frame(bytes);
        return socket.send(scratch, more);
    }
}

/// Encodes `m` into `frame`. A codec that knows the size writes into the frame itself; another one writes into
/// `scratch` first, which costs one copy.
template <class Codec, class Frame, class M>
codec_error encode_frame(Codec& codec, buffer& scratch, Frame& frame, M const& m) {
    if constexpr (codec::sized_codec<Codec>) {
        std::size_t const size = codec.exact_size(m);
        resize(frame, size);
        return codec.write_exact(m, std::span<std::byte>{frame.data(), size});
    } else {
        scratch.clear();
        codec_error const error = codec.write(m, scratch);
        if (error) return error;
        resize(frame, scratch.size());
        if (scratch.size() > 0) std::memcpy(frame.data(), scratch.data(), scratch.size());
        return error;
    }
}

/// What stands before the body of a request: the routing ids and correlation ids that have to be given back whole, in
/// order, so that every hop between the peers finds its own (RFC 28/REQREP, "the envelope").
///
/// Holds a limited number of frames in place, so that receiving allocates nothing. A message with more is refused.
template <class Frame, std::size_t MostAttached = 0>
class envelope {
public:
    /// Enough for a dozen of proxies in a row.
    static constexpr std::size_t max_frames = 16;

    void clear() noexcept { size_ = 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool full() const noexcept { return size_ == max_frames; }
    Frame&       operator[](std::size_t i) noexcept { return frames_[i]; }
    Frame const& operator[](std::size_t i) const noexcept { return frames_[i]; }

    /// The place for the next frame; `keep` makes it part of the envelope.
    Frame& next() noexcept { return frames_[size_]; }
    void keep() noexcept { ++size_; }
    /// Takes the last frame off again.
    void drop_last() noexcept { --size_; }

    /// The envelope and one more frame after it, for the body of the answer, and those for its attachments.
    std::span<Frame> with_body(std::size_t attached) noexcept { return {frames_, size_ + 1 + attached}; }
    /// The same as a list of its own; this one is empty then.
    std::vector<Frame> take() {
        std::vector<Frame> taken(size_ + 1);
        for (std::size_t i = 0; i < size_; ++i) taken[i] = std::move(frames_[i]);
        clear();
        return taken;
    }

private:
    Frame       frames_[max_frames + 1 + MostAttached];
    std::size_t size_ = 0;
};

}  // namespace tenon::detail

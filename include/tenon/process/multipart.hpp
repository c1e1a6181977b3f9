// A message as it passes an opaque port: its frames.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace tenon {

/// The frames of one message, in order (zmq_msg_send(3), "multi-part messages").
///
/// It moves but does not copy. The frames stand in place, so that receiving and passing on allocates nothing.
template <class Frame>
class multipart {
public:
    /// A message with more frames is refused: nobody needs so many, and somebody may send as many as he likes.
    static constexpr std::size_t max_frames = 64;

    [[nodiscard]] bool        empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool        full() const noexcept { return size_ == max_frames; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    Frame&       operator[](std::size_t i) noexcept { return frames_[i]; }
    Frame const& operator[](std::size_t i) const noexcept { return frames_[i]; }

    [[nodiscard]] std::span<Frame>       frames() noexcept { return {frames_.data(), size_}; }
    [[nodiscard]] std::span<Frame const> frames() const noexcept { return {frames_.data(), size_}; }

    /// The size of all frames together.
    [[nodiscard]] std::size_t bytes() const noexcept {
        std::size_t sum = 0;
        for (Frame const& each : frames()) sum += each.size();
        return sum;
    }

    /// Adds a frame at the end, to be received or written into; only if not full. Its content is unspecified.
    Frame& add() noexcept { return frames_[size_++]; }
    /// Adds `last` at the end; only if not full.
    void add(Frame last) noexcept { add() = std::move(last); }

    /// Empties it. Small frames keep their content until others take their place; large ones give their memory back.
    void clear() noexcept {
        for (Frame& each : frames())
            if (each.size() > largest_kept) [[unlikely]] each = Frame{};
        size_ = 0;
    }

private:
    static constexpr std::size_t largest_kept = 4096;

    std::array<Frame, max_frames> frames_;
    std::size_t                   size_ = 0;
};

namespace detail {
template <class T>
inline constexpr bool is_multipart = false;
template <class Frame>
inline constexpr bool is_multipart<multipart<Frame>> = true;
}  // namespace detail

/// The message that a handler of an opaque port gets: a `tenon::multipart` of the transport's frames.
template <class T>
concept opaque_message = detail::is_multipart<T>;

}  // namespace tenon

// The frame: one part of a message, as libzmq holds it.
#pragma once

#include <tenon/transport/zmq/native.hpp>

#include <cstring>
#include <new>

namespace tenon::transport::libzmq {

/// One part of a message; owns its bytes.
///
/// Up to 33 bytes stand inside the frame itself and cost no allocation; more are allocated by libzmq.
/// Receiving into the same frame again and again is the cheap way to receive.
/// Errors: making one throws `std::bad_alloc` if memory runs out. Threading: as an ordinary value.
class frame {
public:
    frame() noexcept { zmq_msg_init(&message_); }

    /// A frame of `size` bytes with unspecified content, to be written through `data()`.
    explicit frame(std::size_t size) {
        if (zmq_msg_init_size(&message_, size) != 0) throw std::bad_alloc{};
    }

    /// A copy of the bytes.
    explicit frame(bytes_view bytes) : frame{bytes.size()} { fill(bytes); }

    frame(frame&& other) noexcept : frame{} { zmq_msg_move(&message_, &other.message_); }
    frame& operator=(frame&& other) noexcept {
        if (this != &other) zmq_msg_move(&message_, &other.message_);
        return *this;
    }
    ~frame() { zmq_msg_close(&message_); }

    [[nodiscard]] std::byte*  data() noexcept { return static_cast<std::byte*>(zmq_msg_data(&message_)); }
    [[nodiscard]] std::size_t size() const noexcept { return zmq_msg_size(&message_); }
    [[nodiscard]] bytes_view  view() const noexcept {
        return {static_cast<std::byte const*>(zmq_msg_data(const_cast<zmq_msg_t*>(&message_))), size()};
    }

    /// True if it was received and further parts of the same message follow.
    [[nodiscard]] bool more() const noexcept { return zmq_msg_more(&message_) != 0; }

    /// Makes it a frame of `size` bytes with unspecified content.
    void reset(std::size_t size = 0) { *this = frame{size}; }

    /// Makes it a copy of the bytes, which must not be its own.
    void assign(bytes_view bytes) {
        reset(bytes.size());
        fill(bytes);
    }

    /// Another frame with the same content; large content is shared, not copied, so do not write to it.
    [[nodiscard]] frame clone() const {
        frame copy;
        if (zmq_msg_copy(&copy.message_, const_cast<zmq_msg_t*>(&message_)) != 0) throw std::bad_alloc{};
        return copy;
    }

    /// libzmq's message, for calls that have no name here.
    [[nodiscard]] zmq_msg_t* native_handle() noexcept { return &message_; }

private:
    void fill(bytes_view bytes) noexcept {
        if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
    }

    zmq_msg_t message_;
};

}  // namespace tenon::transport::libzmq

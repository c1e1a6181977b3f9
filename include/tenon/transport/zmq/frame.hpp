// The frame: one part of a message, as libzmq holds it.
#pragma once

#include <tenon/transport/zmq/native.hpp>

#include <climits>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

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
    explicit frame(std::size_t size) : size_{size} {
        if (zmq_msg_init_size(&message_, size) != 0) throw std::bad_alloc{};
    }

    /// A copy of the bytes.
    explicit frame(bytes_view bytes) : frame{bytes.size()} { fill(bytes); }

    /// Refers to the bytes without copying them: zmq_msg_init_data(3). `release(data, hint)` may be called in libzmq's
    /// thread, or by the receiver over inproc; not if this throws.
    frame(bytes_view bytes, void (*release)(void*, void*), void* hint) : size_{bytes.size()} {
        auto* const data = const_cast<std::byte*>(bytes.data());
        if (zmq_msg_init_data(&message_, data, bytes.size(), release, hint) != 0) throw std::bad_alloc{};
    }

    frame(frame&& other) noexcept : frame{} { take(other); }
    frame& operator=(frame&& other) noexcept {
        if (this != &other) take(other);
        return *this;
    }
    ~frame() { zmq_msg_close(&message_); }

    [[nodiscard]] std::byte*  data() noexcept { return static_cast<std::byte*>(zmq_msg_data(&message_)); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bytes_view  view() const noexcept {
        return {static_cast<std::byte const*>(zmq_msg_data(const_cast<zmq_msg_t*>(&message_))), size_};
    }

    /// True if it was received and further parts of the same message follow.
    [[nodiscard]] bool more() const noexcept { return zmq_msg_more(&message_) != 0; }

    /// What libzmq knows of a received message by this name (zmq_msg_gets(3)); empty if it is nothing. Valid as long as
    /// the frame has this content.
    [[nodiscard]] std::string_view property(char const* name) const noexcept {
        char const* const value = zmq_msg_gets(&message_, name);
        return value != nullptr ? std::string_view{value} : std::string_view{};
    }

    /// Makes it a frame of `size` bytes with unspecified content. Cheaper than assigning another one.
    void reset(std::size_t size = 0) {
        zmq_msg_close(&message_);
        size_ = size;
        if (zmq_msg_init_size(&message_, size) == 0) [[likely]] return;
        zmq_msg_init(&message_);
        size_ = 0;
        throw std::bad_alloc{};
    }

    /// Makes it a copy of the bytes, which must not be its own.
    void assign(bytes_view bytes) {
        reset(bytes.size());
        fill(bytes);
    }

    /// Another frame with the same content; large content is shared, not copied, so do not write to it.
    [[nodiscard]] frame clone() const {
        frame copy;
        if (zmq_msg_copy(&copy.message_, const_cast<zmq_msg_t*>(&message_)) != 0) throw std::bad_alloc{};
        copy.size_ = size_;
        return copy;
    }

    /// zmq_msg_send(3), which leaves an empty message if it succeeds, and zmq_msg_recv(3).
    int send(void* to, int flags) noexcept {
        int const sent = zmq_msg_send(&message_, to, flags);
        if (sent >= 0) [[likely]] size_ = 0;
        return sent;
    }
    int receive(void* from, int flags) noexcept {
        int const received = zmq_msg_recv(&message_, from, flags);
        if (received >= 0 && received < INT_MAX) [[likely]] size_ = static_cast<std::size_t>(received);
        else size_ = zmq_msg_size(&message_);
        return received;
    }

private:
    void take(frame& other) noexcept {
        zmq_msg_move(&message_, &other.message_);
        size_ = std::exchange(other.size_, 0);
    }
    void fill(bytes_view bytes) noexcept {
        if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
    }

    zmq_msg_t   message_;
    std::size_t size_ = 0;  ///< What zmq_msg_size(3) would say, for the price of a call.
};

}  // namespace tenon::transport::libzmq

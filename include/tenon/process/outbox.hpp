// Messages that wait in a port because the transport does not take them now.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::detail {

/// A queue of at most `Capacity` messages; memory grows with the longest queue seen.
template <class Frame, std::size_t Capacity>
class outbox {
public:
    struct message {
        std::vector<Frame> frames;
        std::string_view   name;  ///< The wire name, for the observer.
    };

    [[nodiscard]] bool        empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool        full() const noexcept { return size_ == Capacity; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Takes the frames in at the end; only if not full. If memory runs out nothing has changed, the frames included.
    void push(std::span<Frame> parts, std::string_view name) {
        if (size_ == ring_.size()) grow();
        message& place = ring_[(first_ + size_) % ring_.size()];
        place.frames.reserve(parts.size());
        for (Frame& part : parts) place.frames.push_back(std::move(part));
        place.name = name;
        ++size_;
    }

    /// The oldest message; only if not empty.
    message& front() noexcept { return ring_[first_]; }
    void     pop() noexcept {
        ring_[first_].frames.clear();
        first_ = (first_ + 1) % ring_.size();
        --size_;
    }

private:
    void grow() {
        std::size_t const    wish = ring_.size() * 2 + 8;
        std::vector<message> larger(wish < Capacity ? wish : Capacity);
        for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(ring_[(first_ + i) % ring_.size()]);
        ring_.swap(larger);
        first_ = 0;
    }

    std::vector<message> ring_;
    std::size_t          first_ = 0, size_ = 0;
};

}  // namespace tenon::detail

// Buffers that count who gives them back: for tests of attachments.
#pragma once

#include <tenon/message/attachment.hpp>

#include <atomic>
#include <cstddef>
#include <vector>

namespace lent {

/// Bytes that are lent to attachments, and how often they have come back.
class buffer {
public:
    explicit buffer(std::size_t size, unsigned char content = 7) : bytes_(size, static_cast<std::byte>(content)) {}

    /// To be made once: the bytes come back once.
    tenon::attachment lend() {
        return {bytes_.data(), bytes_.size(),
                [](void* data, void* self) {
                    auto& mine = *static_cast<buffer*>(self);
                    mine.right_ = mine.right_ && data == mine.bytes_.data();
                    mine.back_.fetch_add(1);
                    mine.back_.notify_all();
                },
                this};
    }

    [[nodiscard]] std::byte const* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t      size() const noexcept { return bytes_.size(); }
    /// How often the bytes have come back by now.
    [[nodiscard]] int back() const noexcept { return right_ ? back_.load() : -1; }
    /// Waits until they have, in whatever thread that is.
    void wait() const noexcept { back_.wait(0); }

private:
    std::vector<std::byte> bytes_;
    std::atomic<int>       back_{0};
    bool                   right_ = true;
};

}  // namespace lent

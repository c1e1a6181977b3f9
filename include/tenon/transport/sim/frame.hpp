// The frame of a simulated network: one part of a message, that owns its bytes.
#pragma once

#include <tenon/core/bytes.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

namespace tenon::transport::simulation {

/// Bytes that somebody else wants to have back.
struct lender {
    bytes_view bytes;
    void       (*release)(void* data, void* hint);
    void*      hint;

    lender(bytes_view of, void (*how)(void*, void*), void* with) noexcept : bytes{of}, release{how}, hint{with} {}
    lender(lender const&)            = delete;
    lender& operator=(lender const&) = delete;
    ~lender() { release(const_cast<std::byte*>(bytes.data()), hint); }
};
/// A share in them, or in some of them.
struct loan {
    std::shared_ptr<lender const> from;
    bytes_view                    bytes;
};

/// One part of a message; owns its bytes, or has a share in them.
///
/// Up to 64 bytes stand inside the frame itself and cost no allocation. Receiving into the same frame again and again
/// allocates only for the largest part so far.
/// Errors: making one throws `std::bad_alloc` if memory runs out. Threading: as an ordinary value.
class frame {
public:
    frame() noexcept {}

    /// A frame of `size` bytes with unspecified content, to be written through `data()`.
    explicit frame(std::size_t size) : small_{} { reset(size); }

    /// A copy of the bytes.
    explicit frame(bytes_view bytes) { assign(bytes); }

    /// Refers to the bytes without copying them; as `transport::borrows_bytes` says.
    frame(bytes_view bytes, void (*release)(void*, void*), void* hint)
        : loan_{std::make_shared<lender const>(bytes, release, hint), bytes} {}

    frame(frame&& other) noexcept { take(other); }
    frame& operator=(frame&& other) noexcept {
        if (this == &other) return *this;
        delete[] large_;
        take(other);
        return *this;
    }
    ~frame() { delete[] large_; }

    [[nodiscard]] std::byte*  data() noexcept { return const_cast<std::byte*>(view().data()); }
    [[nodiscard]] std::size_t size() const noexcept { return loan_.from ? loan_.bytes.size() : size_; }
    [[nodiscard]] bytes_view  view() const noexcept {
        return loan_.from ? loan_.bytes : bytes_view{size_ <= in_place ? small_ : large_, size_};
    }

    /// True if it was received and further parts of the same message follow.
    [[nodiscard]] bool more() const noexcept { return more_; }

    /// Makes it a frame of `size` bytes with unspecified content.
    void reset(std::size_t size = 0) {
        if (size > in_place && size > capacity_) {
            auto* const larger = new std::byte[size];
            delete[] std::exchange(large_, larger);
            capacity_ = size;
        }
        size_ = size;
        more_ = false;
        if (loan_.from) loan_ = {};
    }

    /// Makes it a copy of the bytes, which must not be its own.
    void assign(bytes_view bytes) {
        reset(bytes.size());
        if (!bytes.empty()) std::memcpy(data(), bytes.data(), bytes.size());
    }

    /// Another frame with the same content; what is lent is shared, not copied.
    [[nodiscard]] frame clone() const {
        frame copy;
        if (lent() != nullptr) copy.receive(*lent(), more_);
        else copy.receive(view(), more_);
        return copy;
    }

    /// For sockets: makes it a received part.
    void receive(bytes_view bytes, bool more) {
        assign(bytes);
        more_ = more;
    }
    void receive(loan const& shared, bool more) {
        reset();
        loan_ = shared;
        more_ = more;
    }

    /// For sockets: the share in somebody else's bytes, if it has no bytes of its own.
    [[nodiscard]] loan const* lent() const noexcept { return loan_.from ? &loan_ : nullptr; }

private:
    static constexpr std::size_t in_place = 64;

    void take(frame& other) noexcept {
        large_    = std::exchange(other.large_, nullptr);
        capacity_ = std::exchange(other.capacity_, 0);
        size_     = std::exchange(other.size_, 0);
        more_     = std::exchange(other.more_, false);
        loan_     = std::exchange(other.loan_, {});
        if (size_ <= in_place && size_ != 0) std::memcpy(small_, other.small_, size_);
    }

    std::byte*  large_    = nullptr;
    std::size_t capacity_ = 0;  // of large_
    std::size_t size_     = 0;
    bool        more_     = false;
    loan        loan_;
    alignas(std::max_align_t) std::byte small_[in_place];
};

}  // namespace tenon::transport::simulation

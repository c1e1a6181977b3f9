// Memory for what a borrowed field cannot borrow from the frame: unescaped text, decoded base64, number
// lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace tenon::codec::detail {

/// Bump memory with stable addresses: what `take` returned stays where it is until `reset`.
///
/// `reset` keeps the memory: several blocks become one that is large enough for all of them, so messages of
/// the same size allocate nothing from the third round on.
class arena {
public:
    arena() = default;
    arena(arena&& other) noexcept { swap(other); }
    arena& operator=(arena&& other) noexcept {
        swap(other);
        return *this;
    }
    ~arena() { release(); }

    void swap(arena& other) noexcept {
        std::swap(last_, other.last_);
        std::swap(at_, other.at_);
        std::swap(end_, other.end_);
        std::swap(total_, other.total_);
    }

    /// Forgets everything that was taken.
    void reset() noexcept {
        if (last_ == nullptr) return;
        if (last_->before == nullptr)
            at_ = first_byte(last_);
        else
            release();  // total_ stays, and is the size of the one block that the next `take` allocates
    }

    /// `size` bytes, uninitialised, at a multiple of `alignment` (a power of two, at most that of
    /// `max_align_t`).
    /// Errors: throws `std::bad_alloc`; what was taken before stays.
    std::byte* take(std::size_t size, std::size_t alignment = 1) {
        auto const address = reinterpret_cast<std::uintptr_t>(at_);
        auto const padding = static_cast<std::size_t>(-address & (alignment - 1));
        auto const left    = static_cast<std::size_t>(end_ - at_);
        if (left < padding || left - padding < size) {
            add_block(size);
            return std::exchange(at_, at_ + size);
        }
        std::byte* const taken = at_ + padding;
        at_                    = taken + size;
        return taken;
    }

private:
    // Stands at the start of each block; the bytes follow, as aligned as malloc's.
    struct alignas(std::max_align_t) block {
        block* before;
    };

    static std::byte* first_byte(block* b) noexcept { return reinterpret_cast<std::byte*>(b + 1); }

    void add_block(std::size_t size) {
        // As much as all before together, so that there are few; after `reset` total_ is what all of them
        // held.
        std::size_t room = total_ < 256 ? 256 : total_;
        if (room < size) room = size;
        if (room > SIZE_MAX / 2) throw std::bad_alloc{};
        auto* const added = static_cast<block*>(std::malloc(sizeof(block) + room));
        if (added == nullptr) throw std::bad_alloc{};
        total_        = last_ == nullptr ? room : total_ + room;
        added->before = last_;
        last_         = added;
        at_           = first_byte(added);
        end_          = at_ + room;
    }

    void release() noexcept {
        while (last_ != nullptr) std::free(std::exchange(last_, last_->before));
        at_ = end_ = nullptr;
    }

    block*      last_  = nullptr;
    std::byte*  at_    = nullptr;
    std::byte*  end_   = nullptr;
    std::size_t total_ = 0;
};

}  // namespace tenon::codec::detail

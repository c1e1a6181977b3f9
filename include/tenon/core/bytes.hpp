// Bytes: a view of received ones, and a growing buffer for those to be sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace tenon {

/// Read-only bytes that belong to somebody else.
using bytes_view = std::span<std::byte const>;

/// The characters of a text as bytes.
inline bytes_view as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<std::byte const*>(text.data()), text.size()};
}

/// Bytes as characters.
inline std::string_view as_text(bytes_view bytes) noexcept {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// A byte buffer that grows and keeps its capacity: what codecs write into.
///
/// Unlike `std::vector<std::byte>` it does not zero what is about to be overwritten. After the first few
/// messages `clear()` and refill allocate nothing.
/// Errors: throws `std::bad_alloc` when memory runs out; existing content stays.
class buffer {
public:
    buffer() = default;
    buffer(buffer&& other) noexcept { swap(other); }
    buffer& operator=(buffer&& other) noexcept {
        swap(other);
        return *this;
    }
    ~buffer() { std::free(data_); }

    void swap(buffer& other) noexcept {
        std::byte* const  data     = data_;
        std::size_t const size     = size_;
        std::size_t const capacity = capacity_;
        data_                      = other.data_;
        size_                      = other.size_;
        capacity_                  = other.capacity_;
        other.data_                = data;
        other.size_                = size;
        other.capacity_            = capacity;
    }

    /// Forgets the content, keeps the capacity.
    void clear() noexcept { size_ = 0; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::byte* data() noexcept { return data_; }
    [[nodiscard]] std::byte const* data() const noexcept { return data_; }
    [[nodiscard]] bytes_view view() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::string_view text() const noexcept { return as_text(view()); }

    /// Makes room for `more` bytes behind the content and returns where they start (uninitialised).
    /// Follow it with `advance` by as many as were written.
    std::byte* prepare(std::size_t more) {
        if (capacity_ - size_ < more) grow(more);
        return data_ + size_;
    }

    /// Counts bytes written behind `prepare` as content.
    void advance(std::size_t written) noexcept { size_ += written; }

    void append(bytes_view more) {
        if (more.empty()) return;
        std::memcpy(prepare(more.size()), more.data(), more.size());
        advance(more.size());
    }
    void append(std::string_view more) { append(as_bytes(more)); }
    void push_back(char c) {
        *prepare(1) = static_cast<std::byte>(c);
        advance(1);
    }

private:
    void grow(std::size_t more) {
        std::size_t wanted = capacity_ < 64 ? 128 : capacity_ * 2;
        if (wanted - size_ < more) wanted = size_ + more;
        if (wanted < more) throw std::bad_alloc{};
        void* moved = std::realloc(data_, wanted);
        if (moved == nullptr) throw std::bad_alloc{};
        data_     = static_cast<std::byte*>(moved);
        capacity_ = wanted;
    }

    std::byte*  data_     = nullptr;
    std::size_t size_     = 0;
    std::size_t capacity_ = 0;
};

}  // namespace tenon

// A growing array for the library's own parts: what of std::vector they need, at a tenth of the cost to compile.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

namespace tenon::detail {

/// A contiguous sequence that grows at its end, as std::vector is. Its iterators are pointers.
///
/// std::vector is eighty functions for each element type of a program (docs/decisions/0053); this is about ten. So what
/// the library keeps for itself it keeps here, and std::vector is for what users see.
/// Requires that moving a `T` cannot fail. Errors: `std::bad_alloc`, and nothing has changed then.
template <class T>
class vector {
public:
    vector() noexcept = default;
    vector(vector const& other) : vector{} {
        reserve(other.size_);
        for (; size_ < other.size_; ++size_) ::new (static_cast<void*>(data_ + size_)) T(other.data_[size_]);
    }
    vector(vector&& other) noexcept : data_{other.data_}, size_{other.size_}, capacity_{other.capacity_} {
        other.data_ = nullptr;
        other.size_ = other.capacity_ = 0;
    }
    vector& operator=(vector other) noexcept {
        swap(other);
        return *this;
    }
    ~vector() {
        for (std::size_t i = 0; i < size_; ++i) data_[i].~T();
        ::operator delete(data_);
    }

    void swap(vector& other) noexcept {
        T* const          data     = data_;
        std::size_t const size     = size_;
        std::size_t const capacity = capacity_;
        data_                      = other.data_;
        size_                      = other.size_;
        capacity_                  = other.capacity_;
        other.data_                = data;
        other.size_                = size;
        other.capacity_            = capacity;
    }

    [[nodiscard]] bool        empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    [[nodiscard]] T*       data() noexcept { return data_; }
    [[nodiscard]] T const* data() const noexcept { return data_; }
    [[nodiscard]] T*       begin() noexcept { return data_; }
    [[nodiscard]] T const* begin() const noexcept { return data_; }
    [[nodiscard]] T*       end() noexcept { return data_ + size_; }
    [[nodiscard]] T const* end() const noexcept { return data_ + size_; }

    T&       operator[](std::size_t index) noexcept { return data_[index]; }
    T const& operator[](std::size_t index) const noexcept { return data_[index]; }
    T&       front() noexcept { return *data_; }
    T const& front() const noexcept { return *data_; }
    T&       back() noexcept { return data_[size_ - 1]; }
    T const& back() const noexcept { return data_[size_ - 1]; }

    /// Makes room for `wish` elements in all.
    [[gnu::cold]] void reserve(std::size_t wish) {
        static_assert(std::is_nothrow_move_constructible_v<T> && alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        if (wish <= capacity_) return;
        if (wish > static_cast<std::size_t>(-1) / 2 / sizeof(T)) throw std::bad_alloc{};
        T* const larger = static_cast<T*>(::operator new(wish * sizeof(T)));
        for (std::size_t i = 0; i < size_; ++i) {
            ::new (static_cast<void*>(larger + i)) T(static_cast<T&&>(data_[i]));
            data_[i].~T();
        }
        ::operator delete(data_);
        data_     = larger;
        capacity_ = wish;
    }

    /// Appends a value. It is taken by value, so it may be an element of this vector.
    void push_back(T value) {
        if (size_ == capacity_) reserve(size_ * 2 + 4);
        ::new (static_cast<void*>(data_ + size_)) T(static_cast<T&&>(value));
        ++size_;
    }
    void pop_back() noexcept { data_[--size_].~T(); }

    /// Destroys all elements but the first `count`; the room stays. Requires `count <= size()`.
    void truncate(std::size_t count) noexcept {
        while (size_ > count) data_[--size_].~T();
    }
    void clear() noexcept { truncate(0); }

    /// Destroys the first `count` elements, and moves the others there. Requires `count <= size()`.
    void erase_front(std::size_t count) noexcept {
        if (count == 0) return;
        for (std::size_t i = count; i < size_; ++i) data_[i - count] = static_cast<T&&>(data_[i]);
        truncate(size_ - count);
    }

private:
    T*          data_     = nullptr;
    std::size_t size_     = 0;
    std::size_t capacity_ = 0;
};

}  // namespace tenon::detail

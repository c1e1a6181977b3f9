// Ownership of one object on the heap: what of std::unique_ptr our own parts need, at a fifth of its cost.
#pragma once

namespace tenon::detail {

/// Deletes what it owns, and can be moved. std::unique_ptr, with its tuple, is thirty functions for each type: it is
/// for what users see (docs/decisions/0053).
template <class T>
class owner {
public:
    owner() noexcept = default;
    explicit owner(T* made) noexcept : object_{made} {}
    owner(owner&& other) noexcept : object_{other.release()} {}
    owner& operator=(owner&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~owner() { delete object_; }

    [[nodiscard]] T* get() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    /// Gives up ownership without deleting.
    T* release() noexcept {
        T* const object = object_;
        object_         = nullptr;
        return object;
    }
    void reset(T* next = nullptr) noexcept {
        T* const before = object_;
        object_         = next;
        delete before;
    }

private:
    T* object_ = nullptr;
};

}  // namespace tenon::detail

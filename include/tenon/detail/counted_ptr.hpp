// What std::shared_ptr does, without <memory>, which brings streams and parallel algorithms.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace tenon::detail {

/// A counted reference to an object made by `make_counted`, or to none: the last one destroys it.
///
/// Threading: several that refer to one object may be copied and destroyed in several threads.
template <class T>
class counted_ptr {
public:
    counted_ptr() noexcept = default;
    counted_ptr(std::nullptr_t) noexcept {}
    counted_ptr(counted_ptr const& other) noexcept : node_{other.node_} {
        if (node_ != nullptr) node_->users.fetch_add(1, std::memory_order_relaxed);
    }
    counted_ptr(counted_ptr&& other) noexcept : node_{std::exchange(other.node_, nullptr)} {}
    counted_ptr& operator=(counted_ptr other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~counted_ptr() {
        if (node_ != nullptr && node_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete node_;
    }

    [[nodiscard]] T* get() const noexcept { return node_ == nullptr ? nullptr : &node_->object; }
    [[nodiscard]] T& operator*() const noexcept { return node_->object; }
    [[nodiscard]] T* operator->() const noexcept { return &node_->object; }
    [[nodiscard]] explicit operator bool() const noexcept { return node_ != nullptr; }

private:
    struct node {
        T                     object;
        std::atomic<unsigned> users{1};
    };

    explicit counted_ptr(node* made) noexcept : node_{made} {}

    template <class U, class... Arguments>
    friend counted_ptr<U> make_counted(Arguments&&... arguments);

    node* node_ = nullptr;
};

template <class T, class... Arguments>
counted_ptr<T> make_counted(Arguments&&... arguments) {
    return counted_ptr<T>{new typename counted_ptr<T>::node{T{std::forward<Arguments>(arguments)...}}};
}

}  // namespace tenon::detail

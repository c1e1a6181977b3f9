// A callable that is owned, moved but not copied, and called through one pointer.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace tenon::detail {

template <class Signature>
class unique_function;

/// Like C++23's `std::move_only_function`, as far as callbacks need it.
///
/// Callables of up to 48 bytes stand inside, larger ones take one allocation. Calling an empty one is
/// undefined. <functional> costs more to compile than all of this.
template <class R, class... Args>
class unique_function<R(Args...)> {
    static constexpr std::size_t room = 48;

    template <class F>
    static constexpr bool fits = sizeof(F) <= room && alignof(F) <= alignof(std::max_align_t) &&
                                 std::is_nothrow_move_constructible_v<F>;

public:
    unique_function() noexcept = default;

    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, unique_function> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    unique_function(F&& callable) {
        using D = std::decay_t<F>;
        if constexpr (fits<D>) {
            ::new (static_cast<void*>(storage_)) D(std::forward<F>(callable));
        } else {
            ::new (static_cast<void*>(storage_)) D*(new D(std::forward<F>(callable)));
        }
        call_ = [](void* self, Args... args) -> R {
            if constexpr (std::is_void_v<R>)
                static_cast<void>(target<D>(self)(std::forward<Args>(args)...));
            else
                return target<D>(self)(std::forward<Args>(args)...);
        };
        manage_ = &manage<D>;
    }

    unique_function(unique_function&& other) noexcept { take(other); }
    unique_function& operator=(unique_function&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~unique_function() { reset(); }

    R operator()(Args... args) { return call_(storage_, std::forward<Args>(args)...); }

    explicit operator bool() const noexcept { return call_ != nullptr; }

private:
    template <class D>
    static D& target(void* self) noexcept {
        if constexpr (fits<D>)
            return *std::launder(static_cast<D*>(self));
        else
            return **std::launder(static_cast<D**>(self));
    }

    // Moves the callable to `to` if there is one, and destroys what is left.
    template <class D>
    static void manage(void* self, void* to) noexcept {
        if constexpr (fits<D>) {
            D& callable = target<D>(self);
            if (to != nullptr) ::new (to) D(std::move(callable));
            callable.~D();
        } else {
            D* const callable = &target<D>(self);
            if (to != nullptr)
                ::new (to) D*(callable);
            else
                delete callable;
        }
    }

    void take(unique_function& other) noexcept {
        if (other.manage_ != nullptr) other.manage_(other.storage_, storage_);
        call_         = other.call_;
        manage_       = other.manage_;
        other.call_   = nullptr;
        other.manage_ = nullptr;
    }
    void reset() noexcept {
        auto const destroy = manage_;
        call_              = nullptr;
        manage_            = nullptr;
        if (destroy != nullptr) destroy(storage_, nullptr);
    }

    alignas(std::max_align_t) std::byte storage_[room];
    R (*call_)(void*, Args...)    = nullptr;
    void (*manage_)(void*, void*) = nullptr;
};

}  // namespace tenon::detail

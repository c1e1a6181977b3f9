// A value or the reason why there is none. C++23's std::expected, as far as C++20 users need it.
#pragma once

#include <tenon/core/error.hpp>

#include <new>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {
/// Throws the reason of a result: a `failure` as it is, anything else by its `code` and description.
template <class E>
[[noreturn, gnu::cold]] void throw_reason(E const& reason) {
    if constexpr (std::is_constructible_v<tenon::error, E const&>)
        throw tenon::error{reason};
    else
        throw_error(reason.code, {describe(reason)});
}
}  // namespace detail

/// Either a `T` or an error of type `E` (a `failure` unless told otherwise).
///
/// Returned by everything that may fail for reasons outside the program; also a handler's return type when
/// it wants to refuse a request: `result<pong> on(ping const&)`.
/// `value()` throws `tenon::error` if there is none; `*` and `->` require that there is one.
template <class T, class E = failure>
class [[nodiscard]] result {
    static_assert(!std::is_same_v<std::remove_cv_t<T>, E>, "tenon::result<T, E>: T and E must differ");

public:
    using value_type = T;
    using error_type = E;

    // In parentheses: braces would make a list of one out of a `T` that is made of such, as std::vector<std::any> is.
    result(T value) : value_(std::move(value)), held_{held::value} {}
    result(E reason) : error_(std::move(reason)), held_{held::error} {}
    result(result const& other)
        requires(std::is_copy_constructible_v<T> && std::is_copy_constructible_v<E>)
    {
        take(other);
    }
    result(result&& other) noexcept(is_nothrow_movable) { take(std::move(other)); }
    /// If moving a `T` throws, only assigning and destroying are allowed afterwards.
    result& operator=(result other) noexcept(is_nothrow_movable) {
        destroy();
        take(std::move(other));
        return *this;
    }
    ~result() { destroy(); }

    [[nodiscard]] bool has_value() const noexcept { return held_ == held::value; }
    explicit operator bool() const noexcept { return has_value(); }

    T&       operator*() & noexcept { return value_; }
    T const& operator*() const& noexcept { return value_; }
    T&&      operator*() && noexcept { return std::move(value_); }
    T*       operator->() noexcept { return &value_; }
    T const* operator->() const noexcept { return &value_; }

    /// The value; throws `tenon::error` with the reason if there is none.
    T& value() & { return require(), **this; }
    T const& value() const& { return require(), **this; }
    T&& value() && { return require(), std::move(**this); }

    /// The reason; only if there is no value.
    E& error() & noexcept {
        if (held_ != held::error) __builtin_unreachable();  // g++ warns of a result without both, which nobody asks
        return error_;
    }
    E const& error() const& noexcept { return const_cast<result&>(*this).error(); }

    /// The value, or `otherwise` if there is none.
    template <class U>
    T value_or(U&& otherwise) const& {
        return has_value() ? **this : static_cast<T>(std::forward<U>(otherwise));
    }

private:
    void require() const {
        if (!has_value()) detail::throw_reason(error());
    }

    static constexpr bool is_nothrow_movable =
        std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_constructible_v<E>;

    enum class held : unsigned char { nothing, value, error };

    /// Requires that nothing is held.
    template <class Other>
    void take(Other&& other) {
        if (other.held_ == held::value) ::new (static_cast<void*>(&value_)) T(std::forward<Other>(other).value_);
        if (other.held_ == held::error) ::new (static_cast<void*>(&error_)) E(std::forward<Other>(other).error_);
        held_ = other.held_;
    }
    void destroy() noexcept {
        if (held_ == held::value) value_.~T();
        if (held_ == held::error) destroy_error();
        held_ = held::nothing;
    }
    // Not inline: g++ 12 warns otherwise of an error that may be uninitialized where there is a value.
    [[gnu::noinline]] void destroy_error() noexcept { error_.~E(); }

    // A std::variant here would be a hundred functions for each type of reply (docs/decisions/0053).
    union {
        T value_;
        E error_;
    };
    held held_ = held::nothing;
};

/// Success without a value, or an error.
template <class E>
class [[nodiscard]] result<void, E> {
public:
    using value_type = void;
    using error_type = E;

    result() = default;
    result(E reason) : error_{std::move(reason)}, failed_{true} {}

    [[nodiscard]] bool has_value() const noexcept { return !failed_; }
    explicit operator bool() const noexcept { return has_value(); }

    /// Throws `tenon::error` with the reason if this is not a success.
    void value() const {
        if (failed_) detail::throw_reason(error_);
    }

    E&       error() & noexcept { return error_; }
    E const& error() const& noexcept { return error_; }

private:
    E    error_{};
    bool failed_ = false;
};

namespace detail {
template <class>
inline constexpr bool is_result = false;
template <class T, class E>
inline constexpr bool is_result<result<T, E>> = true;
}  // namespace detail

}  // namespace tenon

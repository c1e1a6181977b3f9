// task<T>: a coroutine that waits for replies and timers and does not block its process meanwhile.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

/// What the coroutines behind all `task<T>` share: who goes on when they have finished, and what they threw.
class task_promise_base {
public:
    std::suspend_always initial_suspend() const noexcept { return {}; }

    struct at_end {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
            return finished.promise().next();
        }
        void await_resume() const noexcept {}
    };
    at_end final_suspend() const noexcept { return {}; }

    void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

    /// `waiting` goes on when this one has finished.
    void continue_with(std::coroutine_handle<> waiting) noexcept { waiting_ = waiting; }
    /// The same for one of several: only the last of them, which brings `left` to 0, lets `waiting` go on.
    void count_down(std::size_t& left) noexcept { left_ = &left; }

    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    std::coroutine_handle<> next() const noexcept {
        bool const others_left = left_ != nullptr && --*left_ != 0;
        return waiting_ && !others_left ? waiting_ : std::noop_coroutine();
    }

    std::coroutine_handle<> waiting_;  // null as long as whoever waits for it is still running
    std::size_t*            left_ = nullptr;
    std::exception_ptr      thrown_;
};

template <class T>
class task_promise : public task_promise_base {
public:
    task<T> get_return_object() noexcept;

    template <class U = T>
        requires std::is_convertible_v<U&&, T>
    void return_value(U&& value) {
        value_.emplace(std::forward<U>(value));
    }
    T take() {
        rethrow();
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
};

template <>
class task_promise<void> : public task_promise_base {
public:
    task<void> get_return_object() noexcept;

    void return_void() const noexcept {}
    void take() const { rethrow(); }
};

}  // namespace detail

/// A coroutine with the result `T`: what a handler returns that has to wait on the way, and what it may divide its work
/// into. A function is one if it has `co_await` or `co_return` in it:
///
///     tenon::task<pong> on(ping const& p, auto& process) {
///         co_await process.sleep(50ms);
///         auto const found = co_await process[db].request(query{p.count}, 1s);
///         co_return pong{found.value().count};
///     }
///
/// It is lazy: it runs when it is awaited, once (`co_await std::move(t)` if it has a name), or when its process starts
/// it. What it throws comes out where it is awaited. Destroyed before it has finished, it ends where it waits: its
/// locals are destroyed, what it waits for is taken back.
///
/// Parameters that are references have to live as long as it does; so has what a lambda has captured. The message and
/// the process that a handler gets do.
/// Threading: the thread of its process. Cost: one allocation, the coroutine's frame; waiting allocates nothing, and
/// a loop of `co_await` keeps the stack as deep as it is, in builds without optimisation too.
template <class T>
    requires true  // more particular than the one that asks for this header (tenon/fwd.hpp)
class [[nodiscard]] task<T> {
    static_assert(std::is_void_v<T> || (std::is_object_v<T> && std::is_same_v<T, std::remove_cv_t<T>>),
                  "tenon::task<T>: T is void or a value, no reference and not const");

public:
    using value_type   = T;
    using promise_type = detail::task_promise<T>;

    task(task&& other) noexcept : frame_{std::exchange(other.frame_, nullptr)} {}
    task& operator=(task&& other) noexcept {
        task dropped{std::move(other)};
        std::swap(frame_, dropped.frame_);
        return *this;
    }
    ~task() {
        if (frame_) frame_.destroy();
    }

    /// Awaiting runs the task and gives its result.
    auto operator co_await() && noexcept { return awaiter{std::move(*this)}; }
    template <class Self = task>
    auto operator co_await() & noexcept {
        static_assert(detail::always_false<Self>,
                      "tenon: a task is awaited once, which uses it up: co_await std::move(task)");
        return awaiter{std::move(*this)};
    }

    /// Runs it up to where it first waits; true if it has finished. For authors of what awaits tasks, as are the two
    /// below: `promise().continue_with` says who goes on when it has finished after all.
    bool start() noexcept {
        frame_.resume();
        return frame_.done();
    }
    [[nodiscard]] promise_type& promise() noexcept { return frame_.promise(); }
    /// The result of one that has finished; throws what it threw.
    T take() { return frame_.promise().take(); }

private:
    friend promise_type;
    explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}

    struct awaiter {
        task running;

        bool await_ready() const noexcept { return false; }
        // It is run from here and not by symmetric transfer, and if it need not wait its awaiter just goes on: g++
        // makes a tail call of the transfer only when it optimises, and a long loop of tasks that need not wait would
        // use up the stack.
        bool await_suspend(std::coroutine_handle<> waiting) noexcept {
            if (running.start()) return false;
            running.promise().continue_with(waiting);
            return true;
        }
        T await_resume() { return running.take(); }
    };

    std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
    return task<T>{std::coroutine_handle<task_promise>::from_promise(*this)};
}
inline task<void> task_promise<void>::get_return_object() noexcept {
    return task<void>{std::coroutine_handle<task_promise>::from_promise(*this)};
}

}  // namespace detail

}  // namespace tenon

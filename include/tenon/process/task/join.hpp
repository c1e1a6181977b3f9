// How one coroutine waits for several tasks or replies at once.
#pragma once

#include <tenon/process/task/coroutine.hpp>

#include <coroutine>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon::detail {

template <class Awaitable>
using awaited = std::remove_cvref_t<decltype(std::declval<Awaitable&>().await_resume())>;

/// Whatever can be awaited, as a task.
template <class T>
task<T> as_task(task<T> work) noexcept {
    return work;
}
template <class Awaitable>
task<awaited<Awaitable>> as_task(Awaitable work) {
    co_return co_await std::move(work);
}
template <class Awaitable>
using task_for = decltype(as_task(std::declval<Awaitable>()));

/// Starts tasks, `count` of them, and waits until all have finished. `each(f)` calls `f` for each of them.
template <class Each>
struct join {
    Each        each;
    std::size_t left;

    bool await_ready() const noexcept { return left == 0; }
    bool await_suspend(std::coroutine_handle<> waiting) noexcept {
        ++left;  // nobody goes on from here before all have been started
        each([this](auto& work) {
            work.promise().count_down(left);
            static_cast<void>(work.start());
        });
        if (--left == 0) return false;
        each([&](auto& work) { work.promise().continue_with(waiting); });
        return true;
    }
    void await_resume() const noexcept {}
};

template <class T>
auto take_value(task<T>& work) {
    if constexpr (std::is_void_v<T>) {
        work.take();
        return std::monostate{};
    } else {
        return work.take();
    }
}

template <class... Ts>
using values_of = std::tuple<std::conditional_t<std::is_void_v<Ts>, std::monostate, Ts>...>;

template <class... Ts>
task<values_of<Ts...>> await_all(std::tuple<task<Ts>...> all) {
    auto const each = [&all](auto f) { std::apply([&](auto&... work) { (f(work), ...); }, all); };
    co_await join<decltype(each)>{each, sizeof...(Ts)};
    // In braces, which go from left to right: the first one's exception comes out.
    co_return std::apply([](auto&... work) { return values_of<Ts...>{take_value(work)...}; }, all);
}

template <class T>
task<std::vector<T>> await_all(std::vector<task<T>> all) {
    auto const each = [&all](auto f) {
        for (auto& work : all) f(work);
    };
    co_await join<decltype(each)>{each, all.size()};
    std::vector<T> values;
    values.reserve(all.size());
    for (auto& work : all) values.push_back(work.take());
    co_return values;
}
inline task<void> await_all(std::vector<task<void>> all) {
    auto const each = [&all](auto f) {
        for (auto& work : all) f(work);
    };
    co_await join<decltype(each)>{each, all.size()};
    for (auto& work : all) work.take();
}

}  // namespace tenon::detail

// Unit tests of coroutines: a task that runs under the eyes of a test.
#pragma once

#include <tenon/process/task.hpp>
#include <tenon/process/task/root.hpp>
#include <tenon/process/task_list.hpp>
#include <tenon/testing/unexpected.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::testing {

namespace detail {

/// What has become of a task.
template <class T>
struct task_ending {
    using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

    std::optional<value_type> value{};
    std::exception_ptr        thrown{};
    tenon::detail::task_list  running{};  // destroyed first: it ends the task where it waits
};

template <class T>
tenon::detail::root_task watch_task(task<T> work, task_ending<T>& ending) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            ending.value.emplace();
        } else {
            ending.value.emplace(co_await std::move(work));
        }
    } catch (...) {
        ending.thrown = std::current_exception();
    }
}

}  // namespace detail

/// A task that was started by `run_task`. Destroyed before it has finished, it ends where it waits.
template <class T>
class running_task {
public:
    explicit running_task(task<T> work) : ending_{std::make_unique<detail::task_ending<T>>()} {
        detail::watch_task(std::move(work), *ending_).start_in(ending_->running);
    }

    /// False while it waits for time or for a reply.
    [[nodiscard]] bool done() const noexcept { return ending_->value.has_value() || ending_->thrown != nullptr; }

    /// What it has returned. Throws what it has thrown, and `unexpected` if it still waits.
    decltype(auto) value() const {
        if (ending_->thrown) std::rethrow_exception(ending_->thrown);
        if (!ending_->value) throw unexpected{"the task has no result: it waits for time to pass or for a reply"};
        if constexpr (!std::is_void_v<T>) return static_cast<T const&>(*ending_->value);
    }

private:
    std::unique_ptr<detail::task_ending<T>> ending_;
};

/// Runs `work` up to where it first waits: `auto answer = run_task(app.on(question, recorder))`. It goes on when the
/// test answers what it asked, or lets time pass. The question has to live as long as the task.
template <class T>
[[nodiscard]] running_task<T> run_task(task<T> work) {
    return running_task<T>{std::move(work)};
}

}  // namespace tenon::testing

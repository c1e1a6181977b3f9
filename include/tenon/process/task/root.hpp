// The tasks that a process runs by itself: background work, and handlers that are coroutines.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/set.hpp>
#include <tenon/process/held.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/task/coroutine.hpp>
#include <tenon/process/task_list.hpp>
#include <tenon/process/thrown.hpp>

#include <coroutine>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// A coroutine that nobody awaits: it stands in a list of its process, and its frame goes when it has finished or when
/// the list ends it. Its body catches everything.
class root_task {
public:
    struct promise_type : task_node {
        root_task get_return_object() noexcept {
            return root_task{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };

    /// Runs it up to where it first waits. A list that takes no more ends it right there.
    void start_in(task_list& running) {
        if (!running.open()) return frame_.destroy();
        running.add(frame_.promise(), [](task_node& node) noexcept {
            std::coroutine_handle<promise_type>::from_promise(static_cast<promise_type&>(node)).destroy();
        });
        frame_.resume();
    }

private:
    explicit root_task(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}

    std::coroutine_handle<promise_type> frame_;
};

/// Inside a catch block: ends the process if the errors policy says so. It is `process.run` that throws; a throw from
/// here would go through the coroutines that led to this one.
template <class Process>
void end_by_policy(Process& process) {
    if constexpr (Process::errors_type::stops) {
        if (!process.tasks().thrown) process.tasks().thrown = std::current_exception();
        process.stop();
    }
}

template <class Process>
root_task run_background(Process& process, task<void> work) {
    try {
        co_await std::move(work);
    } catch (...) {
        describe_thrown([&](errc why, std::string_view text) {
            process.observer().dropped(incident{{}, {}, why, text});
        });
        end_by_policy(process);
    }
}

/// The last word of a handler's task: if it is destroyed where it waits, its process has stopped.
template <class Promise>
struct stopped_otherwise {
    Promise& later;

    ~stopped_otherwise() {
        if constexpr (!std::is_same_v<Promise, no_promise>) {
            if (!later) return;
            try {
                later.answer(failure{errc::stopped, "the process stopped before the request was answered"});
            } catch (...) {  // no memory for it: the asker's timeout is left
            }
        }
    }
};

/// The time, for observers that are told how long a handler takes.
template <class Process>
auto time_to_tell(Process& process) {
    if constexpr (sees_handled<typename Process::observer_type>) return process.context().now();
    else return 0;
}

/// A port as a value that lives as long as the program, for handlers that are told the port.
template <class Port>
inline constexpr Port the_port{};

template <class Port, class Process, class Held, class Promise>
root_task run_handler(Process& process, owner<Held> held, Promise later) {
    using message = decltype(held->message);
    using handler = handler_of<typename Process::app_type, Port, message, Process>;
    stopped_otherwise<Promise> const unless_finished{later};
    [[maybe_unused]] auto const      start = time_to_tell(process);
    try {
        auto work = call<handler::form>(process.app(), the_port<Port>, std::as_const(held->message), process);
        if constexpr (std::is_void_v<typename handler::reply>)
            co_await std::move(work);
        else
            later.answer(co_await std::move(work));
        if constexpr (sees_handled<typename Process::observer_type>)
            process.observer().handled({Port::name, message_name<message>, held->bytes.view()},
                                       time_to_tell(process) - start);
    } catch (...) {
        errc const reason = process[the_port<Port>].template count_thrown<message>();
        // What was thrown may quote the request or tell secrets: it stays on this side.
        if constexpr (!std::is_void_v<typename handler::reply>)
            refuse_for_thrown(reason, [&](failure const& why) { later.answer(why); });
        end_by_policy(process);
    }
}

/// How a port runs a handler that is a coroutine: see tenon/process/held.hpp.
template <class Port, class Process, class Held, class Promise>
void start_handler_task(task_start, Process& process, owner<Held> held, Promise later) {
    run_handler<Port>(process, std::move(held), std::move(later)).start_in(process.tasks().handlers);
}

/// How `process.start` runs a task.
template <class Process, class T>
void start_background_task(task_start, Process& process, task<T> work) {
    static_assert(std::is_void_v<T>,
                  "tenon: process.start(task) takes a tenon::task<void>: nobody would get what it returns");
    run_background(process, std::move(work)).start_in(process.tasks().background);
}

}  // namespace tenon::detail

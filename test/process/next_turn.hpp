// What a coroutine of a test waits for when any wait will do.
#pragma once

#include <coroutine>

/// `co_await next_turn{process}`: goes on in the next turn of the process's loop.
template <class Process>
struct next_turn {
    Process& process;

    static bool await_ready() noexcept { return false; }
    void        await_suspend(std::coroutine_handle<> waiting) {
        process.post([waiting] { waiting.resume(); });
    }
    static void await_resume() noexcept {}
};
template <class Process>
next_turn(Process&) -> next_turn<Process>;

// What coroutines of a process wait for: time, and the outcome of a request. Costs nothing to those who have none.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/dispatch/pending.hpp>
#include <tenon/message/message.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// The handle of a coroutine that waits, under its compiler's own name for it: <coroutine> is not needed.
template <class Handle>
concept coroutine = requires(Handle waiting) { waiting.resume(); };

/// False for questions that must not be temporaries in the expression of a co_await. g++ 12 moves aggregates that stand
/// there into the coroutine's frame bit by bit; a short std::string does not survive that.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
template <class Question>
inline constexpr bool may_be_temporary = std::is_trivially_copyable_v<Question>;
#else
template <class Question>
inline constexpr bool may_be_temporary = true;
#endif

/// What `process.sleep(time)` returns: `co_await` it. Taken back when it is destroyed before the time is over, as it is
/// when its process stops. Can be moved until it is awaited.
template <class Process>
class [[nodiscard]] sleep_awaitable {
public:
    sleep_awaitable(Process& process, std::chrono::nanoseconds time) noexcept : process_{&process}, time_{time} {}
    sleep_awaitable(sleep_awaitable&& other) noexcept : process_{other.process_}, time_{other.time_} {}
    sleep_awaitable& operator=(sleep_awaitable&&) = delete;
    ~sleep_awaitable() {
        if (timer_) process_->cancel(*timer_);
    }

    bool await_ready() const noexcept { return false; }
    void await_suspend(coroutine auto waiting) {
        timer_ = process_->after(time_, [this, waiting] {
            timer_.reset();
            waiting.resume();
        });
    }
    void await_resume() const noexcept {}

private:
    Process*                                  process_;
    std::chrono::nanoseconds                  time_;
    std::optional<typename Process::timer_id> timer_;
};

/// What `process[port].request(question, timeout)` returns: `co_await` gives the outcome, a `tenon::result<Reply>`.
///
/// The question is sent when it is awaited, and is a copy until then. Destroyed before the outcome is there, as it is
/// when its process stops, it takes the request back: a reply that still comes is late.
///
/// `End` has `ask(question, timeout, on_result)`, which returns the id for `abandon`, or nothing if no request is
/// accepted any more; then whoever awaits waits until the process destroys it, which is soon.
template <class End, class Question, class Reply>
class [[nodiscard]] request_awaitable {
    static_assert(!borrows<Reply>(),
                  "tenon: this reply borrows from the received frame, which is gone when the coroutine waits again; "
                  "let its fields be std::string and std::vector, or use request(question, timeout, on_result)");

public:
    request_awaitable(End& end, Question question, std::chrono::nanoseconds timeout)
        : end_{&end}, question_{std::move(question)}, timeout_{timeout} {}
    request_awaitable(request_awaitable&& other) noexcept
        : end_{other.end_}, question_{std::move(other.question_)}, timeout_{other.timeout_} {}
    request_awaitable& operator=(request_awaitable&&) = delete;
    ~request_awaitable() {
        if (id_) end_->abandon(*id_);
    }

    bool await_ready() const noexcept { return false; }
    void await_suspend(coroutine auto waiting) {
        id_ = end_->ask(question_, timeout_, [this, waiting](result<Reply> outcome) {
            id_.reset();
            outcome_.emplace(std::move(outcome));
            waiting.resume();
        });
    }
    result<Reply> await_resume() { return std::move(*outcome_); }

private:
    End*                          end_;
    Question                      question_;
    std::chrono::nanoseconds      timeout_;
    std::optional<correlation_id> id_;
    std::optional<result<Reply>>  outcome_;
};

}  // namespace tenon::detail

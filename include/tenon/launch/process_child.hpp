// The handle of a child that is a process of its own, and the parent's wait until that child is ready.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/launch/child_process.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/launch/report.hpp>
#include <tenon/launch/start_error.hpp>

#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::launch {

/// A child process, held by the program that started it. Its destructor ends it: SIGTERM, `grace`, SIGKILL.
///
/// A copy of the handle that a fork made is inert: there it neither waits for the child nor ends it.
/// Threading: every thread may use it, also several at once; moving and destroying are for one alone.
class process_child {
public:
    /// For launch policies.
    process_child(std::unique_ptr<detail::child_process> process, buffer payload) noexcept
        : process_{std::move(process)}, payload_{std::move(payload)} {}

    process_child(process_child&&) noexcept = default;
    /// The child held so far is ended first, as by the destructor.
    process_child& operator=(process_child&& other) noexcept {
        process_ = std::move(other.process_);
        payload_ = std::move(other.payload_);
        return *this;
    }
    ~process_child() = default;

    /// What the child gave to `readiness::ready`. Valid as long as this handle.
    [[nodiscard]] bytes_view ready_payload() const noexcept { return payload_.view(); }

    /// True until the child has ended.
    [[nodiscard]] bool alive() const noexcept { return process_ && process_->alive(); }

    /// Waits for the end. A second call returns the same status.
    exit_status join() noexcept { return process_ ? process_->join() : exit_status::unknown(); }

    /// Waits for the end or until `timeout` is over; no value then.
    [[nodiscard]] std::optional<exit_status> join(std::chrono::milliseconds timeout) noexcept {
        return process_ ? process_->join(timeout) : exit_status::unknown();
    }

    /// Asks the child to stop (SIGTERM). Returns at once; nothing happens to a child that has ended.
    void terminate() noexcept {
        if (process_) process_->signal(SIGTERM);
    }

    /// Ends the child by force (SIGKILL). Returns at once.
    void kill() noexcept {
        if (process_) process_->signal(SIGKILL);
    }

    /// The process number, also after the end; −1 of a handle that was moved from.
    [[nodiscard]] pid_t pid() const noexcept { return process_ ? process_->pid() : -1; }

private:
    std::unique_ptr<detail::child_process> process_;
    buffer                                 payload_;
};

namespace detail {

/// How a start by exec differs: which program, and what to add if its main never came to `spawned()`.
struct exec_words {
    std::string_view program{};
    std::string_view hint{};
};

/// Waits until the child says that it is ready and returns its payload. Otherwise the child is ended,
/// collected, and its own text thrown.
inline buffer await_ready(child_process& child, start_options const& options, exec_words words = {}) {
    report_reader  reader{child.link(), child.pidfd()};
    deadline const until{options.ready_timeout};
    for (;;) {
        auto next = reader.next(until);
        if (!next) {
            child.end();
            throw_not_ready(options.ready_timeout, words.hint);
        }
        switch (next->kind) {
            case report_kind::spawned: words.hint = {}; break;
            case report_kind::ready: return std::move(next->body);
            case report_kind::failed: child.finish(); throw_failed(next->body.text());
            case report_kind::exec_failed: {
                child.finish();
                int reason = 0;
                std::memcpy(&reason, next->body.data(), sizeof reason);
                throw_system("cannot execute '" + std::string{words.program} + "'", reason);
            }
            case report_kind::gone: throw_ended(child.finish(), words.hint);
        }
    }
}

}  // namespace detail
}  // namespace tenon::launch

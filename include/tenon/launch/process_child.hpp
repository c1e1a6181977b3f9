// The handle of a child that is a process of its own, and the parent's wait until that child is ready.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/launch/child_process.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/launch/report.hpp>
#include <tenon/launch/start_error.hpp>

#include <csignal>
#include <cstring>
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
    process_child(tenon::detail::owner<detail::child_process> process, buffer payload) noexcept
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
    [[nodiscard]] std::optional<exit_status> join(time_limit timeout) noexcept {
        exit_status status = exit_status::unknown();
        if (process_ && !process_->join(status, timeout)) return std::nullopt;
        return status;
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
    tenon::detail::owner<detail::child_process> process_;
    buffer                                      payload_;
};

namespace detail {

/// A child process between its fork and its word that it is ready: what `begin` of a launch policy returns.
struct begun_process {
    tenon::detail::owner<child_process> process;
    /// Of a start by exec: which program, and what to add to an error if its main never came to `spawned()`.
    std::string program{}, hint{};

    /// Waits until the child says that it is ready and returns its payload. Otherwise the child is ended,
    /// collected, and its own error thrown.
    [[gnu::cold]] buffer await_ready(start_options const& options) const {
        report_reader    reader{process->link(), process->pidfd()};
        deadline const   until{options.ready_timeout};
        std::string_view unguarded = hint;
        report           told;
        for (;;) {
            if (!reader.next(told, until)) {
                process->end();
                throw_not_ready(options.ready_timeout, unguarded);
            }
            switch (told.kind) {
                case report_kind::spawned: unguarded = {}; break;
                case report_kind::ready: return std::move(told.body);
                case report_kind::failed: process->finish(); throw_failed(read_failure(told.body.view()));
                case report_kind::exec_failed: {
                    process->finish();
                    int reason = 0;
                    std::memcpy(&reason, told.body.data(), sizeof reason);
                    throw_system(concat({"cannot execute '", program, "'"}), reason);
                }
                case report_kind::gone: throw_ended(process->finish(), unguarded);
            }
        }
    }

    /// The same, and hands over the handle.
    process_child await_child(start_options const& options) && {
        buffer payload = await_ready(options);
        return {std::move(process), std::move(payload)};
    }
};

}  // namespace detail
}  // namespace tenon::launch

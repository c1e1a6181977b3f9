// The thread that waits for a child to crash and starts it again, and what it shares with the child's handle.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/launch/process_child.hpp>
#include <tenon/launch/restart.hpp>
#include <tenon/launch/restart_attempts.hpp>
#include <tenon/launch/signals.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// Supervises one child. What depends on its entry and its observer is in `supervisor_of`.
///
/// Only the supervising thread replaces `begun_`, and under the lock; `stop` signals whatever is there, under the
/// lock too. So between a stop and a new start there is no third: either the new process is not begun any more, or
/// it gets the signal, ready or not.
///
/// In a process that inherited it by a fork it is inert, and must not even be destroyed: its lock may be held, and
/// its condition waited for, by a thread that does not exist there.
class supervisor {
public:
    supervisor(restart const& how_often, start_options options)
        : options_{std::move(options)}, attempts_{how_often} {}
    supervisor(supervisor const&)            = delete;
    supervisor& operator=(supervisor const&) = delete;
    virtual ~supervisor()                    = default;

    /// The first start, in the calling thread, and then the thread that supervises. Throws as `start` does.
    void start() {
        begun_   = begin();
        pid_     = begun_.process->pid();
        payload_ = begun_.await_ready(options_);
        keep(payload_.view());
        signals_blocked const inherited;  // by the thread: signals are for those there were before
        try {
            thread_ = std::thread{[this] { supervise(); }};
        } catch (std::exception const& e) {
            throw error{errc::launch_failed, concat({"cannot start the thread that supervises a child: ", e.what()})};
        }
    }

    [[nodiscard]] bool mine() const noexcept { return ::getpid() == owner_; }
    [[nodiscard]] bytes_view payload() const noexcept { return payload_.view(); }
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] unsigned restarts() const noexcept { return restarts_; }

    /// Sends the signal and starts nothing any more.
    void stop(int signal) noexcept {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
        changed_.notify_all();
        if (begun_.process) begun_.process->signal(signal);
    }

    /// The status once the child has ended for good; waits for that until `until`, or without end.
    std::optional<exit_status> wait(deadline const& until) {
        std::unique_lock lock{mutex_};
        changed_.wait_until(lock, until.end(), [&] { return status_.has_value(); });
        return status_;
    }
    exit_status wait() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return status_.has_value(); });
        return *status_;
    }

    /// Asks the child to stop, kills it after `grace`, and ends the thread.
    void end() noexcept {
        stop(SIGTERM);
        if (!wait(deadline{options_.grace})) stop(SIGKILL);
        thread_.join();
    }

protected:
    [[nodiscard]] start_options const& options() const noexcept { return options_; }

private:
    /// How a process, or the attempt to start it, ended.
    struct ending {
        bool        crashed;
        exit_status status;
        std::string text;
    };

    virtual begun_process begin()                            = 0;
    virtual void keep(bytes_view payload)                    = 0;
    virtual void tell_crashed(restart_report const& report)   = 0;
    virtual void tell_restarted(restart_report const& report) = 0;
    virtual void tell_gave_up(restart_report const& report)   = 0;

    void supervise() noexcept {
        ending last = run_to_end();
        while (last.crashed && !stopping()) {
            auto const           pause = attempts_.next(std::chrono::steady_clock::now());
            restart_report const report{pid_, last.status, attempts_.count(), pause.value_or(std::chrono::seconds{0}),
                                        last.text};
            if (!pause) {
                tell_gave_up(report);
                break;
            }
            tell_crashed(report);
            last = attempt(report);
        }
        std::lock_guard const lock{mutex_};
        begun_.process.reset();
        status_ = last.status;
        changed_.notify_all();
    }

    ending run_to_end() {
        exit_status const status = begun_.process->join();
        return {!status.success(), status, describe(status)};
    }

    /// Starts the child once more; returns when it has ended, failed to come up, or is not wanted any more.
    ending attempt(restart_report report) {
        try {
            if (!begin_after(report.pause)) return {false, report.status, {}};
            begun_.await_ready(options_);
        } catch (std::exception const& e) {
            exit_status const status = begun_.process ? begun_.process->join() : report.status;
            // A child that returns 0 before it is ready has failed all the same.
            return {true, status.success() ? report.status : status, e.what()};
        }
        ++restarts_;
        report.pid  = pid_;
        report.text = {};
        tell_restarted(report);
        return run_to_end();
    }

    /// False if the child is asked to stop during the pause.
    bool begin_after(std::chrono::nanoseconds pause) {
        std::unique_lock lock{mutex_};
        begun_.process.reset();
        if (changed_.wait_for(lock, pause, [&] { return stopping_; })) return false;
        begun_ = begin();
        pid_   = begun_.process->pid();
        return true;
    }

    bool stopping() {
        std::lock_guard const lock{mutex_};
        return stopping_;
    }

    pid_t const                owner_ = ::getpid();
    start_options              options_;
    restart_attempts           attempts_;
    buffer                     payload_;
    std::atomic<pid_t>         pid_{-1};
    std::atomic<unsigned>      restarts_{0};
    std::mutex                 mutex_;
    std::condition_variable    changed_;
    begun_process              begun_{};
    bool                       stopping_ = false;
    std::optional<exit_status> status_;
    std::thread                thread_;
};

/// The supervisor of an entry: begins it by `Inner`, tells `Observer`.
template <class Inner, class Observer, class Entry>
class supervisor_of final : public supervisor {
public:
    supervisor_of(restart const& how_often, start_options const& options, Entry body)
        : supervisor{how_often, options}, body_{std::move(body)} {}

private:
    begun_process begin() override { return Inner::begin(body_, options()); }
    void keep(bytes_view payload) override {
        if constexpr (restartable_entry<Entry>) body_.keep(payload);
    }
    void tell_crashed(restart_report const& report) override { observer_.crashed(report); }
    void tell_restarted(restart_report const& report) override { observer_.restarted(report); }
    void tell_gave_up(restart_report const& report) override { observer_.gave_up(report); }

    Entry                          body_;
    [[no_unique_address]] Observer observer_{};
};

}  // namespace tenon::launch::detail

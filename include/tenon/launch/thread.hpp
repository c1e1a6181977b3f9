// launch::thread: the entry runs in a thread of this process.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/signals.hpp>
#include <tenon/launch/start_error.hpp>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <sys/types.h>
#include <unistd.h>

namespace tenon::launch {

namespace detail {

/// What the thread of an entry and its parent share.
class thread_state final : public readiness_sink {
public:
    void ready(bytes_view bytes, stop_callback stop) override {
        std::lock_guard const lock{mutex_};
        payload_.append(bytes);
        ready_ = true;
        stop_  = stop;
        if (stop_wanted_ && stop_) stop_();  // the parent had given up by then
        changed_.notify_all();
    }
    void failed(errc code, std::string_view text) override {
        std::lock_guard const lock{mutex_};
        failure_.emplace(failure{code, std::string{text}});
        changed_.notify_all();
    }
    void withdraw() noexcept override {
        std::lock_guard const lock{mutex_};
        stop_ = {};
    }
    int  lifeline() noexcept override { return -1; }
    bool owns_process() const noexcept override { return false; }

    /// The last word of the entry's thread.
    void ended(int code) noexcept {
        std::lock_guard const lock{mutex_};
        status_ = exit_status{code, 0};
        stop_   = {};
        changed_.notify_all();
    }

    /// Called under the lock, so that `withdraw` waits for a call that is under way.
    void stop() noexcept {
        std::lock_guard const lock{mutex_};
        stop_wanted_ = true;
        if (stop_) stop_();
    }

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

    /// Waits for the entry's word or end. False if time ran out first. After a failure it waits for the end
    /// as well.
    bool wait_ready(deadline const& until) {
        std::unique_lock lock{mutex_};
        return changed_.wait_until(lock, until.end(), [&] { return ready_ || failure_ || status_; });
    }

    /// After `wait_ready`: the payload, or throws what went wrong.
    [[nodiscard]] bytes_view payload() const {
        std::lock_guard const lock{mutex_};
        if (failure_) throw_failed(*failure_);
        if (!ready_) throw_ended(*status_);
        return payload_.view();
    }

private:
    mutable std::mutex         mutex_;
    std::condition_variable    changed_;
    buffer                     payload_;
    std::optional<failure>     failure_;
    std::optional<exit_status> status_;
    stop_callback              stop_;
    bool                       ready_       = false;
    bool                       stop_wanted_ = false;
};

/// The thread of an entry as its parent holds it.
class child_thread {
public:
    template <class Entry>
    child_thread(std::shared_ptr<thread_state> state, Entry body)
        : state_{std::move(state)}, owner_{::getpid()}, thread_{begin(state_, std::move(body))} {}
    child_thread(child_thread const&)            = delete;
    child_thread& operator=(child_thread const&) = delete;

    /// Nothing is waited for in a forked process: the thread does not exist there, so its handle is left
    /// alone.
    ~child_thread() {
        if (::getpid() != owner_) {
            static_cast<void>(thread_.release());
        } else if (thread_->joinable()) {
            state_->stop();
            thread_->join();
        }
    }

    [[nodiscard]] thread_state& state() const noexcept { return *state_; }

    /// Lets the thread go on alone; it keeps what it shares with us.
    void abandon() { thread_->detach(); }

private:
    template <class Entry>
    static std::unique_ptr<std::thread> begin(std::shared_ptr<thread_state> const& state, Entry body) {
        signals_blocked const inherited;
        try {
            return std::make_unique<std::thread>([state, body = std::move(body)]() mutable {
                readiness ready{*state};
                state->ended(run_entry(body, ready));
            });
        } catch (std::exception const& e) {
            throw error{errc::launch_failed, std::string{"cannot start a thread: "} + e.what()};
        }
    }

    std::shared_ptr<thread_state> state_;
    pid_t                         owner_;
    std::unique_ptr<std::thread>  thread_;
};

}  // namespace detail

/// Runs the entry in a thread of this process: for tests, and where a process of its own is not worth it.
///
/// Signals stay with the threads there were before; in the entry's thread all are blocked (those of a failed
/// instruction excepted). A thread cannot be killed: an entry that does not heed its stop callback holds up
/// the handle's destructor without limit, as std::jthread does. `grace` counts in a failed start only.
struct thread {
    using policy_kind = kind::launch;

    /// Threading: every thread may use it, also several at once; moving and destroying are for one alone.
    class child {
    public:
        explicit child(std::unique_ptr<detail::child_thread> running, bytes_view payload) noexcept
            : running_{std::move(running)}, payload_{payload} {}

        [[nodiscard]] bytes_view ready_payload() const noexcept { return payload_; }
        [[nodiscard]] bool alive() const { return running_ && !running_->state().wait(detail::deadline{{}}); }
        exit_status join() { return running_ ? running_->state().wait() : exit_status::unknown(); }
        [[nodiscard]] std::optional<exit_status> join(time_limit timeout) {
            return running_ ? running_->state().wait(detail::deadline{timeout}) : exit_status::unknown();
        }
        /// Calls the entry's stop callback; an entry without one is not stopped.
        void terminate() noexcept {
            if (running_) running_->state().stop();
        }
        /// The same as `terminate`: a thread cannot be ended by force.
        void kill() noexcept { terminate(); }
        /// The number of this process.
        [[nodiscard]] pid_t pid() const noexcept { return ::getpid(); }

    private:
        std::unique_ptr<detail::child_thread> running_;
        bytes_view                            payload_;
    };

    /// Starts the entry and returns when it has called `readiness::ready`.
    ///
    /// Errors: the entry's own code and text, or `errc::launch_failed` with its exit code; `errc::not_ready`
    /// after `ready_timeout`. An entry that was not ready is asked to stop as soon as it is; if it has not ended
    /// after `grace`, its thread goes on by itself.
    template <entry Entry>
    static child start(Entry body, start_options const& options = {}) {
        auto state   = std::make_shared<detail::thread_state>();
        auto running = std::make_unique<detail::child_thread>(state, std::move(body));
        if (!state->wait_ready(detail::deadline{options.ready_timeout})) {
            state->stop();
            if (state->wait(detail::deadline{options.grace})) detail::throw_not_ready(options.ready_timeout);
            running->abandon();
            detail::throw_not_ready(options.ready_timeout, "; its thread cannot be ended and goes on");
        }
        return child{std::move(running), state->payload()};
    }
};

}  // namespace tenon::launch

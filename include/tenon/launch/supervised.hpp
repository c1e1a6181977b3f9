// launch::supervised: a child process that is started again when it crashes.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/restart.hpp>
#include <tenon/launch/supervisor.hpp>

#include <concepts>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include <sys/types.h>

namespace tenon::launch {

/// A child that comes back after a crash, held by the program that started it. Its destructor ends it for good:
/// SIGTERM, `grace`, SIGKILL.
///
/// A copy of the handle that a fork made is inert: there it neither waits for the child nor ends it.
/// Threading: every thread may use it, also several at once; moving and destroying are for one alone.
class supervised_child {
public:
    /// For launch policies.
    explicit supervised_child(std::unique_ptr<detail::supervisor> supervisor) noexcept
        : supervisor_{std::move(supervisor)} {}

    supervised_child(supervised_child&&) noexcept = default;
    /// The child held so far is ended first, as by the destructor.
    supervised_child& operator=(supervised_child&& other) noexcept {
        if (this != &other) {
            end();
            supervisor_ = std::move(other.supervisor_);
        }
        return *this;
    }
    ~supervised_child() { end(); }

    /// What the child gave to `readiness::ready` when it first came up. Valid as long as this handle.
    [[nodiscard]] bytes_view ready_payload() const noexcept {
        return supervisor_ ? supervisor_->payload() : bytes_view{};
    }

    /// True until the child has ended for good; so also between a crash and the next start.
    [[nodiscard]] bool alive() const { return mine() && !supervisor_->wait(detail::deadline{{}}); }

    /// Waits for the end for good: a success, an end that was asked for, or the crash after which the limit of
    /// restarts was reached. Returns the last exit status. A second call returns the same.
    exit_status join() { return mine() ? supervisor_->wait() : exit_status::unknown(); }

    /// The same for at most `timeout`; no value then.
    [[nodiscard]] std::optional<exit_status> join(time_limit timeout) {
        return mine() ? supervisor_->wait(detail::deadline{timeout}) : exit_status::unknown();
    }

    /// Asks the child to stop (SIGTERM); it is not started again, however it ends. Returns at once.
    void terminate() noexcept {
        if (mine()) supervisor_->stop(SIGTERM);
    }

    /// Ends the child by force (SIGKILL) and for good. Returns at once.
    void kill() noexcept {
        if (mine()) supervisor_->stop(SIGKILL);
    }

    /// The number of the process that runs, or ran last; −1 of a handle that was moved from.
    [[nodiscard]] pid_t pid() const noexcept { return supervisor_ ? supervisor_->pid() : -1; }

    /// How often the child has come up again.
    [[nodiscard]] unsigned restarts() const noexcept { return supervisor_ ? supervisor_->restarts() : 0; }

private:
    [[nodiscard]] bool mine() const noexcept { return supervisor_ && supervisor_->mine(); }

    void end() noexcept {
        if (mine())
            supervisor_->end();
        else
            static_cast<void>(supervisor_.release());  // a forked process has no thread to wait for
    }

    std::unique_ptr<detail::supervisor> supervisor_;
};

/// Starts the child by `Inner`, `fork` or `spawn`, and again whenever it crashes:
/// `launch::supervised<launch::spawn, launch::restart{.times = 3, .within = 10s}>`.
///
/// A crash is an end by a signal or with an exit code that is not 0 (an exception is code 1), unless it follows
/// `terminate` or `kill`. Exit code 0 is an end for good. When the limit of `Restart` is reached, the last crash is
/// the end. A program that ignores SIGCHLD cannot tell how a child ended: there every end is a crash.
///
/// An entry that is a `restartable_entry` comes up where it was: processes of Tenon bind the addresses of the first
/// start again, so that peers reconnect by themselves, and what their app had in memory is new. Meanwhile nobody
/// keeps a TCP port for them: if it is taken, the attempt fails, and the next one follows.
///
/// Restarts are made by a thread of the program. With `fork`, therefore, a child is forked while other threads run:
/// it inherits their locks as they are at that moment. glibc's own (memory, stdio) are seen to; take `spawn` where
/// other libraries or the entry may need another. What a forked child sees of the program's memory is the state at
/// the restart, not at the first start.
template <class Inner, restart Restart, class Observer>
struct supervised {
    static_assert(requires { requires std::same_as<typename Inner::child, process_child>; },
                  "tenon: launch::supervised<Inner> restarts processes: Inner is launch::fork or launch::spawn (a "
                  "thread that crashes takes the program with it)");
    static_assert(restart_observer<Observer>,
                  "tenon: launch::supervised<Inner, Restart, Observer>: the observer is default-constructible and has "
                  "crashed(report), restarted(report) and gave_up(report), each for a launch::restart_report");
    static_assert(Restart.is_valid(),
                  "tenon: launch::restart: within is more than zero, backoff not negative, and backoff_max at least "
                  "backoff and at most a day");

    using policy_kind = kind::launch;
    using child       = supervised_child;

    static constexpr bool leaves_program = true;

    /// Starts the entry and returns when it has called `readiness::ready` for the first time. If that fails it throws
    /// as `Inner::start` does: only what was up once is started again. `options` hold for every start.
    /// Threading: from any thread; that thread may end afterwards, the child lives on.
    template <entry Entry>
        requires policy_for<Inner, Entry>
    static child start(Entry body, start_options const& options = {}) {
        using supervisor = detail::supervisor_of<Inner, Observer, Entry>;
        auto supervising = std::make_unique<supervisor>(Restart, options, std::move(body));
        supervising->start();
        return child{std::move(supervising)};
    }
};

}  // namespace tenon::launch

// The loop: one thread that waits for sockets, descriptors, timers, posts and signals, and calls back.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/loop/idle.hpp>
#include <tenon/loop/posts.hpp>
#include <tenon/loop/signals.hpp>
#include <tenon/loop/sources.hpp>
#include <tenon/loop/spin.hpp>
#include <tenon/loop/timers.hpp>
#include <tenon/loop/wake.hpp>

#include <poll.h>

#include <atomic>
#include <cstddef>
#include <span>
#include <utility>

namespace tenon::loop {

/// A level-triggered event loop over the sockets of a `Transport` (see tenon/transport/concept.hpp).
///
/// In each turn it waits, then runs the timers that are due, then what was posted, then each source that is
/// ready, beginning with another one each time. A source of messages gets a budget per turn, and after one
/// that used it up the timers are looked at: a flooded socket starves nobody.
///
/// A callback may add and remove any source or timer, its own included. A callback that is removed is not
/// called any more once `unwatch` or `cancel` has returned; what it refers to may be destroyed right away.
/// What a callback throws comes out of `run()` or `turn()`; the loop stays as it is and may be run again.
/// Threading: everything belongs to the thread that runs the loop, but `post` and `stop`.
/// Cost: a turn is one wait and one indirect call per ready source; nothing is allocated once the loop has
/// seen its largest number of sources, timers and posts.
template <class Transport>
class event_loop {
public:
    using context    = typename Transport::context;
    using socket     = typename Transport::socket;
    using clock      = typename Transport::clock;
    using duration   = typename clock::duration;
    using time_point = typename clock::time_point;
    using callback   = detail::unique_function<void()>;

    /// Handles messages of a source, at most `budget` of them, until none is left.
    /// Returns true if it stopped because the budget was used up: there may be more.
    using ready_function = typename sources<Transport>::ready_function;

    /// Waiting without an end.
    static constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

    /// How many messages one source may handle in one turn, unless told otherwise.
    static constexpr std::size_t default_budget = 64;

    /// The context must outlive the loop. Errors: `errc::transport_error` if no descriptor is left.
    [[gnu::noinline]] explicit event_loop(context& owner, std::size_t budget = default_budget)
        : context_{&owner}, budget_{budget}, sources_{wake_.fd()} {}
    event_loop(event_loop const&)            = delete;
    event_loop& operator=(event_loop const&) = delete;

    /// Calls `ready(self, budget)` whenever the socket is readable (or, with `events` of `POLLOUT`, writable).
    /// The socket must stay open until `unwatch`; it may be moved. It becomes the calling thread's.
    source_id watch(socket& target, ready_function ready, void* self, short events = POLLIN) {
        return sources_.add(poll_item{target, events}, ready, self);
    }

    /// Calls `work(ready)` whenever the descriptor has one of the events of poll(2), or an error (`POLLERR`).
    /// The descriptor must stay open until `unwatch`, which does not close it.
    source_id watch_fd(int fd, short events, detail::unique_function<void(short)> work) {
        return sources_.add(poll_item{fd, events}, std::move(work));
    }

    /// The same for who has a function and its argument; `ready` gets a budget, as for sockets.
    source_id watch_fd(int fd, short events, ready_function ready, void* self) {
        return sources_.add(poll_item{fd, events}, ready, self);
    }

    /// Calls `work(signal)` for each of the signals that arrives. They have to be blocked before: make a
    /// `signal_block` ahead of all contexts and threads. Errors: `errc::transport_error` if they are not.
    source_id on_signal(signal_set const& signals, detail::unique_function<void(int)> work) {
        signal_source from{signals};
        int const     fd = from.fd();
        return watch_fd(fd, POLLIN, [from = std::move(from), work = std::move(work)](short) mutable {
            if (int const number = from.next(); number != 0) work(number);
        });
    }

    /// Stops watching; false if the source is gone already.
    bool unwatch(source_id id) noexcept { return sources_.remove(id); }

    /// Calls `work()` once, not earlier than after `delay`.
    timer_id after(time_limit delay, callback work) {
        return add_timer(delay, {}, std::move(work));
    }

    /// Calls `work()` every `period`, for the first time after one.
    ///
    /// The phase is kept: deadlines are multiples of the period after the start. Ticks that were missed,
    /// because something took long, are skipped; the late one runs once.
    /// Errors: `errc::out_of_range` if the period is not positive.
    timer_id every(time_limit period, callback work) {
        if (std::chrono::nanoseconds{period}.count() <= 0)
            detail::throw_error(errc::out_of_range, {"event_loop::every needs a period longer than zero"});
        return add_timer(period, period, std::move(work));
    }

    /// Takes a timer away; false if it is over already.
    bool cancel(timer_id id) noexcept { return timers_.cancel(id); }
    /// When a timer is due; the beginning of the clock if it is over already.
    [[nodiscard]] time_point deadline(timer_id id) const noexcept { return timers_.deadline(id); }

    /// Calls `work()` in the loop's thread, in the order of the posts. Threading: from all threads.
    void post(callback work) {
        auto const prepare = [this] {
            if (run_posts_ != nullptr) return;  // it may be read meanwhile
            run_posts_ = [](event_loop& self) { return self.posts_.run([&self] { return self.halted(); }); };
        };
        if (posts_.add(std::move(work), prepare)) wake_.signal();
    }

    /// Calls `work()` once, in the first turn that finds nothing else to do, and in any case in one that goes
    /// on for longer than `at_latest` from now: for what is cheaper to do for many events at once.
    void when_idle(callback work, time_limit at_latest) {
        run_idle_ = [](event_loop& self) { return self.idle_.run([&self] { return self.halted(); }); };
        idle_.add(std::move(work), deadline_after(at_latest));
    }

    /// Makes `run()` return after the callback that is running; no other one is started.
    /// May be called before `run()`, any number of times, from all threads and from signal handlers.
    void stop() noexcept {
        stop_.store(true, std::memory_order_release);
        wake_.signal();
    }

    [[nodiscard]] bool stop_requested() const noexcept { return stop_.load(std::memory_order_acquire); }

    /// Forgets that `stop` was called, so that `run()` may be called again.
    void restart() noexcept { stop_.store(false, std::memory_order_release); }

    /// Runs until `stop`; returns at once if it was called already.
    void run() {
        while (!stop_requested()) turn();
    }

    /// One turn: waits at most `max_wait` for the first event and calls back what is ready.
    ///
    /// Returns how many callbacks were called. For tests, for other loops, and for a last round after
    /// `stop`, which ends a turn only if it comes during the turn.
    /// Errors: `errc::transport_error` if called from a callback; what the wait or a callback throws.
    [[gnu::hot]] std::size_t turn(time_limit max_wait = forever);

    /// How long the next turn would wait at most if no source became ready: until the first timer, or not at all. For
    /// those who take the turns themselves.
    [[nodiscard]] std::chrono::nanoseconds time_to_wait(std::chrono::nanoseconds max_wait = forever) const;

    /// From now on a turn looks again and again for up to `limit` before it sleeps; zero, as in the beginning: it
    /// sleeps at once. Not for transports whose time does not go on by itself.
    void spin(time_limit limit) noexcept {
        spin_      = limit;
        wait_spun_ = [](event_loop& self, std::chrono::nanoseconds most, std::size_t& calls) {
            return self.wait_spun(most, calls);
        };
    }

    /// The transport's time.
    [[nodiscard]] time_point now() const { return context_->now(); }

private:
    using poll_item = typename Transport::poll_item;

    int         wait(std::chrono::nanoseconds limit, std::size_t& calls);
    int         wait_once(std::chrono::nanoseconds limit);
    int         wait_spun(std::chrono::nanoseconds limit, std::size_t& calls);
    int         spin(std::chrono::nanoseconds limit, std::size_t& calls);
    std::size_t run_timers();
    std::size_t run_sources();

    // What most loops never do is reached by way of these, which the first use sets: other programs do not compile it.
    using step = std::size_t (*)(event_loop& self);
    std::size_t take(step what) { return what == nullptr ? 0 : what(*this); }

    timer_id add_timer(duration delay, duration period, callback work) {
        run_timers_ = [](event_loop& self) { return self.run_timers(); };
        return timers_.add(deadline_after(delay), period, std::move(work));
    }

    time_point deadline_after(duration delay) const {
        auto const start = context_->now();
        if (delay <= duration::zero()) return start;
        return delay < time_point::max() - start ? start + delay : time_point::max();
    }

    // True if a stop came during this turn.
    bool halted() const noexcept { return !stopped_before_ && stop_requested(); }

    using wake_type = typename detail::wake_for<Transport>::type;

    context*                 context_;
    std::size_t              budget_;
    std::chrono::nanoseconds spin_{0};
    int (*wait_spun_)(event_loop&, std::chrono::nanoseconds, std::size_t&) = nullptr;
    wake_type                wake_;
    sources<Transport>       sources_;
    timers<clock>            timers_;
    idle_work<clock>         idle_;
    posts                    posts_;
    step                     run_timers_     = nullptr;
    step                     run_idle_       = nullptr;
    step                     run_posts_      = nullptr;
    std::size_t              first_          = 0;  // who comes first in this turn
    bool                     in_turn_        = false;
    bool                     stopped_before_ = false;
    std::atomic<bool>        stop_{false};
};

template <class Transport>
std::size_t event_loop<Transport>::turn(time_limit max_wait) {
    if (in_turn_)
        detail::throw_error(errc::transport_error,
                            {"a loop is run from one of its own callbacks; let that return, or post the work"});
    struct mark {
        bool& flag;
        ~mark() { flag = false; }
    } const in_turn{in_turn_};
    in_turn_        = true;
    stopped_before_ = stop_requested();
    sources_.sweep();
    std::size_t calls = 0;
    int const   ready = wait(max_wait, calls);
    calls += take(run_timers_);
    if (sources_.is_woken_up() || posts_.any()) {
        wake_.drain();
        if (posts_.any()) calls += take(run_posts_);
    }
    if (ready > 0 || sources_.is_pending()) calls += run_sources();
    if (!idle_.empty() && (calls == 0 || context_->now() >= idle_.due())) calls += take(run_idle_);
    return calls;
}

template <class Transport>
int event_loop<Transport>::wait(std::chrono::nanoseconds max_wait, std::size_t& calls) {
    auto const limit = time_to_wait(max_wait);
    if (spin_.count() <= 0 || limit.count() <= 0) return wait_once(limit);
    return wait_spun_(*this, limit, calls);
}

template <class Transport>
int event_loop<Transport>::wait_spun(std::chrono::nanoseconds limit, std::size_t& calls) {
    auto const spun = spin_ < limit ? spin_ : limit;
    if (int const ready = spin(spun, calls); ready > 0 || calls > 0) return ready;
    // A post or a stop has made the wake-up ready; only timers are nearer than they were.
    return wait_once(time_to_wait(limit == forever ? limit : limit - spun));
}

/// Looks until something is ready, or was handled: then there is a call. Few sockets are received from at once, since a
/// receive that finds nothing costs no more than a look; what else there is to wait for is looked at now and then.
template <class Transport>
int event_loop<Transport>::spin(std::chrono::nanoseconds limit, std::size_t& calls) {
    bool const direct = sources_.receive_directly();
    for (spin_time time{*context_, limit}; time.goes_on();) {
        if (!direct || time.is_round()) {
            if (int const ready = wait_once(std::chrono::nanoseconds::zero()); ready > 0) return ready;
        } else if (posts_.any() || halted()) {
            break;
        } else if (sources_.try_to_receive(budget_)) {
            ++calls;
            break;
        }
    }
    return 0;
}

/// Ready functions receive until nothing is left, so a socket that is said to be ready need not be.
template <class Transport>
int event_loop<Transport>::wait_once(std::chrono::nanoseconds limit) {
    std::span<poll_item> const items = sources_.items();
    if constexpr (requires { context_->wait_roughly(items, limit); })
        return context_->wait_roughly(items, limit);
    else
        return context_->wait(items, limit);
}

template <class Transport>
std::chrono::nanoseconds event_loop<Transport>::time_to_wait(std::chrono::nanoseconds max_wait) const {
    using std::chrono::nanoseconds;
    if (sources_.is_pending() || !idle_.empty() || posts_.any()) return nanoseconds::zero();
    if (timers_.empty()) return max_wait;  // and the clock is not read
    auto const left = std::chrono::duration_cast<nanoseconds>(timers_.next() - context_->now());
    if (left <= nanoseconds::zero()) return nanoseconds::zero();
    return left < max_wait ? left : max_wait;
}

template <class Transport>
std::size_t event_loop<Transport>::run_timers() {
    if (timers_.empty()) return 0;
    return timers_.run_due(context_->now(), [this] { return halted(); });
}

template <class Transport>
std::size_t event_loop<Transport>::run_sources() {
    // Those that callbacks add come after these and have not been waited for yet.
    auto const  count = sources_.last();
    std::size_t calls = 0;
    if (count == 0) return 0;
    first_ = (first_ + 1) % count;
    for (std::size_t k = 0; k < count && !halted(); ++k) {
        auto const i = 1 + (first_ + k) % count;
        if (!sources_.is_ready(i)) continue;
        ++calls;
        if (sources_.call(i, budget_)) take(run_timers_);
    }
    return calls;
}

}  // namespace tenon::loop

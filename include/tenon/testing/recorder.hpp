// Unit tests of handlers: a process argument that does nothing and keeps what it was told to do.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>
#include <tenon/loop/timers.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/process/held.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/task_list.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/testing/recorder/client.hpp>
#include <tenon/testing/recorder/events.hpp>
#include <tenon/testing/recorder/opaque.hpp>
#include <tenon/testing/recorder/server.hpp>
#include <tenon/testing/recorder/timers.hpp>

#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::testing {

namespace detail {

/// The recorded end by the port's pattern.
template <class Recorder, class Port>
constexpr auto recorded_end() {
    using tenon::detail::type_tag;
    using enum pattern;
    constexpr pattern p = Port::pattern;
    if constexpr (tenon::detail::is_opaque<Port>) return type_tag<recorded_opaque<Recorder, Port>>{};
    else if constexpr (p == push) return type_tag<recorded_push<Recorder, Port>>{};
    else if constexpr (p == pull) return type_tag<recorded_pull<Recorder, Port>>{};
    else if constexpr (p == pub || p == xpub) return type_tag<recorded_publisher<Recorder, Port>>{};
    else if constexpr (p == sub || p == xsub) return type_tag<recorded_subscriber<Recorder, Port>>{};
    else if constexpr (Port::is_server) return type_tag<recorded_server<Recorder, Port>>{};
    else return type_tag<recorded_client<Recorder, Port>>{};
}
template <class Recorder, class Port>
using recorded_end_t = typename decltype(recorded_end<Recorder, Port>())::type;

template <class Recorder, class Ports>
struct recorded_ends;
template <class Recorder, class... Ports>
struct recorded_ends<Recorder, port_list<Ports...>> : recorded_end_t<Recorder, Ports>... {
    explicit recorded_ends([[maybe_unused]] Recorder& process) : recorded_end_t<Recorder, Ports>(process)... {}
};

}  // namespace detail

/// Stands in for the process of an app in unit tests: `app.on(ping{3}, recorder)` without sockets, a loop or a world.
///
///     pong_app app;
///     tenon::testing::recorder process{app};
///     app.on(plzdiekthxbye{}, process);
///     CHECK(process.is_stopping());
///
/// Handlers find in it what `tenon::process` has for them: ports to send and to ask at, timers, `stop`, tasks. Nothing
/// of it goes anywhere. The test looks at what was sent (`process[port].sent<M>()`), at what was asked and answers it
/// (`asked<Q>()`, `answer<Q>(reply)`), at answers that were put off (`deferred_answers<Q>()`), at timers, which run out
/// in `advance`, and at stops. What the protocol does not allow does not compile, as in the process. What a callback or
/// a task throws comes out of the call that led to it.
///
/// A request ends by itself when its timeout, with a retry option that of all attempts, is over in `advance`. Overload
/// options are for tests with a stage or a world, and so is a handler that uses sockets, frames or the loop: it does
/// not compile with a recorder, which says so. A task that a handler returns is run with <tenon/testing/run_task.hpp>.
///
/// Handlers that use an observer find one in `recorder<App, Observer>`; nothing but they tells it anything.
/// Threading: one thread. The app has to live longer.
template <class App, class Observer = observer::none>
class recorder {
public:
    using app_type      = App;
    using port_list     = tenon::detail::ports_of_t<App>;
    using observer_type = Observer;
    using errors_type   = errors::stop;
    using timer_id      = loop::timer_id;
    using duration      = std::chrono::nanoseconds;

    /// The time of a recorder: it begins at zero, and only `advance` lets it go on.
    struct clock {
        using duration   = std::chrono::nanoseconds;
        using rep        = duration::rep;
        using period     = duration::period;
        using time_point = std::chrono::time_point<clock>;
        static constexpr bool is_steady = true;
    };
    /// What a handler finds in `context()`: the time.
    struct context_type {
        recorder& owner;
        [[nodiscard]] typename clock::time_point now() const noexcept {
            return typename clock::time_point{owner.now()};
        }
    };

    explicit recorder(App& app) : app_{app}, ends_{*this} {}
    recorder(recorder const&)            = delete;
    recorder& operator=(recorder const&) = delete;
    ~recorder() { tasks_.end_all(); }

    /// The recorded end of `port`: for handlers as in a process, and for the test (tenon/testing/recorder/).
    template <class Port>
    auto& operator[](Port const&) {
        static_assert(port_list::template index_of<Port> != tenon::detail::npos,
                      "tenon: this port does not belong to the app of this recorder");
        return static_cast<detail::recorded_end_t<recorder, Port>&>(ends_);
    }

    // ---- As the process ---------------------------------------------------------------------------------------------

    template <class F>
    timer_id after(time_limit delay, F f) {
        return timers_.add(delay, {}, true, std::move(f));
    }
    template <class F>
    timer_id every(time_limit period, F f) {
        if (std::chrono::nanoseconds{period}.count() <= 0)
            throw error{errc::out_of_range, "a recorder's every needs a period longer than zero, as a process's does"};
        return timers_.add(period, period, true, std::move(f));
    }
    void cancel(timer_id id) noexcept { timers_.cancel(id); }
    auto sleep(time_limit time) { return tenon::detail::sleep_awaitable<recorder>{*this, time}; }
    template <class F>
    void post(F f) {
        timers_.add({}, {}, false, std::move(f));
    }
    template <class T>
    void start(task<T> work) {
        start_background_task(tenon::detail::task_start{}, *this, std::move(work));
        rethrow();
    }
    void stop() noexcept { stopping_ = true; }
    void stop(int exit_code) noexcept {
        if (exit_code_ == 0) exit_code_ = exit_code;
        stop();
    }
    [[nodiscard]] bool is_stopping() const noexcept { return stopping_; }

    App&                       app() noexcept { return app_; }
    observer_type&             observer() noexcept { return observer_; }
    context_type&              context() noexcept { return context_; }
    /// Refused while compiling: there is no loop.
    template <class A = App>
    void loop() {
        static_assert(tenon::detail::always_false<A>,
                      "tenon: a recorder has no loop for sockets and descriptors beside the ports (see App in the "
                      "lines around): test this handler on a stage or in a world (docs/testing-process.md)");
    }
    tenon::detail::task_lists& tasks() noexcept { return tasks_; }

    // ---- For the test -----------------------------------------------------------------------------------------------

    /// The timers that wait, in the order in which they will run out.
    [[nodiscard]] std::vector<recorded_timer> timers() const { return timers_.shown(); }

    /// Lets `time` pass: timers run out, requests time out, and what was posted is called, each at its time.
    void advance(time_limit time) {
        timers_.advance(time);
        rethrow();
    }
    /// How much time has passed by that.
    [[nodiscard]] duration now() const noexcept { return timers_.now(); }

    /// What the app has stopped with: the first code that is not 0.
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

    // ---- For the recorded ports -------------------------------------------------------------------------------------

    /// A timer that is not the app's: it is not among `timers()`.
    template <class F>
    timer_id set_own_timer(duration delay, F f) {
        return timers_.add(delay, {}, false, std::move(f));
    }
    /// Throws what a task has thrown.
    void rethrow() { tasks_.rethrow(); }

private:
    App&                                        app_;
    observer_type                               observer_;
    context_type                                context_{*this};
    detail::recorded_timers                     timers_;
    detail::recorded_ends<recorder, port_list> ends_;
    tenon::detail::task_lists                   tasks_;
    int                                         exit_code_ = 0;
    bool                                        stopping_  = false;
};

}  // namespace tenon::testing

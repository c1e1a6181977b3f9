// A process: an app's ports, loop and policies put together.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/readiness.hpp>
#include <tenon/loop/event_loop.hpp>
#include <tenon/process/awaitable.hpp>
#include <tenon/process/ends.hpp>
#include <tenon/process/held.hpp>
#include <tenon/process/make_app.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/policies.hpp>
#include <tenon/process/stop_signals.hpp>
#include <tenon/process/task_list.hpp>
#include <tenon/process/tell.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/protocol/check.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon {

/// Told to an app that has `on(tenon::started const&, auto& process)`, once, when its ports are bound and before the
/// parent's `start` returns: the place for first requests and timers.
struct started {};

/// Told to an app that has `on(tenon::stopping const&, auto& process)`, once, when the loop has ended and before the
/// last messages are answered.
struct stopping {};

/// A process: `App` brought to life by policies, given in any order, each kind at most once.
///
/// | kind      | policies                                                               | default          |
/// |-----------|------------------------------------------------------------------------|------------------|
/// | launch    | `launch::fork`, `spawn`, `supervised<...>`, `thread`, `here`           | `launch::fork`   |
/// | codec     | `codec::json`, `msgpack`, `binary`, your own                           | `codec::json`    |
/// | transport | `transport::zmq`, your own; `transport::sim` in tests                  | `transport::zmq` |
/// | observer  | `observer::none`, `log`, `counting`, `recording`, `all<...>`, your own | `observer::none` |
/// | errors    | `errors::go_on`, `errors::stop`                                        | `errors::go_on`  |
/// | security  | `security::none`, `security::curve<keys>`                              | `security::none` |
/// | wait      | `wait::block`, `wait::spin_then_block<time>`                           | `wait::block`    |
/// | drain     | `drain::within<time, linger>`                                          | 1 s, 1 s         |
///
/// It owns context, loop, sockets and the app. It is made by `tenon::start` or `tenon::run` in the process, thread or
/// program that the launch policy creates, never before. Handlers get it as their process argument.
/// Threading: everything belongs to the thread that runs it, except `stop` and `post`.
template <class App, class... Policies>
class process {
    using policies = detail::policy_set<App, Policies...>;

public:
    using app_type       = App;
    using launch_type    = typename policies::launch;
    using codec_type     = typename policies::codec;
    using transport_type = typename policies::transport;
    using observer_type  = typename policies::observer;
    using errors_type    = typename policies::errors;
    using security_type  = typename policies::security;
    using wait_type      = typename policies::wait;
    using drain_type     = typename policies::drain;
    using port_list      = detail::ports_of_t<App>;
    using loop_type      = loop::event_loop<transport_type>;
    using timer_id       = loop::timer_id;
    using duration       = std::chrono::nanoseconds;

    static_assert(codec::codec<codec_type>, "tenon: this codec policy does not satisfy tenon::codec::codec");
    static_assert(transport::is_transport<transport_type>,
                  "tenon: this transport policy does not satisfy tenon::transport::is_transport");
    static_assert(security_type::template works_over<transport_type>,
                  "tenon: the security policy of this process does not work over its transport (see App and Policies "
                  "in the lines around): tenon::security::curve is ZeroMQ's own and needs tenon::transport::zmq");
    static_assert(detail::check_ports<App>::value);

    /// Brings up ports as `from` says. Throws `tenon::error` if an address cannot be bound.
    /// `owns_signals`: SIGINT and SIGTERM stop this process (not so in a thread of somebody else's).
    [[gnu::cold]] process(detail::plan const& from, bool owns_signals)
        : app_{detail::make_app<App>(from)}, signals_{owns_signals}, context_{context_for(from)},
          loop_{attach_observer()}, gate_{context_, loop_}, ends_{*this, from} {
        // The time of a simulation does not go on while somebody looks.
        if constexpr (!transport::is_stepped<transport_type> && wait_type::spin.count() > 0)
            loop_.spin(wait_type::spin);
        static_cast<void>(check_all_handlers());
    }
    process(process const&)            = delete;
    process& operator=(process const&) = delete;

    /// Runs until `stop`, a signal or the end of the parent; answers what was accepted; returns the exit code.
    /// Tells `ready` the bound addresses when the ports are up and the app has seen `started`.
    [[gnu::cold]] int run(launch::readiness& ready) {
        watch_for_stop(signals_.fd());
        watch_for_stop(ready.lifeline());
        try {
            begin();
            auto const scope = ready.ready(bound().view(),
                                           {[](void* self) { static_cast<process*>(self)->stop(); }, this});
            loop_.run();
            begin_stop();
            while (!is_drained()) turn(drain_time_left());
            return end();
        } catch (...) {
            give_up();
            throw;
        }
    }

    // The same in pieces, for those who take the turns themselves: `begin`, `turn` until `is_stopping`, `begin_stop`,
    // `turn` until `is_drained`, `end`; or `give_up`, once any of them has thrown.

    /// The ports receive from now on, and the app is told `started`.
    [[gnu::cold]] void begin() {
        ends_.each([this](auto& end) { this->watch(end); });
        detail::tell_app<detail::no_port>(*this, started{});
    }
    /// One turn of the loop, which waits for at most `max_wait`.
    void turn(time_limit max_wait) {
        loop_.turn(max_wait);
        tasks_.rethrow();
    }
    [[nodiscard]] bool is_stopping() const noexcept { return loop_.stop_requested(); }

    /// Whatever peers had sent before the stop is in the sockets' queues by now: answer it, and let the sockets' linger
    /// time see the answers off. The ports stay bound meanwhile: libzmq's unbind ends accepted connections.
    [[gnu::cold]] void begin_stop() {
        tasks_.rethrow();
        ends_.each([](auto& end) { end.tell_connections(); });
        detail::tell_app<detail::no_port>(*this, stopping{});
        drained_by_ = context_.now() + drain_type::time;
        ends_.each([this](auto& end) { this->drain_last(end); });
        tasks_.rethrow();
    }
    /// False while something that was accepted is put off or waits for room to leave, which needs the loop.
    [[nodiscard]] bool is_drained() { return !is_busy() || drain_time_left().count() <= 0; }
    /// How long `is_drained` may still be false.
    [[nodiscard]] duration drain_time_left() const { return drained_by_ - context_.now(); }

    /// The last outcomes; returns the exit code.
    [[gnu::cold]] int end() {
        end_everything();
        return exit_code_;
    }
    /// By the errors policy the process ends, but each request still has its outcome. For a catch block.
    [[gnu::cold]] void give_up() noexcept {
        try {
            end_everything();
        } catch (...) {  // the first one counts
        }
    }

    /// The addresses of all ports, as they travel to whoever started the process.
    [[nodiscard, gnu::cold]] buffer bound() {
        buffer   all;
        unsigned index = 0;
        ends_.each([&](auto& end) {
            end.tell_addresses(all, index);
            ++index;
        });
        return all;
    }

    /// Ends `run` soon: after the handler or callback that runs now. What was accepted is still answered. May be called
    /// from any thread, at any time, more than once; the first code that is not 0 counts.
    void stop() noexcept { loop_.stop(); }
    /// The same with an exit code; only from the process's own thread.
    void stop(int exit_code) noexcept {
        if (exit_code_ == 0) exit_code_ = exit_code;
        stop();
    }

    /// The running end of `port`: `send` and `request` on client sides, addresses and counters on all.
    template <class Port>
    auto& operator[](Port const&) {
        static_assert(port_list::template index_of<Port> != detail::npos,
                      "tenon: this port does not belong to the app of this process");
        return static_cast<detail::end_for_t<process, Port>&>(ends_);
    }

    /// Calls `f()` once after `delay`, or every `period`. The id serves to cancel it; cancelling is always allowed.
    /// What `f` throws is treated as the errors policy says.
    template <class F>
    timer_id after(time_limit delay, F f) {
        return loop_.after(delay, guarded(std::move(f)));
    }
    template <class F>
    timer_id every(time_limit period, F f) {
        return loop_.every(period, guarded(std::move(f)));
    }
    void cancel(timer_id id) noexcept { loop_.cancel(id); }

    /// In a coroutine: `co_await process.sleep(time)` goes on after `time`.
    auto sleep(time_limit time) { return detail::sleep_awaitable<process>{*this, time}; }

    /// Runs `work`, a `tenon::task<void>` (<tenon/process/task.hpp>), beside everything else. What it throws is treated
    /// as the errors policy says. A stop does not wait for it: it is destroyed where it waits.
    template <class T>
    void start(task<T> work) {
        start_background_task(detail::task_start{}, *this, std::move(work));
    }

    /// Calls `f()` in the process's thread, soon. May be called from any thread.
    template <class F>
    void post(F f) {
        loop_.post(guarded(std::move(f)));
    }

    App&           app() noexcept { return app_; }
    observer_type& observer() noexcept { return observer_; }
    /// The loop and the context, for sockets and descriptors beside the ports.
    loop_type& loop() noexcept { return loop_; }
    auto&      context() noexcept { return context_; }
    /// For the ports: who is let in where they bind. Only with a security policy that encrypts.
    auto& gate() noexcept
        requires(security_type::encrypts)
    {
        return gate_;
    }
    /// The coroutines that are under way, for <tenon/process/task.hpp>.
    detail::task_lists& tasks() noexcept { return tasks_; }

private:
    /// Evaluated for its errors: one for each handler that is missing, ambiguous or of the wrong type.
    static consteval bool check_all_handlers() {
        return []<class... Ports>(tenon::port_list<Ports...>) {
            return (detail::check_handlers<App, Ports, process>::value && ...);
        }(port_list{});
    }

    /// One for itself, or the one that all of this program share, if it has links to others of it.
    static typename transport_type::context context_for([[maybe_unused]] detail::plan const& from) {
        if constexpr (transport::shares_context<transport_type>)
            if (from.has_inproc()) return transport_type::context::of_program();
        return {};
    }

    /// Before there is anything to observe; returns the context.
    auto& attach_observer() {
        if constexpr (detail::sees_process<observer_type>)
            [this]<class... Ports>(tenon::port_list<Ports...>) {
                observed_port const ports[] = {{Ports::name, Ports::pattern}...};
                observer_.attached({detail::unqualified_name<App>(), codec_type::name, ports, process_clock{context_}});
            }(port_list{});
        return context_;
    }

    /// Stops when the descriptor is readable, by a signal or by the end of the parent.
    [[gnu::cold]] void watch_for_stop(int fd) {
        if (fd < 0) return;
        constexpr auto stop_now = [](void* self, std::size_t) {
            auto& stopped = *static_cast<process*>(self);
            while (stopped.signals_.take()) {}
            stopped.stop();
            return false;
        };
        loop_.watch_fd(fd, POLLIN, stop_now, this);
    }

    template <class End>
    [[gnu::cold]] void watch(End& end) {
        if constexpr (requires { End::only_sends; } || requires { End::watches_itself; }) return;
        loop_.watch(end.socket(), drain<End>, &end);
    }
    template <class End>
    [[gnu::noinline]] static bool drain(void* end, std::size_t budget) {
        return static_cast<End*>(end)->drain(budget);
    }
    template <class End>
    [[gnu::cold]] void drain_last(End& end) {
        while (drain<End>(&end, 64) && context_.now() < drained_by_) {}
    }

    /// `f`, with the errors policy around it.
    template <class F>
    auto guarded(F f) {
        return [this, f = std::move(f)]() mutable {
            try {
                f();
            } catch (...) {
                detail::describe_thrown([this](errc why, std::string_view text) {
                    observer_.dropped(incident{{}, {}, why, text});
                });
                if constexpr (errors_type::stops) throw;
            }
        };
    }

    /// True while something accepted is unfinished.
    bool is_busy() {
        bool busy = !tasks_.handlers.empty();
        ends_.each([&](auto& end) {
            if constexpr (requires { end.unanswered(); }) busy = busy || end.unanswered() > 0;
            if constexpr (requires { end.is_unfinished(); }) busy = busy || end.is_unfinished();
            busy = busy || end.waiting_to_leave() > 0;
        });
        return busy;
    }

    /// In this order: tasks end where they wait, and are not told the outcomes of their requests; the outcomes that
    /// callbacks are told may still answer something; promises that are left may not.
    [[gnu::cold]] void end_everything() {
        tasks_.end_all();
        ends_.each([](auto& end) {
            if constexpr (requires { end.end_requests(); }) end.end_requests();
        });
        ends_.each([](auto& end) {
            if constexpr (requires { end.end_answers(); }) end.end_answers();
            end.end_waiting();
        });
    }

    struct no_gate {
        no_gate(typename transport_type::context&, loop_type&) noexcept {}
    };
    static consteval auto choose_gate() noexcept {
        if constexpr (security_type::encrypts)
            return detail::type_tag<typename security_type::template gate<loop_type>>{};
        else
            return detail::type_tag<no_gate>{};
    }
    using gate_type = typename decltype(choose_gate())::type;

    App                                   app_;
    observer_type                         observer_;
    int                                   exit_code_ = 0;
    typename loop_type::time_point        drained_by_{};
    detail::stop_signals                  signals_;  // before the context starts threads, which would take them
    typename transport_type::context      context_;
    loop_type                             loop_;
    [[no_unique_address]] gate_type       gate_;  // outlives the ports: it lets nobody in unasked
    detail::port_ends<process, port_list> ends_;
    detail::task_lists                    tasks_;
};

}  // namespace tenon

// A world: any number of processes on a simulated network, in one thread and in virtual time.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/reach.hpp>
#include <tenon/process/start.hpp>
#include <tenon/testing/world/chaos.hpp>
#include <tenon/testing/world/resident.hpp>
#include <tenon/testing/world/simulated.hpp>
#include <tenon/testing/world/trace_text.hpp>
#include <tenon/transport/sim.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing {

/// The settings of a world; by default its network is faithful: what happens in it could happen over ZeroMQ.
struct world_options {
    /// Latency, and the odds of a hostile network.
    transport::simulation::network_options network{};

    /// Faults of nodes that come by themselves; none by default.
    chaos_options chaos{};

    /// Keep what happens, for `trace_text`. Takes memory; the hash needs none.
    bool keep_trace = false;
};

/// Processes on a simulated network. The source of each is that of production: `start<server_process>` runs the type
/// that
/// `tenon::start` runs over ZeroMQ, with `transport::sim` in place of its transport.
///
/// Nothing happens by itself: `step`, `advance`, `run_until` and `settle` let time pass. The same seed and the same
/// calls give the same run, which `hash` tells, on every compiler.
/// Apps must not read real clocks, ask for real randomness, start threads, or depend on addresses of memory.
/// Threading: one thread. Cost: about a microsecond for each message.
class world {
public:
    using duration = std::chrono::nanoseconds;

    /// How much virtual time a wait may take if it is not told.
    static constexpr std::chrono::hours patience{1};

    explicit world(std::uint64_t seed, world_options const& options = {})
        : seed_{seed}, network_{std::make_shared<transport::simulation::network>(seed, options.network)},
          chaos_{*network_, options.chaos, hands()} {
        network_->trace().keep_entries(options.keep_trace);
    }
    world(world const&)            = delete;
    world& operator=(world const&) = delete;

    // ---- Processes --------------------------------------------------------------------------------------------------

    /// Starts `Process`. `arguments` are those of `tenon::start`: the app's `config` if it has one, then a link for
    /// each of its ports. The process has seen `started` when this returns; it stays in its place until the world ends.
    /// Throws what keeps it from coming up, such as `errc::address_in_use`.
    template <class Process, class... Arguments>
    resident_process<simulated<Process>>& start(Arguments const&... arguments) {
        using app = typename simulated<Process>::app_type;
        return start_as<Process>(tenon::detail::unqualified_name<app>(), arguments...);
    }
    /// The same under a name of its own in the trace; with a number if it is taken: "worker", "worker.2".
    template <class Process, class... Arguments>
    resident_process<simulated<Process>>& start_as(std::string_view name, Arguments const&... arguments) {
        using process = simulated<Process>;
        auto  entry = tenon::detail::make_entry<process>(arguments...);
        tenon::detail::check_reach<Process>(entry.from);
        auto& home  = network_->add_node(free_name(name));
        home.apart  = tenon::detail::is_apart<Process>;
        auto  added = std::make_unique<resident_process<process>>(home, std::move(entry));
        auto& place = *added;
        residents_.push_back(std::move(added));
        chaos_.add(home);
        launch(place);
        return place;
    }

    /// Ends a process as SIGKILL does: nothing more is answered or sent, and its peers find their connections lost. The
    /// destructors of its app do run.
    void crash(resident& one) {
        if (!one.alive()) return;
        if (network_->running() == &one.node())
            throw error{errc::refused, "process '" + one.name() +
                                           "' crashes itself: it cannot vanish while its handler runs; crash it from "
                                           "the test, or let it throw with tenon::errors::stop"};
        network_->crash(one.node());
        one.vanish();
    }
    /// Starts a process again that has ended or crashed, with the same configuration and at the same addresses.
    void restart(resident& one) {
        if (one.alive()) crash(one);
        launch(one);
    }

    // ---- Time -------------------------------------------------------------------------------------------------------

    /// The time since the world began.
    [[nodiscard]] duration now() const noexcept { return network_->now().time_since_epoch(); }

    /// Lets one thing happen; false if there is nothing left that could.
    bool step() {
        look_at_timers();
        return take_step();
    }

    /// Lets everything happen that happens in `time`.
    void advance(time_limit time) {
        look_at_timers();
        auto const until = transport::simulation::later(network_->now(), time);
        while (check_ && network_->next() <= until && take_step()) {}
        network_->run_until(until);
    }

    /// Lets things happen until `done()` is true, which is asked after each. False if it is not within `limit`.
    template <class Done>
    bool run_until(Done&& done, time_limit limit = patience) {
        auto const until = transport::simulation::later(network_->now(), limit);
        look_at_timers();
        while (!done()) {
            if (network_->next() <= until && take_step()) continue;
            network_->run_until(until);
            return done();
        }
        return true;
    }

    /// Lets things happen until no message is on its way and no process has anything to do now. Timers may wait still.
    /// False if that is not so within `limit`.
    bool settle(time_limit limit = patience) {
        return run_until([this] { return network_->quiet(); }, limit);
    }

    /// Calls `check()` after each thing that happens, from now on, in the calls above. They let through what it throws.
    void after_each_step(tenon::detail::unique_function<void()> check) { check_ = std::move(check); }

    // ---- Faults -----------------------------------------------------------------------------------------------------

    /// Nothing arrives between the two until `heal`. Connections last, unless heartbeats notice.
    void partition(resident& a, resident& b) { network_->partition(a.node(), b.node()); }
    void heal(resident& a, resident& b) { network_->heal(a.node(), b.node()); }
    /// Does nothing for `time`, as after SIGSTOP.
    void freeze(resident& one, time_limit time) { network_->freeze(one.node(), time); }
    void thaw(resident& one) { network_->thaw(one.node()); }
    /// Puts the clock of a process forward.
    void jump(resident& one, time_limit ahead) { network_->jump(one.node(), ahead); }

    /// The next messages of type `M`, from now on, vanish on their way: `drop_next<pong>()`, `drop_next<ping>(client,
    /// server)`.
    template <class M>
    void drop_next(std::uint64_t count = 1) {
        add_rule<M>(rule::action::drop, nullptr, nullptr, count);
    }
    template <class M>
    void drop_next(resident const& from, resident const& to, std::uint64_t count = 1) {
        add_rule<M>(rule::action::drop, &from, &to, count);
    }
    /// They arrive twice.
    template <class M>
    void duplicate_next(std::uint64_t count = 1) {
        add_rule<M>(rule::action::duplicate, nullptr, nullptr, count);
    }
    template <class M>
    void duplicate_next(resident const& from, resident const& to, std::uint64_t count = 1) {
        add_rule<M>(rule::action::duplicate, &from, &to, count);
    }
    /// All of them, or the next `count`, take `time` longer, and with them what the same connection carries after them.
    template <class M>
    void delay(time_limit time, std::uint64_t count = rule::always) {
        add_rule<M>(rule::action::delay, nullptr, nullptr, count, time);
    }
    template <class M>
    void delay(resident const& from, resident const& to, time_limit time, std::uint64_t count = rule::always) {
        add_rule<M>(rule::action::delay, &from, &to, count, time);
    }

    // ---- What has happened ------------------------------------------------------------------------------------------

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    /// Equal for runs that have done the same, to the byte and the nanosecond.
    [[nodiscard]] std::uint64_t hash() const noexcept { return network_->trace().hash(); }
    /// A line for each thing that has happened, if the options say that the trace is kept.
    [[nodiscard]] std::string trace_text() const { return testing::trace_text(*network_); }

    [[nodiscard]] std::vector<std::unique_ptr<resident>> const& residents() const noexcept { return residents_; }

    /// For peers that a test plays itself: `transport::sim::context peer{world.network()}`. Waiting in that lets time
    /// pass.
    [[nodiscard]] transport::simulation::network& network() noexcept { return *network_; }

private:
    using rule = transport::simulation::fault_rule;

    template <class M>
    void add_rule(rule::action what, resident const* from, resident const* to, std::uint64_t count,
                  time_limit time = {}) {
        network_->add_rule({what, message_name<M>, from == nullptr ? nullptr : &from->node(),
                            to == nullptr ? nullptr : &to->node(), count, time});
    }

    chaos_hands hands() noexcept {
        return {this, [](void* self, std::size_t i) { from(self).crash(*from(self).residents_[i]); },
                [](void* self, std::size_t i) { from(self).restart(*from(self).residents_[i]); },
                [](void* self, std::size_t i) { return from(self).residents_[i]->alive(); }};
    }
    static world& from(void* self) noexcept { return *static_cast<world*>(self); }

    void launch(resident& one) {
        network_->revive(one.node());
        one.launch();
    }

    bool take_step() {
        bool const happened = network_->step();
        if (happened && check_) check_();
        return happened;
    }

    void look_at_timers() {
        for (auto const& each : residents_) each->look_at_timers();
    }

    std::string free_name(std::string_view app) const {
        std::string name{app};
        for (unsigned number = 2; is_taken(name); ++number)
            name = tenon::detail::concat({app, ".", tenon::detail::digits(number)});
        return name;
    }
    bool is_taken(std::string_view name) const noexcept {
        for (auto const& each : residents_)
            if (each->name() == name) return true;
        return false;
    }

    std::uint64_t                                   seed_;
    std::shared_ptr<transport::simulation::network> network_;
    chaos                                           chaos_;
    std::vector<std::unique_ptr<resident>>          residents_;
    tenon::detail::unique_function<void()>          check_;
};

}  // namespace tenon::testing

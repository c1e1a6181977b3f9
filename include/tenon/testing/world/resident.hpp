// A process in a world: started, taken through its turns, stopped, crashed and restarted.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/process/start.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/sim.hpp>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing {

/// What a world knows of each of its processes.
class resident {
public:
    resident(resident const&)            = delete;
    resident& operator=(resident const&) = delete;
    virtual ~resident() { node_.run = nullptr; }

    /// The type of the app, with a number if there are several: "server", "server.2".
    [[nodiscard]] std::string const& name() const noexcept { return node_.name; }
    /// False after it has ended, or crashed.
    [[nodiscard]] virtual bool alive() const noexcept = 0;
    /// The exit code, once it has ended: 1 if it ended with an exception. None while it runs, and after a crash.
    [[nodiscard]] std::optional<int> exit_code() const noexcept { return exit_code_; }
    /// What an exception said that ended it.
    [[nodiscard]] std::string const& error_text() const noexcept { return error_text_; }

    /// Asks it to stop in good order; it does so when time goes on.
    virtual void stop() = 0;

    [[nodiscard]] transport::simulation::node&       node() noexcept { return node_; }
    [[nodiscard]] transport::simulation::node const& node() const noexcept { return node_; }

protected:
    explicit resident(transport::simulation::node& home) noexcept : node_{home} {
        node_.self = this;
        node_.run  = [](void* self) { static_cast<resident*>(self)->turn(); };
    }

    virtual void launch()         = 0;  // throws what keeps the process from coming up
    virtual void vanish()         = 0;
    virtual void turn()           = 0;
    virtual void look_at_timers() = 0;  // which a test may have set from outside

    transport::simulation::node& node_;
    std::optional<int>           exit_code_;
    std::string                  error_text_;

    friend class world;
};

/// A resident whose process is a `Process` (on `transport::sim`).
template <class Process>
class resident_process final : public resident {
    using incident = transport::simulation::incident_kind;

public:
    resident_process(transport::simulation::node& home, tenon::detail::process_entry<Process> entry)
        : resident{home}, entry_{std::move(entry)} {}
    // Its process goes with it. Not by leave(): g++ 14 believes that an optional which was just emptied ends once more.
    ~resident_process() override { node_.deadline = transport::simulation::never; }

    /// The running process: `process()[port]`, `after`, `post` and what else its handlers have. Not after its end.
    [[nodiscard]] Process& process() {
        if (!process_) throw error{errc::terminated, "process '" + name() + "' of this world does not run now"};
        return *process_;
    }
    /// Its app, for looking at. Not after its end.
    [[nodiscard]] typename Process::app_type& app() { return process().app(); }

    /// The address that `port` is bound to (the first, if several), also after the end.
    /// Throws `errc::bad_address` if the port is not bound.
    template <class Port>
    [[nodiscard]] tenon::address address(Port) const {
        static_assert(tenon::detail::port_of_app<typename Process::app_type, Port>::value);
        for (auto const& each : bound_)
            if (each.port == Process::port_list::template index_of<Port>) return tenon::address{each.address};
        throw error{errc::bad_address, "port " + std::string{Port::name} + " of process '" + name() + "' is not bound"};
    }

    /// All that it is bound to, by the positions of its ports, for those who link topologies.
    [[nodiscard]] std::vector<tenon::detail::bound_address> const& bound() const noexcept { return bound_; }

    [[nodiscard]] bool alive() const noexcept override { return process_.has_value(); }

    void stop() override {
        if (process_) process_->stop();
    }

private:
    void launch() override {
        transport::simulation::node_scope const here{node_};
        exit_code_.reset();
        error_text_.clear();
        stopping_ = false;
        try {
            process_.emplace(entry_.from, false);
            node_.world->note(incident::started, node_);
            process_->begin();
        } catch (...) {
            if (process_) process_->give_up();
            leave();
            throw;
        }
        auto const bound = process_->bound();
        if (bound_.empty()) entry_.keep(bound.view());  // started again, it comes up at the same addresses
        bound_ = tenon::detail::decode_addresses(bound.view());
        node_.world->wake(node_);  // for what `begin` has set in motion
    }

    void vanish() override { leave(); }

    /// One turn of the loop, and on the way to its end the next piece of that.
    void turn() override {
        if (!process_) return;
        transport::simulation::node_scope const here{node_};
        try {
            process_->turn(std::chrono::nanoseconds{0});
            if (process_->is_stopping() && !std::exchange(stopping_, true)) process_->begin_stop();
            if (stopping_ && process_->is_drained()) return end(process_->end(), {});
            look_at_timers();
        } catch (std::exception const& e) {
            process_->give_up();
            end(1, e.what());
        } catch (...) {
            process_->give_up();
            end(1, "an exception that is no std::exception");
        }
    }

    void look_at_timers() override {
        if (!process_) return;
        auto wait = process_->loop().time_to_wait();
        if (stopping_ && process_->drain_time_left() < wait) wait = process_->drain_time_left();
        node_.world->set_deadline(node_, transport::simulation::later(node_.world->now(), wait));
    }

    void end(int code, std::string_view text) {
        exit_code_  = code & 0xff;
        error_text_ = text;
        leave();
        node_.world->note(incident::stopped, node_);
    }
    void leave() noexcept {
        node_.deadline = transport::simulation::never;
        process_.reset();
    }

    tenon::detail::process_entry<Process>     entry_;
    std::vector<tenon::detail::bound_address> bound_;
    std::optional<Process>                    process_;
    bool                                      stopping_ = false;
};

}  // namespace tenon::testing

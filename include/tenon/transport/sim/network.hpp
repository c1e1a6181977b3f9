// The simulated network: nodes, sockets and connections, moved on event by event in one thread.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/concept.hpp>
#include <tenon/transport/sim/clock.hpp>
#include <tenon/transport/sim/event_queue.hpp>
#include <tenon/transport/sim/faults.hpp>
#include <tenon/transport/sim/node.hpp>
#include <tenon/transport/sim/pipe.hpp>
#include <tenon/transport/sim/random.hpp>
#include <tenon/transport/sim/socket_state.hpp>
#include <tenon/transport/sim/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::transport::simulation {

/// A network in which nothing is real: the same seed and the same calls give the same run, to the byte and nanosecond.
///
/// Threading: one thread. It is owned jointly by its contexts and sockets, so make it with `std::make_shared`.
/// Cost: a message is one event, two swaps of a buffer, and a copy of its bytes each for sending and receiving; once
/// all queues have seen their largest size nothing is allocated.
class network : public std::enable_shared_from_this<network> {
public:
    explicit network(std::uint64_t seed = 1, network_options const& options = {})
        : options_{options}, random_{generator::mix(seed + 1)} {}
    network(network const&)            = delete;
    network& operator=(network const&) = delete;

    // ---- Time -------------------------------------------------------------------------------------------------------

    [[nodiscard]] time_point now() const noexcept { return now_; }

    /// Lets one thing happen: a node takes its turn, or the time moves to the next event. False if there is none.
    /// Errors: `errc::transport_error` if nodes keep each other busy without time passing; what a node throws.
    bool step();

    /// The time of what `step` does next: now, if a node is to be run; `never` if there is nothing.
    [[nodiscard]] time_point next() const noexcept { return first_in_line_ < line_.size() ? now_ : events_.next(); }

    /// Lets everything happen up to `until`, and makes that the time.
    void run_until(time_point until) {
        while (next() <= until && step()) {}
        if (now_ < until && until != never) pass_time(until);
    }

    /// True if no message is on its way and no node has anything to do at this time. Timers may still be waiting, and
    /// attempts to connect to who is not there.
    [[nodiscard]] bool quiet() const noexcept { return first_in_line_ == line_.size() && events_.on_their_way() == 0; }

    // ---- Nodes ------------------------------------------------------------------------------------------------------

    node& add_node(std::string name) {
        auto added   = std::make_unique<node>();
        added->id    = static_cast<std::uint32_t>(nodes_.size());
        added->name  = std::move(name);
        added->world = this;
        nodes_.push_back(std::move(added));
        return *nodes_.back();
    }
    /// The node whose process is running right now, if any.
    [[nodiscard]] node const* running() const noexcept { return running_; }
    [[nodiscard]] std::vector<std::unique_ptr<node>> const& nodes() const noexcept { return nodes_; }

    /// Has `one` run at this time.
    void wake(node& one) {
        if (one.run == nullptr || one.crashed || std::exchange(one.in_line, true)) return;
        line_.push_back(&one);
    }
    /// Has `one` run at `when`, if nothing wakes it earlier.
    void set_deadline(node& one, time_point when) {
        one.deadline = when;
        if (when <= now_) return wake(one);
        if (when >= one.scheduled) return;
        one.scheduled = when;
        events_.push(when, event_kind::wake, one.id);
    }

    // ---- Faults -----------------------------------------------------------------------------------------------------

    /// Cuts the network between two nodes: nothing arrives until `heal`. Connections last, and what is on its way
    /// arrives late, unless an end notices by its heartbeats or TCP's keepalive.
    void partition(node& a, node& b);
    void heal(node& a, node& b);
    [[nodiscard]] bool reachable(node const& a, node const& b) const noexcept {
        return partitions_.empty() || partition_between(a, b) == partitions_.size();
    }

    /// Stops a node for a while, as SIGSTOP does. Its peers notice by their heartbeats only.
    void freeze(node& one, duration time);
    void thaw(node& one);

    /// Ends all sockets of a node as the end of its process does: what waits is lost, what is on its way arrives, and
    /// the peers notice. No contexts may be made there until `revive`.
    void crash(node& one);
    void revive(node& one) noexcept { one.crashed = false; }

    /// Puts the clock of a node forward.
    void jump(node& one, duration ahead);

    void add_rule(fault_rule const& rule) { rules_.push_back(rule); }
    void set_odds(link_odds const& odds) noexcept { options_.odds = odds; }

    // ---- Trace and choices ------------------------------------------------------------------------------------------

    [[nodiscard]] simulation::trace&       trace() noexcept { return trace_; }
    [[nodiscard]] simulation::trace const& trace() const noexcept { return trace_; }
    [[nodiscard]] generator&               random() noexcept { return random_; }
    [[nodiscard]] network_options const&   options() const noexcept { return options_; }

    void note(incident_kind what, node const& at) { trace_.add({now_, what, at.id, trace_entry::none, {}, {}, 0}); }

    // ---- Sockets: for `socket`, `context` and `socket_state` --------------------------------------------------------

    [[nodiscard]] std::uint32_t new_context() noexcept { return ++last_context_; }
    /// The context that all sockets of a program may share: of all nodes, but for those that are `apart`.
    [[nodiscard]] std::uint32_t program_of(node& one) noexcept {
        std::uint32_t& program = one.apart ? one.program : program_;
        if (program == 0) program = new_context();
        return program;
    }
    void                        terminate(std::uint32_t context) noexcept;

    socket_state& open(node& home, std::uint32_t context, pattern kind, socket_options const& options);
    void          close(socket_state& socket, duration linger);
    address       bind(socket_state& socket, address const& where);
    void          unbind(socket_state& socket, address const& where);
    void          connect(socket_state& socket, address const& where);
    void          disconnect(socket_state& socket, address const& where);

    /// Sends off what waits in `from`, as far as the receiver has room.
    void transmit(pipe& from);
    /// A message that had arrived at `receiver` is gone from its queue.
    void room_made(pipe& receiver);
    /// A socket at `home` is full: what it has just sent will have left in a moment.
    void look_for_room(node& home) {
        if (home.looks_at > now_) return;
        home.looks_at = later(now_, std::chrono::microseconds{10});
        events_.push(home.looks_at, event_kind::room, home.id);
    }
    /// A subscriber has no room for `what`.
    void note_missed(pipe const& by, message const& what) {
        note_pipe(incident_kind::lost, by, what.name, what.payload());
    }
    void note_sent(socket_state const& by, message const& what) {
        trace_.add({now_, incident_kind::sent, by.home_->id, trace_entry::none, by.port_, what.name, what.payload()},
                   what.bytes.view());
        for (loan const& each : what.loans) trace_.add_content(each.bytes);
    }

private:
    struct listener {
        std::string   key;
        std::uint32_t context;  // of an inproc one, else 0
        socket_state* owner;
    };
    struct cut_link {
        node*      a;
        node*      b;
        time_point since;
    };

    void handle(event const& what);
    void run(node& one);
    void pass_time(time_point to) noexcept {
        if (to == now_) return;
        now_   = to;
        turns_ = 0;
    }
    [[nodiscard]] std::size_t partition_between(node const& a, node const& b) const noexcept;

    // Connections (tenon/transport/sim/connections.hpp).
    pipe&     new_pipe(socket_state& owner);
    void      attempt(pipe& from);
    void      retry_later(pipe& from);
    bool      establish(pipe& from, listener& at);
    void      give_identity(pipe& end, socket_state const& peer);
    void      introduce(pipe& end);
    void      part(pipe& end);
    void      lost(pipe& end);
    void      lost_local(pipe& end);
    void      lose_flying(pipe& from);
    void      finish(pipe& end);
    void      retire(pipe& end);
    void      release(socket_state& socket);
    void      expect_silence(pipe& end);
    void      notice_silence(pipe& end);
    void      answer_knocks();
    void      give_up(socket_state& socket);
    time_point silent_since(pipe const& end) const noexcept;
    duration   patience_of(pipe const& end) const noexcept;
    void      report(socket_state const& socket, connection_change what, std::string_view endpoint, int reason = 0);
    void      report(pipe const& end, connection_change what, int reason = 0) {
        if (!end.local) report(*end.owner, what, end.target, reason);
    }
    listener* find(std::string_view key, std::uint32_t context) noexcept;
    address   choose_port(address const& where);

    static std::string key_of(address const& where, bool binds);
    static bool        same_place(std::string_view a, std::string_view b) noexcept;

    // Delivery (tenon/transport/sim/delivery.hpp).
    void     launch(pipe& from);
    void     land(pipe& from);
    void     note_pipe(incident_kind what, pipe const& at, std::string_view message = {}, std::size_t bytes = 0);
    duration latency() noexcept { return random_.between(options_.latency_min, options_.latency_max); }
    duration misfortune(pipe& from);

    network_options options_;
    generator       random_;
    time_point      now_{};
    event_queue     events_;
    std::uint32_t   turns_ = 0;  // without time passing

    std::vector<std::unique_ptr<node>> nodes_;
    std::vector<node*>                 line_;  // who is to be run at this time
    node*                              running_       = nullptr;
    std::size_t                        first_in_line_ = 0;

    std::vector<std::unique_ptr<socket_state>> sockets_;
    std::vector<std::uint32_t>                 free_sockets_;
    std::vector<std::unique_ptr<pipe>>         pipes_;
    std::vector<std::uint32_t>                 free_pipes_;
    std::vector<listener>                      listeners_;
    std::vector<cut_link>                      partitions_;
    std::vector<fault_rule>                    rules_;

    std::uint32_t last_context_  = 0;
    std::uint32_t program_       = 0;  // see `program_of`
    std::uint32_t last_identity_ = 0;
    std::uint32_t last_port_     = 49151;  // the ports after it are those that nobody has registered
    simulation::trace trace_;
};

inline bool network::step() {
    if (first_in_line_ < line_.size()) {
        node& one = *line_[first_in_line_];
        if (++first_in_line_ == line_.size()) {
            line_.clear();
            first_in_line_ = 0;
        }
        one.in_line = false;
        run(one);
        return true;
    }
    if (events_.next() == never) return false;
    pass_time(events_.next());
    handle(events_.pop());
    return true;
}

inline void network::run(node& one) {
    if (one.frozen || one.crashed || one.run == nullptr) return;
    if (++turns_ > options_.most_turns_at_once)
        throw error{errc::transport_error,
                    "the process at node '" + one.name +
                        "' is called again and again and no time passes: something it does asks for more at once, "
                        "such as a timer of zero or a post that posts itself"};
    if (running_ != nullptr)
        throw error{errc::transport_error,
                    "the simulated network is moved on from inside the process at node '" + running_->name +
                        "'; let its handler return, time goes on then"};
    struct mark {
        node*& running;
        ~mark() { running = nullptr; }
    } const until_it_returns{running_};
    running_ = &one;
    one.run(one.self);
}

}  // namespace tenon::transport::simulation

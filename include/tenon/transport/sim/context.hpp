// Contexts of a simulated network: where sockets are made, and where time and waiting come from.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/transport/sim/misfortune.hpp>
#include <tenon/transport/sim/network.hpp>
#include <tenon/transport/sim/node.hpp>
#include <tenon/transport/sim/poll.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace tenon::transport::simulation {

/// A context at a node of a simulated network. Its inproc names are its own, but for `of_program`.
///
/// Made without arguments it belongs to the current node (`node_scope`, which a world sets for its processes); where
/// there is none, to a node of its own in a network of its own, with seed 1. Destroying it while sockets are open makes
/// their calls return `io::terminated`.
/// Threading: one thread for all of a network.
class context {
public:
    context() : context{current_node != nullptr ? *current_node : std::make_shared<network>()->add_node("test"), {}} {}
    /// At a node of its own in `world`, for the peers that a test plays itself.
    explicit context(network& world) : context{world.add_node("test"), {}} {}
    explicit context(node& home) : context{home, {}} {}

    /// The one whose inproc names all nodes of a network share, as threads of one program do; a node that is `apart`
    /// has them for itself. Belongs to the current node as a context that is made without arguments does.
    static context of_program() {
        context made;
        return of_program(std::move(made));
    }
    /// The same at a node of its own in `world`, for the peers that a test plays itself.
    static context of_program(network& world) { return of_program(context{world}); }

    context(context&& other) noexcept
        : world_{std::move(other.world_)}, home_{other.home_}, id_{std::exchange(other.id_, 0)},
          of_program_{other.of_program_} {}
    context& operator=(context&& other) noexcept {
        if (this == &other) return *this;
        end();
        world_      = std::move(other.world_);
        home_       = other.home_;
        id_         = std::exchange(other.id_, 0);
        of_program_ = other.of_program_;
        return *this;
    }
    ~context() { end(); }

    /// The time by the clock of this node.
    [[nodiscard]] time_point now() const noexcept { return world_->now() + home_->clock_offset; }

    /// Looks which of the items are ready. In a test, outside of processes, it lets time pass until one is or the
    /// timeout is over, and everything happen that happens until then; in a process it never lets any pass.
    /// Returns how many are ready. Errors: `errc::transport_error` if a socket was closed while it is waited for, or a
    /// wait without an end can have none: nothing is left that could happen.
    int wait(std::span<poll_item> items, std::chrono::nanoseconds timeout);

    [[nodiscard]] std::shared_ptr<network> const& world() const noexcept { return world_; }
    [[nodiscard]] node&                           home() const noexcept { return *home_; }
    [[nodiscard]] std::uint32_t                   id() const noexcept { return id_; }

    /// A number that is never 0, for those who would ask the system for a random one.
    [[nodiscard]] std::uint64_t random_id() noexcept {
        std::uint64_t id = 0;
        while (id == 0) id = world_->random().next();
        return id;
    }

private:
    context(node& home, std::nullptr_t)
        : world_{home.world->shared_from_this()}, home_{&home}, id_{world_->new_context()} {}

    static context of_program(context&& made) {
        made.id_         = made.world_->program_of(*made.home_);
        made.of_program_ = true;
        return std::move(made);
    }

    void end() noexcept {
        if (id_ != 0 && !of_program_) world_->terminate(id_);
    }

    std::shared_ptr<network> world_;
    node*                    home_;
    std::uint32_t            id_;
    bool                     of_program_ = false;  ///< Others have sockets in it.
};

inline int context::wait(std::span<poll_item> items, std::chrono::nanoseconds timeout) {
    bool const lets_time_pass = home_->run == nullptr;
    auto const until          = later(world_->now(), timeout);
    for (;;) {
        int ready = 0;
        for (poll_item& each : items) ready += each.look() ? 1 : 0;
        if (ready > 0 || !lets_time_pass) return ready;
        if (world_->next() <= until && world_->step()) continue;
        if (until == never)
            throw error{errc::transport_error,
                        "a wait without an end in a simulated network that is quiet: nothing is left that could "
                        "happen"};
        world_->run_until(until);
        return 0;
    }
}

}  // namespace tenon::transport::simulation

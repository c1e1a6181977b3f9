// Faults of nodes that come by themselves: partitions, freezes, crashes, clocks that jump, all from the world's seed.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/transport/sim.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenon::testing {

/// What befalls the processes of a hostile world, and how often.
struct chaos_options {
    time_limit pause{};                                ///< The mean time between two faults; zero: there are none.
    time_limit longest     = std::chrono::seconds{2};  ///< A fault lasts up to this; a clock jumps by up to this.
    bool       partitions  = true;
    bool       freezes     = true;
    bool       crashes     = true;  ///< A process that crashed is restarted at the end of the fault.
    bool       clock_jumps = true;
};

/// Crashes and restarts processes for `chaos`: a world, by the number of the process.
struct chaos_hands {
    void* world;
    void (*crash)(void* world, std::size_t process);
    void (*restart)(void* world, std::size_t process);
    bool (*alive)(void* world, std::size_t process);
};

/// Brings faults about, as an alarm at a node of its own that has no process.
class chaos {
    using node       = transport::simulation::node;
    using network    = transport::simulation::network;
    using time_point = transport::simulation::time_point;

public:
    chaos(network& world, chaos_options const& options, chaos_hands hands)
        : world_{world}, options_{options}, hands_{hands} {
        if (std::chrono::nanoseconds{options_.pause}.count() <= 0) return;
        alarm_       = &world_.add_node("chaos");
        alarm_->self = this;
        alarm_->run  = [](void* self) { static_cast<chaos*>(self)->turn(); };
        next_        = after_a_pause();
        sleep();
    }
    chaos(chaos const&)            = delete;
    chaos& operator=(chaos const&) = delete;
    ~chaos() {
        if (alarm_ != nullptr) alarm_->run = nullptr;
    }

    /// One more process that may suffer.
    void add(node& victim) { victims_.push_back(&victim); }

private:
    enum class fault : std::uint8_t { partition, freeze, crash, jump };

    struct remedy {
        time_point  when;
        fault       what;
        std::size_t a, b;
    };

    time_point after_a_pause() {
        constexpr auto                 most = std::chrono::nanoseconds::max();
        std::chrono::nanoseconds const half = std::chrono::nanoseconds{options_.pause} / 2;
        return later(world_.now(), world_.random().between(half, half < most / 3 ? half * 3 : most));
    }

    void sleep() {
        time_point first = next_;
        for (remedy const& each : remedies_)
            if (each.when < first) first = each.when;
        world_.set_deadline(*alarm_, first);
    }

    void turn() {
        for (std::size_t i = 0; i < remedies_.size();) {
            if (remedies_[i].when > world_.now()) {
                ++i;
                continue;
            }
            remedy const over = remedies_[i];
            remedies_.erase(remedies_.begin() + static_cast<std::ptrdiff_t>(i));
            if (over.what == fault::partition) world_.heal(*victims_[over.a], *victims_[over.b]);
            else if (!hands_.alive(hands_.world, over.a)) hands_.restart(hands_.world, over.a);
        }
        if (next_ <= world_.now()) {
            strike();
            next_ = after_a_pause();
        }
        sleep();
    }

    void strike() {
        if (victims_.empty()) return;
        fault possible[4];
        std::size_t count = 0;
        if (options_.partitions && victims_.size() > 1) possible[count++] = fault::partition;
        if (options_.freezes) possible[count++] = fault::freeze;
        if (options_.crashes) possible[count++] = fault::crash;
        if (options_.clock_jumps) possible[count++] = fault::jump;
        if (count == 0) return;
        fault const what = possible[world_.random().below(count)];
        auto const  a    = static_cast<std::size_t>(world_.random().below(victims_.size()));
        auto const  time = world_.random().between({}, options_.longest);
        if (!hands_.alive(hands_.world, a)) return;
        switch (what) {
            case fault::freeze: return world_.freeze(*victims_[a], time);
            case fault::jump: return world_.jump(*victims_[a], time);
            case fault::crash:
                hands_.crash(hands_.world, a);
                return remedies_.push_back({later(world_.now(), time), what, a, a});
            case fault::partition: break;
        }
        std::size_t b = static_cast<std::size_t>(world_.random().below(victims_.size() - 1));
        if (b >= a) ++b;
        world_.partition(*victims_[a], *victims_[b]);
        remedies_.push_back({later(world_.now(), time), what, a, b});
    }

    network&            world_;
    chaos_options       options_;
    chaos_hands         hands_;
    node*               alarm_ = nullptr;
    time_point          next_{};
    std::vector<node*>  victims_;
    std::vector<remedy> remedies_;
};

}  // namespace tenon::testing

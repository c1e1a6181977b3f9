// The clock of a simulated network: its time passes only when the network says so.
#pragma once

#include <tenon/core/chrono.hpp>

namespace tenon::transport::simulation {

/// Has the types of a steady clock and no `now()`: ask the context, or the network.
struct virtual_clock {
    using duration                  = std::chrono::nanoseconds;
    using rep                       = duration::rep;
    using period                    = duration::period;
    using time_point                = std::chrono::time_point<virtual_clock>;
    static constexpr bool is_steady = true;
};

using duration   = virtual_clock::duration;
using time_point = virtual_clock::time_point;

/// A time that never comes.
inline constexpr time_point never = time_point::max();

/// The time `delay` after `start`, or `never` if that is further than time can be counted.
constexpr time_point later(time_point start, duration delay) noexcept {
    return delay < never - start ? start + delay : never;
}

}  // namespace tenon::transport::simulation

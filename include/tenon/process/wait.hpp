// How the loop of a process and a client wait: asleep, or looking again and again for a while first.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/fwd.hpp>

/// Wait policies.
namespace tenon::wait {

/// Sleeps until something happens. Costs nothing while nothing does.
struct block {
    using policy_kind = kind::wait;
    static constexpr std::chrono::nanoseconds spin{0};
};

/// Looks again and again for up to `Time`, and sleeps only then: `spin_then_block<100us>`. A message that comes
/// meanwhile is handled without the time that it takes to wake a thread. Costs a core as long as it spins, so it wants
/// one that nobody else needs, the I/O threads of libzmq included. The clock is read once in 16 looks, so the time is
/// exceeded by some microseconds. On a simulated transport it is the same as `block`.
template <static_duration Time>
struct spin_then_block {
    using policy_kind = kind::wait;
    static constexpr std::chrono::nanoseconds spin = Time.at_most_a_year();
    static_assert(spin.count() >= 0, "tenon: spin_then_block needs a time that is not negative");
};

}  // namespace tenon::wait

// How long a process that stops goes on for what it has accepted and not yet seen off.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/fwd.hpp>

/// Drain policies.
namespace tenon::drain {

/// After a stop, accepted requests may take up to `Time` to be answered, and messages that wait for room to leave. What
/// the sockets have not sent when they close is tried for up to `Linger` more (ZMQ_LINGER), then it is dropped. Both
/// end as soon as there is nothing left, so long times cost nothing while peers take what they are sent.
///
/// A child that takes longer than its `launch::start_options::grace` after it was asked to stop is killed: the sum of
/// both times should be less.
template <static_duration Time, static_duration Linger = static_duration{std::chrono::seconds{1}}>
struct within {
    using policy_kind = kind::drain;
    static constexpr std::chrono::nanoseconds  time = Time.at_most_a_year();
    static constexpr std::chrono::milliseconds linger =
        std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{Linger});
    static_assert(time.count() >= 0 && linger.count() >= 0, "tenon: drain::within needs times that are not negative");
};

using by_default = within<std::chrono::seconds{1}>;

}  // namespace tenon::drain

// What a port's socket is told about queues, lingering, heartbeats and subscriptions.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/process/overload.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/transport/concept.hpp>

#include <type_traits>

namespace tenon::detail {

/// As the options of the port, the policies of the process and the links of the plan say.
template <class Process, class Port>
[[gnu::cold]] transport::socket_options socket_options_for(plan const& from) {
    using mark = typename Port::options::high_water_mark;
    transport::socket_options options;
    options.linger = Process::drain_type::linger;
    if constexpr (mark::send >= 0) options.send_hwm = mark::send;
    if constexpr (mark::receive >= 0) options.receive_hwm = mark::receive;
    // An opaque port passes them on, and a publisher is to see each topic come and go once.
    options.all_subscriptions = Port::options::publishes && !is_opaque<Port>;
    // On a stream they lose messages: a heartbeat to a peer that has sent all and gone ends the connection before the
    // rest is read, if the reader is at its mark (libzmq 4.3.4).
    if constexpr (!is_opaque<Port>)
        if (!Port::protocol_type::has_requests) options.heartbeat_interval = std::chrono::milliseconds{0};
    // All that these could still send is subscriptions, to a publisher that may never come back.
    if constexpr (Port::pattern == pattern::sub || Port::pattern == pattern::xsub)
        options.linger = std::chrono::milliseconds{0};
    options.publisher_waits =
        Port::options::publishes && !std::is_same_v<typename Port::options::overload, overload::by_transport>;
    options.open_to_network = Process::security_type::encrypts;
    for (link const& each : from.links)
        if (each.port == Process::port_list::template index_of<Port> && each.open_to_network)
            options.open_to_network = true;
    return options;
}

}  // namespace tenon::detail

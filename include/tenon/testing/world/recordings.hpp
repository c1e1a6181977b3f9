// What the processes of a world have sent and received, as recordings: those that `observer::recording` would have
// written, without bodies.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/transport/sim.hpp>

#include <utility>
#include <vector>

namespace tenon::testing {

/// A recording for each node of the world that has sent or received messages at named ports, in the order of their
/// starts. `app` is the name in traces: the participant's, if a topology was started.
/// Throws `errc::refused` if the trace is not kept: `world_options::keep_trace`.
[[nodiscard]] inline std::vector<recording::file> recordings(world& of) {
    using transport::simulation::incident_kind;
    transport::simulation::network const& where = of.network();
    if (where.trace().size() != where.trace().entries().size())
        throw error{errc::refused, "this world does not keep its trace; let world_options::keep_trace be true"};
    std::vector<recording::file> files(where.nodes().size());
    for (transport::simulation::trace_entry const& each : where.trace().entries()) {
        bool const sent = each.what == incident_kind::sent;
        if ((!sent && each.what != incident_kind::received) || each.port.empty() || each.message.empty()) continue;
        if (each.is_subscription()) continue;
        recording::entry said;
        said.time    = each.time.time_since_epoch();
        said.what    = sent ? recording::happening::sent : recording::happening::received;
        said.port    = each.port;
        said.message = each.message;
        files[each.node].entries.push_back(std::move(said));
    }
    for (auto const& node : where.nodes()) files[node->id].app = node->name;
    std::erase_if(files, [](recording::file const& each) { return each.entries.empty(); });
    return files;
}

}  // namespace tenon::testing

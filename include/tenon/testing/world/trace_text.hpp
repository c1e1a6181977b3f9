// The trace of a simulated network as text: a line for each thing that has happened.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/transport/sim.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::testing {

namespace detail {

/// Microseconds with three decimals, in a column of 14 characters.
inline std::string in_microseconds(std::chrono::nanoseconds time) {
    auto const  count = static_cast<std::uint64_t>(time.count());
    std::string text  = tenon::detail::digits(count / 1000);
    std::string rest  = tenon::detail::digits(count % 1000);
    rest.insert(0, 3 - rest.size(), '0');
    text += "." + rest;
    if (text.size() < 14) text.insert(0, 14 - text.size(), ' ');
    return text;
}

}  // namespace detail

/// A line such as `     120.345 us  client.out: sent ping, 31 bytes`.
inline std::string to_text(transport::simulation::trace_entry const& entry,
                           transport::simulation::network const&     where) {
    constexpr auto none  = transport::simulation::trace_entry::none;
    bool const     there = entry.peer != none;
    std::string    line  = tenon::detail::concat(
        {detail::in_microseconds(entry.time.time_since_epoch()), " us  ", where.nodes()[entry.node]->name,
             entry.port.empty() ? "" : ".", entry.port, ": ", name_of(entry.what), entry.message.empty() ? "" : " ",
             entry.message});
    if (entry.bytes != 0) line += ", " + tenon::detail::digits(entry.bytes) + " bytes";
    if (there) line += " (" + where.nodes()[entry.peer]->name + ")";
    return line;
}

/// All lines; empty if the trace does not keep its entries.
inline std::string trace_text(transport::simulation::network const& where) {
    std::string text;
    for (auto const& each : where.trace().entries()) text += to_text(each, where) + "\n";
    return text;
}

}  // namespace tenon::testing

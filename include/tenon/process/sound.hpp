// `tenon::sound`: an application's wiring, checked as a whole while compiling.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/protocol/check_topology.hpp>
#include <tenon/protocol/topology.hpp>

namespace tenon {

namespace detail {

/// The app of `End` handles all that its peer may send. What it sends is declared there by the common protocol.
template <class End, class Process = typename End::process_type>
struct handlers_of_end {
    static constexpr bool value =
        check_handlers<typename Process::app_type, typename End::port_type, Process>::value;
};
template <class End, class Codec>
struct handlers_of_end<End, foreign_process<Codec>> {
    static constexpr bool value = true;
};
template <class End, class Process>
    requires(!is_foreign<Process> && is_opaque<typename End::port_type>)
struct handlers_of_end<End, Process> {
    static constexpr bool value = true;
};

template <class Ends>
struct check_handlers_of_ends;
template <class... Ends>
struct check_handlers_of_ends<type_list<Ends...>> {
    static constexpr bool value = (handlers_of_end<Ends>::value && ...);
};

}  // namespace detail

/// `static_assert(tenon::sound(topology));`: the wiring of the whole application holds. It is true or does not compile,
/// and the error names participants, ports and messages.
///
/// - ZeroMQ connects the socket types at both ends of each link (otherwise it takes messages and delivers nothing);
/// - both ends speak the same protocol from opposite sides, with the same codec over the same transport, and
///   the same security policy;
/// - every message that one end may send has a handler at the other;
/// - exactly one end binds: no two ports are linked twice or in both directions;
/// - no end has more peers than its pattern can have: one for a pair;
/// - no port of a participant is left without a link unless `tenon::open` says so;
/// - participants have names of their own.
///
/// Cost: compile time only; what is checked for a link is not checked again where the process is started.
template <class... Parts>
consteval bool sound(wiring<Parts...>) noexcept {
    using checked = wiring<Parts...>;
    return detail::check_topology<checked>::value && detail::check_handlers_of_ends<typename checked::end_list>::value;
}

}  // namespace tenon

// Which running end belongs to which pattern.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/process/client_end.hpp>
#include <tenon/process/opaque_end.hpp>
#include <tenon/process/port_end.hpp>
#include <tenon/process/pub_end.hpp>
#include <tenon/process/pull_end.hpp>
#include <tenon/process/push_end.hpp>
#include <tenon/process/server_end.hpp>
#include <tenon/process/sub_end.hpp>
#include <tenon/protocol/opaque.hpp>

#include <type_traits>

namespace tenon::detail {

/// The running end by the port's pattern.
template <pattern P, class Process, class Port>
struct end_of_pattern;
template <class Process, class Port>
struct end_of_pattern<pattern::rep, Process, Port> {
    using type = server_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::router, Process, Port> {
    using type = server_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::req, Process, Port> {
    using type = client_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::dealer, Process, Port> {
    using type = client_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::pair, Process, Port> {
    using type = std::conditional_t<Port::is_server, server_end<Process, Port>, client_end<Process, Port>>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::push, Process, Port> {
    using type = push_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::pull, Process, Port> {
    using type = pull_end<Process, Port>;
};

template <class Process, class Port>
struct end_of_pattern<pattern::pub, Process, Port> {
    using type = pub_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::xpub, Process, Port> {
    using type = pub_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::sub, Process, Port> {
    using type = sub_end<Process, Port>;
};
template <class Process, class Port>
struct end_of_pattern<pattern::xsub, Process, Port> {
    using type = sub_end<Process, Port>;
};

template <class Process, class Port>
struct end_for : end_of_pattern<Port::pattern, Process, Port> {};
template <class Process, class Port>
    requires is_opaque<Port>
struct end_for<Process, Port> {
    using type = opaque_end<Process, Port>;
};

/// All running ends of a process, found by the type of their port.
template <class Process, class Ports>
struct port_ends;
template <class Process, class... Ports>
struct port_ends<Process, port_list<Ports...>> : end_for_t<Process, Ports>... {
    port_ends([[maybe_unused]] Process& process, [[maybe_unused]] plan const& from)
        : end_for_t<Process, Ports>(process, from)... {}

    template <class F>
    void each(F&& f) {
        (f(static_cast<end_for_t<Process, Ports>&>(*this)), ...);
    }
};

}  // namespace tenon::detail

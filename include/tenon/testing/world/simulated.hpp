// The same process on a simulated network: its type with another transport.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/policies.hpp>
#include <tenon/process/process.hpp>
#include <tenon/transport/sim.hpp>

#include <type_traits>

namespace tenon::testing {

namespace detail {

/// A world takes the place of the first two; in it nobody listens in. `transport::zmq` may be incomplete here.
template <class Policy>
inline constexpr bool has_no_place = std::is_same_v<Policy, transport::zmq> ||
                                     tenon::detail::is_of_kind<Policy, kind::transport> ||
                                     tenon::detail::is_of_kind<Policy, kind::launch> ||
                                     tenon::detail::is_of_kind<Policy, kind::security>;

template <class App, class Kept, class... Policies>
struct on_sim;
template <class App, class... Kept>
struct on_sim<App, tenon::detail::type_list<Kept...>> {
    using type = process<App, Kept..., transport::sim>;
};
template <class App, class... Kept, class First, class... Rest>
struct on_sim<App, tenon::detail::type_list<Kept...>, First, Rest...>
    : std::conditional_t<has_no_place<First>, on_sim<App, tenon::detail::type_list<Kept...>, Rest...>,
                         on_sim<App, tenon::detail::type_list<Kept..., First>, Rest...>> {};

template <class Process>
struct simulated_process;
template <class App, class... Policies>
struct simulated_process<process<App, Policies...>> : on_sim<App, tenon::detail::type_list<>, Policies...> {};

}  // namespace detail

/// `Process` with `transport::sim` in place of its transport, without its launch policy, which a world replaces, and
/// without its security policy: handshakes are not simulated.
/// Its codec, observer and error policies are those of production.
template <class Process>
using simulated = typename detail::simulated_process<Process>::type;

}  // namespace tenon::testing

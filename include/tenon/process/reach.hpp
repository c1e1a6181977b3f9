// How far inproc reaches: to the threads of a program, and not to processes that are started apart from it.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/policies.hpp>

#include <string_view>

namespace tenon {

template <class App, class... Policies>
class process;

namespace detail {

/// `Process` is another process of the system than who starts it. Leaves the type alone: in a simulated world its
/// transport may be incomplete.
template <class Process>
inline constexpr bool is_apart = false;
template <class App, class... Policies>
inline constexpr bool is_apart<process<App, Policies...>> =
    launch::leaves_program<typename pick_policy<App, kind::launch, launch::fork, Policies...>::type>;

template <class Process>
struct app_of;
template <class App, class... Policies>
struct app_of<process<App, Policies...>> {
    using type = App;
};

/// A process of `app` that is apart connects to inproc names: it has to bind them itself. Throws `errc::bad_address`.
inline void check_inproc_links(plan const& made, std::string_view app) {
    for (link const& each : made.links) {
        if (each.binds || !each.is_inproc()) continue;
        bool found = false;
        for (link const& other : made.links) found = found || (other.binds && other.address == each.address);
        if (!found)
            throw error{errc::bad_address,
                        concat({"cannot start ", app, ": it is to connect to '", each.address,
                                "' from a process of its own (tenon::launch::fork, spawn or supervised), and inproc "
                                "connects threads of one program; use ipc:// or tcp://, or tenon::launch::thread"})};
    }
}

/// What can be known before: links of a `Process` that wait for ever. Throws `errc::bad_address`.
template <class Process>
void check_reach(plan const& made) {
    if constexpr (is_apart<Process>) check_inproc_links(made, unqualified_name<typename app_of<Process>::type>());
}

}  // namespace detail

}  // namespace tenon

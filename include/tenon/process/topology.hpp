// Starting a whole application from its topology: `tenon::start(app)`.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/launch/exit_status.hpp>
#include <tenon/process/group.hpp>
#include <tenon/process/sound.hpp>
#include <tenon/process/start.hpp>
#include <tenon/process/topology/address_book.hpp>
#include <tenon/process/topology/launch.hpp>
#include <tenon/process/topology/places.hpp>
#include <tenon/process/topology/settings.hpp>
#include <tenon/protocol/topology.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace tenon {

namespace detail {

template <class Process>
using child_of = type_tag<child<Process>>;

template <class Topology>
using children_of =
    topology_places<Topology, child_of, typename Topology::all_ends, typename Topology::role_list>;

}  // namespace detail

/// The processes of a topology that were started: `running[pong_proc]` is the `tenon::child` of a participant,
/// `running[workers]` a vector of pointers to those of `participants<...>`, `running.address(pong_proc[requests])`
/// where an end is bound.
///
/// It can be moved, not copied; its destructor stops the processes as `stop` does. Threading: one thread at a time.
template <class Topology>
class running_topology : public detail::children_of<Topology> {
    using places = detail::children_of<Topology>;
    using tables = detail::topology_tables<Topology>;

public:
    template <class... Settings>
    explicit running_topology(Topology, Settings const&... settings)
        : places{detail::address_book{tables::ends, tables::links}} {
        auto const start = [this]<class Role>(detail::type_tag<Role>, detail::plan const& made,
                                              launch::start_options const& options) {
            auto& one = children_.template start<typename Role::process_type>(options, made);
            places::template of_role<Role>().push_back(&one);
            return one.bound();
        };
        detail::launch_of_topology<Topology, Settings...>::run(this->book_, start, settings...);
    }

    /// Stops all, the last started one first, each in good order: see `tenon::group::stop`. Those that bind outlive
    /// those that connect to them. Returns how they ended, in the order of their starts.
    std::vector<launch::exit_status> stop() { return children_.stop(); }
    /// Waits until all have ended by themselves; returns how, in the order of their starts.
    std::vector<launch::exit_status> join() { return children_.join(); }
    /// True as long as one of them has not ended.
    [[nodiscard]] bool alive() const { return children_.alive(); }
    /// How many processes were started.
    [[nodiscard]] std::size_t size() const noexcept { return children_.size(); }

private:
    group children_;
};

/// Starts all processes of a topology, each by its launch policy: `auto running = tenon::start(app);`. The topology has
/// to be `sound`, which is checked here.
///
/// An end that others connect to binds to a random port of 127.0.0.1, and those are told which. So who binds starts
/// before who connects; else the order is that in which the topology mentions them. `settings` say what the topology
/// does not, in any order:
///
/// | setting | |
/// |---|---|
/// | `bind(end, address)` | another address for an end that binds; for an outsider that binds, where that is |
/// | `connect(end, address)` | an `open` end connects there as well |
/// | `configure(participant, config)` | the app's `config`; or a function that makes it from the process's number |
/// | `instances(participants, count)` | how many of them |
/// | `start_with(participant, options)` | `launch::start_options` |
///
/// An end that is `open` and has no links is bound if `bind` says where. Where processes connect to each other in a
/// circle, one end of it needs an address that is known before: a port number, an ipc path, or an inproc name. What is
/// missing, or of no use, does not compile.
/// Throws as `tenon::start<process>` does; the processes started so far are stopped then, in the reverse order.
template <class... Parts, class... Settings>
[[nodiscard]] running_topology<wiring<Parts...>> start(wiring<Parts...> const& topology, Settings const&... settings) {
    static_assert((detail::check_setting_type<Settings>() && ...));
    static_assert(sound(wiring<Parts...>{}));
    return running_topology<wiring<Parts...>>{topology, settings...};
}

}  // namespace tenon

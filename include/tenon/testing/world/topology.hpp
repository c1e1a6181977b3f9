// A whole topology in a simulated world.
#pragma once

#include <tenon/core/duration.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/process/sound.hpp>
#include <tenon/process/topology/address_book.hpp>
#include <tenon/process/topology/launch.hpp>
#include <tenon/process/topology/places.hpp>
#include <tenon/process/topology/settings.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/testing/world.hpp>

#include <cstddef>
#include <vector>

namespace tenon::testing {

namespace detail {

template <class Process>
using resident_of = tenon::detail::type_tag<resident_process<simulated<Process>>>;

template <class Topology>
using residents_of = tenon::detail::topology_places<Topology, resident_of, typename Topology::all_ends,
                                                    typename Topology::role_list>;

}  // namespace detail

/// The processes of a topology in a world: `running[pong_proc]` is the `resident_process` of a participant,
/// `running[workers]` a vector of pointers to those of `participants<...>`, `running.address(end)` where an end is
/// bound. The world keeps them; this only tells where they are.
template <class Topology>
class simulated_topology : public detail::residents_of<Topology> {
    using places = detail::residents_of<Topology>;
    using tables = tenon::detail::topology_tables<Topology>;

public:
    template <class... Settings>
    explicit simulated_topology(world& home, Topology, Settings const&... settings)
        : places{tenon::detail::address_book{tables::ends, tables::links}}, home_{&home} {
        auto const start = [&]<class Role>(tenon::detail::type_tag<Role>, tenon::detail::plan const& made,
                                           launch::start_options const&) {
            auto& one = home.start_as<typename Role::process_type>(Role::name, made);
            places::template of_role<Role>().push_back(&one);
            all_.push_back(&one);
            return one.bound();
        };
        tenon::detail::launch_of_topology<Topology, Settings...>::run(this->book_, start, settings...);
    }

    /// Stops all as `tenon::running_topology::stop` does: in good order, the last started one first, each before the
    /// next is asked. Lets time pass, up to `limit` for each; false if one of them has not ended in it.
    bool stop(time_limit limit = world::patience) {
        bool ended = true;
        for (std::size_t at = all_.size(); at > 0; --at) {
            resident& one = *all_[at - 1];
            one.stop();
            ended = home_->run_until([&] { return !one.alive(); }, limit) && ended;
        }
        return ended;
    }
    /// How many processes were started.
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

private:
    world*                 home_;
    std::vector<resident*> all_;
};

/// Starts all processes of a topology in `home`: `auto running = tenon::testing::start(world, app);`. Topology and
/// settings are those of `tenon::start` in <tenon/process/topology.hpp>, which starts the same over ZeroMQ; launch
/// policies, transports and `start_with` are of no meaning here. Traces call the processes after their participants.
template <class... Parts, class... Settings>
simulated_topology<wiring<Parts...>> start(world& home, wiring<Parts...> const& topology, Settings const&... settings) {
    static_assert((tenon::detail::check_setting_type<Settings>() && ...));
    static_assert(sound(wiring<Parts...>{}));
    return simulated_topology<wiring<Parts...>>{home, topology, settings...};
}

}  // namespace tenon::testing

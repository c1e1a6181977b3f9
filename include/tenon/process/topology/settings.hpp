// What a start of a topology is told beyond the topology: addresses, configurations, how many of a kind, options.
#pragma once

#include <tenon/codec/binary.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/process.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/transport/address.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

/// The kinds of settings.
enum class topology_setting { bind, connect, config, instances, options };

/// An address for an end.
template <class End, topology_setting What>
struct end_setting {
    using subject                          = End;
    static constexpr topology_setting what = What;

    std::string address;
    bool        open_to_network = false;
};

/// A value for a participant: its config or what makes one, a number, or options.
template <class Role, topology_setting What, class Value>
struct role_setting {
    using subject                          = Role;
    using value_type                       = Value;
    static constexpr topology_setting what = What;

    Value value;
};

template <class>
inline constexpr bool is_topology_setting = false;
template <class End, topology_setting What>
inline constexpr bool is_topology_setting<end_setting<End, What>> = true;
template <class Role, topology_setting What, class Value>
inline constexpr bool is_topology_setting<role_setting<Role, What, Value>> = true;

/// `Given` is the config of the app of `Process`, or makes one from the number of the process.
template <class Process, class Given>
struct config_of_participant {
    using app = typename Process::app_type;

    static consteval bool check() noexcept {
        static_assert(configurable<app>, "tenon::configure(participant, config): the app of this participant has no "
                                         "`config` (see Process in the lines around)");
        if constexpr (configurable<app>) {
            using config           = typename app::config;
            constexpr bool is_one  = std::is_same_v<Given, config>;
            constexpr bool makes   = std::is_invocable_r_v<config, Given const&, std::size_t>;
            static_assert(is_one || makes, "tenon::configure(participant, config) takes the `config` of the "
                                           "participant's app, or a function of std::size_t that returns one (see "
                                           "Process and Given in the lines around)");
        }
        return true;
    }
    static constexpr bool value = check();
};

}  // namespace detail

/// In `tenon::start(topology, ...)`: the end binds there, instead of to a random port of 127.0.0.1:
/// `tenon::bind(pong[pong_app::requests], "127.0.0.1:5678")`. Of an outsider it says where that binds.
template <class Role, class Port>
detail::end_setting<role_end<Role, Port>, detail::topology_setting::bind> bind(role_end<Role, Port>,
                                                                               address const& where) {
    return {where.to_string()};
}
/// The same for an address that other machines can reach, without security: everybody there may send messages.
template <class Role, class Port>
detail::end_setting<role_end<Role, Port>, detail::topology_setting::bind> bind(role_end<Role, Port>,
                                                                               address const& where,
                                                                               open_to_network_t) {
    return {where.to_string(), true};
}
/// In `tenon::start(topology, ...)`: the end, which the topology declares open, connects there as well.
template <class Role, class Port>
detail::end_setting<role_end<Role, Port>, detail::topology_setting::connect> connect(role_end<Role, Port>,
                                                                                     address const& where) {
    return {where.to_string()};
}

/// In `tenon::start(topology, ...)`: the config of a participant's app, or a function that makes it from the number of
/// the process, 0 and up: `tenon::configure(workers, [](std::size_t number) { return worker_app::config{number}; })`.
template <class Process, detail::fixed_string Name, bool Many, class Config>
auto configure(role<Process, Name, Many>, Config config) {
    static_assert(detail::config_of_participant<Process, Config>::value);
    return detail::role_setting<role<Process, Name, Many>, detail::topology_setting::config, Config>{
        std::move(config)};
}

/// In `tenon::start(topology, ...)`: how many processes of `participants<...>` there are to be.
template <class Process, detail::fixed_string Name>
detail::role_setting<role<Process, Name, true>, detail::topology_setting::instances, std::size_t>
instances(role<Process, Name, true>, std::size_t count) {
    return {count};
}

/// In `tenon::start(topology, ...)`: how a participant's processes are started, if the defaults do not suit. A
/// simulated world starts them in its own way.
template <class Process, detail::fixed_string Name, bool Many>
detail::role_setting<role<Process, Name, Many>, detail::topology_setting::options, launch::start_options>
start_with(role<Process, Name, Many>, launch::start_options options) {
    return {std::move(options)};
}

}  // namespace tenon

// The checks on what a start of a topology is told, in the manner of protocol/check.hpp.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/process/process.hpp>
#include <tenon/process/topology/settings.hpp>
#include <tenon/protocol/topology.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

namespace tenon::detail {

/// `Setting` is about an end or participant of the topology, which has a use for it.
template <class Setting, bool Known, bool Binds, bool Open>
struct setting_of_topology {
    static consteval bool check() noexcept {
        constexpr bool on_end   = Setting::what == topology_setting::bind || Setting::what == topology_setting::connect;
        constexpr bool twice    = Setting::what == topology_setting::bind && Known && !Binds && !Open;
        constexpr bool connects = Setting::what == topology_setting::connect && Known && !Open;
        static_assert(!on_end || Known, "tenon: an address is given for an end that is not in this topology (see "
                                        "Setting in the lines around)");
        static_assert(on_end || Known, "tenon: a setting is given for a participant that is not in this topology, or "
                                       "that is none of ours to start (see Setting in the lines around)");
        static_assert(!twice, "tenon: an address to bind is given for an end that connects (see Setting in the lines "
                              "around); exactly one end of a link binds: the one that >> points to");
        static_assert(!connects, "tenon: an address to connect to is given for an end that is not open (see Setting in "
                                 "the lines around); declare it with tenon::open(end) in the topology");
        return true;
    }
    static constexpr bool value = check();
};

/// `Role` can be started with what was given.
template <class Role, bool Configured, bool Counted>
struct start_of_participant {
    static consteval bool check() noexcept {
        constexpr bool needs_config = configurable<typename Role::process_type::app_type>;
        static_assert(!needs_config || Configured,
                      "tenon: the app of this participant has a `config` (see Role in the lines around): add "
                      "tenon::configure(participant, config) to tenon::start(topology, ...)");
        static_assert(!Role::is_many || Counted,
                      "tenon: there may be any number of this participant (see Role in the lines around): add "
                      "tenon::instances(participants, count) to tenon::start(topology, ...)");
        return true;
    }
    static constexpr bool value = check();
};

/// An outsider binds, and others have to know where.
template <class End, bool Given>
struct address_of_outsider {
    static consteval bool check() noexcept {
        static_assert(Given, "tenon: participants of this topology connect to an outsider (see End in the lines "
                             "around): say where it binds with tenon::bind(end, address)");
        return true;
    }
    static constexpr bool value = check();
};

/// `Settings` has one that says `What` about `Subject`.
template <class Subject, topology_setting What, class... Settings>
inline constexpr bool is_set = ((Settings::what == What && std::is_same_v<typename Settings::subject, Subject>) || ...);

template <class Setting>
consteval bool check_setting_type() noexcept {
    static_assert(is_topology_setting<Setting>,
                  "tenon::start(topology, ...) takes tenon::bind(end, address), connect(end, address), "
                  "configure(participant, config), instances(participants, count) and start_with(participant, "
                  "options)");
    return is_topology_setting<Setting>;
}

}  // namespace tenon::detail

// Starting the participants of a topology one after the other, whatever starts them: the system, or a simulated world.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/reach.hpp>
#include <tenon/process/topology/address_book.hpp>
#include <tenon/process/topology/check_settings.hpp>
#include <tenon/process/topology/order.hpp>
#include <tenon/process/topology/settings.hpp>
#include <tenon/protocol/topology.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::detail {

/// The topology as tables, for code that knows no types.
template <class Topology, class Ends = typename Topology::all_ends, class Links = typename Topology::link_list,
          class Open = typename Topology::open_list, class Roles = typename Topology::role_list>
struct topology_tables;
template <class Topology, class... Ends, class... Links, class... Open, class... Roles>
struct topology_tables<Topology, type_list<Ends...>, type_list<Links...>, type_list<Open...>, type_list<Roles...>> {
    static constexpr std::array<type_id, sizeof...(Ends)>  end_keys{&id_of_type<Ends>...};
    static constexpr std::array<type_id, sizeof...(Roles)> role_keys{&id_of_type<Roles>...};
    static constexpr std::array<type_id, sizeof...(Open)>  open_keys{&id_of_type<Open>...};
    static constexpr std::array<bool, sizeof...(Roles)>    foreign{is_foreign<typename Roles::process_type>...};

    static constexpr std::array<link_entry, sizeof...(Links)> links{
        link_entry{position_of_type(end_keys, &id_of_type<typename Links::from>),
                   position_of_type(end_keys, &id_of_type<typename Links::to>)}...};

    static constexpr std::array<end_entry, sizeof...(Ends)> ends = [] {
        std::array<end_entry, sizeof...(Ends)> made{
            end_entry{position_of_type(role_keys, &id_of_type<typename Ends::role_type>),
                      static_cast<std::uint16_t>(ports_of_process<typename Ends::process_type>::type::template index_of<
                                                 typename Ends::port_type>),
                      Ends::role_type::name, Ends::port_type::name, false,
                      is_apart<typename Ends::process_type>}...};
        for (link_entry const& each : links) made[each.to].binds = true;
        return made;
    }();
};

/// Checks the settings, and starts the participants with them.
template <class Topology, class Roles, class Ends, class... Settings>
class topology_launch;
template <class Topology, class... Roles, class... Ends, class... Settings>
class topology_launch<Topology, type_list<Roles...>, type_list<Ends...>, Settings...> {
    using tables = topology_tables<Topology>;

public:
    /// `start(type_tag<Role>, plan, options)` brings up one process and returns the addresses that it is bound to.
    template <class Start>
    static void run(address_book& book, Start const& start, Settings const&... settings) {
        static_assert((check_setting<Settings>() && ...));
        static_assert((check_role<Roles>() && ...) && (check_outsider<Ends>() && ...));
        constexpr start_order<sizeof...(Roles)> order = order_of<sizeof...(Roles)>(edges());
        if constexpr (order.stuck != npos) {
            static_assert(start_in_a_circle<type_at<order.stuck, Roles...>>::value);
        } else {
            (apply(book, settings), ...);
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (start_role<type_at<order.roles[I], Roles...>, order.roles[I]>(book, start, settings...), ...);
            }(std::index_sequence_for<Roles...>{});
        }
    }

private:
    static constexpr std::size_t end_of(type_id id) noexcept { return position_of_type(tables::end_keys, id); }
    static constexpr std::size_t role_of(type_id id) noexcept { return position_of_type(tables::role_keys, id); }

    template <class Setting>
    static consteval bool check_setting() noexcept {
        using subject = typename Setting::subject;
        if constexpr (Setting::what == topology_setting::bind || Setting::what == topology_setting::connect) {
            constexpr std::size_t end   = end_of(&id_of_type<subject>);
            constexpr bool        opens = position_of_type(tables::open_keys, &id_of_type<subject>) != npos;
            constexpr bool        binds = end != npos && tables::ends[end == npos ? 0 : end].binds;
            return setting_of_topology<Setting, end != npos, binds, opens>::value;
        } else {
            constexpr std::size_t role = role_of(&id_of_type<subject>);
            constexpr bool        ours = role != npos && !tables::foreign[role == npos ? 0 : role];
            return setting_of_topology<Setting, ours, false, false>::value;
        }
    }
    template <class Role>
    static consteval bool check_role() noexcept {
        if constexpr (!is_foreign<typename Role::process_type>)
            return start_of_participant<Role, is_set<Role, topology_setting::config, Settings...>,
                                        is_set<Role, topology_setting::instances, Settings...>>::value;
        return true;
    }
    template <class End>
    static consteval bool check_outsider() noexcept {
        if constexpr (is_foreign<typename End::process_type> && tables::ends[end_of(&id_of_type<End>)].binds)
            return address_of_outsider<End, is_set<End, topology_setting::bind, Settings...>>::value;
        return true;
    }

    /// Who waits for whom. An outsider is there already, or comes when it likes.
    static consteval auto edges() noexcept {
        constexpr std::array<bool, sizeof...(Ends)> given{is_set<Ends, topology_setting::bind, Settings...>...};
        std::array<start_edge, tables::links.size()> all{};
        for (std::size_t at = 0; at < all.size(); ++at) {
            link_entry const each = tables::links[at];
            all[at] = {tables::ends[each.from].role, tables::ends[each.to].role,
                       given[each.to] || tables::foreign[tables::ends[each.to].role]};
        }
        return all;
    }

    template <class Setting>
    static void apply(address_book& book, Setting const& given) {
        constexpr std::size_t end = end_of(&id_of_type<typename Setting::subject>);
        if constexpr (Setting::what == topology_setting::bind) book.bind_at(end, given.address, given.open_to_network);
        if constexpr (Setting::what == topology_setting::connect) book.connect_to(end, given.address);
    }

    template <class Role, std::size_t Index, class Start>
    static void start_role(address_book& book, Start const& start, Settings const&... settings) {
        if constexpr (!is_foreign<typename Role::process_type>) {
            std::size_t           count = 1;
            launch::start_options options;
            (take<Role>(settings, count, options), ...);
            std::vector<std::vector<bound_address>> bound;
            for (std::size_t number = 0; number < count; ++number) {
                buffer config;
                (encode_config<Role>(settings, number, config), ...);
                bound.push_back(start(type_tag<Role>{}, book.plan_of(Index, std::move(config)), options));
            }
            for (auto const& each : bound) book.came_up(Index, each);
        }
    }
    template <class Role, class Setting>
    static void take(Setting const& given, std::size_t& count, launch::start_options& options) {
        if constexpr (std::is_same_v<typename Setting::subject, Role>) {
            if constexpr (Setting::what == topology_setting::instances) count = given.value;
            if constexpr (Setting::what == topology_setting::options) options = given.value;
        }
    }
    template <class Role, class Setting>
    static void encode_config(Setting const& given, std::size_t number, buffer& config) {
        if constexpr (std::is_same_v<typename Setting::subject, Role> && Setting::what == topology_setting::config) {
            using made = typename Role::process_type::app_type::config;
            if constexpr (std::is_same_v<typename Setting::value_type, made>) config = encode_or_throw(given.value);
            else config = encode_or_throw(static_cast<made>(given.value(number)));
        }
    }
};

template <class Topology, class... Settings>
using launch_of_topology =
    topology_launch<Topology, typename Topology::role_list, typename Topology::all_ends, Settings...>;

}  // namespace tenon::detail

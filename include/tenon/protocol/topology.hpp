// A topology: which ports of which processes are linked, as a value that is known while compiling.
#pragma once

#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/protocol/port.hpp>

#include <boost/hana/tuple.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon {

/// In place of a process: a peer that is none of ours, or a `tenon::client` in a `main`. Its ports are taken as they
/// are given. `Codec` is the one it uses; void is not compared.
template <class Codec = void>
struct foreign_process {
    using app_type       = void;
    using codec_type     = Codec;
    using transport_type = void;
    using security_type  = void;
};

template <class Role, class Port>
struct role_end;

namespace detail {

template <class Process>
inline constexpr bool is_foreign = false;
template <class Codec>
inline constexpr bool is_foreign<foreign_process<Codec>> = true;

/// The app's ports; none that we know of for a peer that is none of ours.
template <class Process>
struct ports_of_process : ports_of<typename Process::app_type> {};
template <class Codec>
struct ports_of_process<foreign_process<Codec>> {
    using type = port_list<>;
};

/// `Port` belongs to the app of `Process`.
template <class Process, class Port>
struct port_of_participant {
    static consteval bool check() noexcept {
        constexpr bool known =
            is_foreign<Process> || ports_of_process<Process>::type::template index_of<Port> != npos;
        static_assert(known, "tenon: a participant of a topology is asked for a port that is not among its app's "
                             "`ports` (see Process and Port in the lines around)");
        return true;
    }
    static constexpr bool value = check();
};

}  // namespace detail

/// A process in its place in a topology: see `participant` and `participants`.
template <class Process, detail::fixed_string Name, bool Many>
struct role {
    using process_type = Process;

    /// True if any number of processes stand here, all linked alike.
    static constexpr bool is_many = Many;
    /// The name in diagrams and errors: as given, or that of the app.
    static constexpr std::string_view name = [] {
        if constexpr (Name.size() == 0)
            return detail::unqualified_name<typename Process::app_type>();
        else
            return Name.view();
    }();

    /// The end of this participant at `port`, to be linked. A port that is not its app's does not compile.
    template <class Port>
    constexpr auto operator[](Port) const noexcept {
        static_assert(detail::is_port<Port>, "tenon: participant[port] takes a port, such as my_app::requests");
        static_assert(detail::port_of_participant<Process, Port>::value);
        return role_end<role, Port>{};
    }
};

/// One process of a topology: `constexpr auto pong = tenon::participant<pong_process, "PongProc">;`, and its ends are
/// `pong[pong_app::requests]`. Two processes of one type are told apart by name; without one it is the app's.
template <class Process, detail::fixed_string Name = "">
inline constexpr role<Process, Name, false> participant{};

/// Any number of processes of one type that are all linked alike, such as the workers of a coordinator.
template <class Process, detail::fixed_string Name = "">
inline constexpr role<Process, Name, true> participants{};

/// A peer that is no Tenon process: one in another language, or a `tenon::client` in a `main`. Its ends are written
/// with the ports that it acts as: `script[tenon::req<"out", ping_pong>]`.
template <detail::fixed_string Name, class Codec = void>
inline constexpr role<foreign_process<Codec>, Name, false> outsider{};

/// A link: `From` connects to `To`, which binds.
template <class From, class To>
struct topology_link {
    using from = From;
    using to   = To;
    /// The end on the client side of the protocol, and the one on the server side.
    using client = std::conditional_t<From::port_type::is_server, To, From>;
    using server = std::conditional_t<From::port_type::is_server, From, To>;
    /// What the link speaks.
    using protocol_type = typename server::port_type::protocol_type;
};

/// The end of a participant at one of its ports.
template <class Role, class Port>
struct role_end {
    using role_type    = Role;
    using process_type = typename Role::process_type;
    using port_type    = Port;

    /// `a >> b`: a connects, b binds. Who is client and who is server the ports know by themselves.
    template <class OtherRole, class OtherPort>
    constexpr auto operator>>(role_end<OtherRole, OtherPort>) const noexcept {
        return topology_link<role_end, role_end<OtherRole, OtherPort>>{};
    }
};

/// An end that others link to, whom the topology does not list.
template <class End>
struct open_end {
    using end = End;
};

/// Says that the end is open to others than those of the topology, so that it may stand without a link.
template <class Role, class Port>
constexpr open_end<role_end<Role, Port>> open(role_end<Role, Port>) noexcept {
    return {};
}

namespace detail {

template <class>
inline constexpr bool is_topology_link = false;
template <class From, class To>
inline constexpr bool is_topology_link<topology_link<From, To>> = true;
template <class>
inline constexpr bool is_open_end = false;
template <class End>
inline constexpr bool is_open_end<open_end<End>> = true;

/// The identity of a type as a value. A template with a type and a list of many others as arguments would have a name
/// of many kilobytes for each of them: comparing addresses keeps the lists below cheap.
template <class T>
inline constexpr char id_of_type{};

using type_id = char const*;

/// The position of `wanted` in `keys`, or `npos`.
template <std::size_t Size>
constexpr std::size_t position_of_type(std::array<type_id, Size> const& keys, type_id wanted) noexcept {
    for (std::size_t at = 0; at < Size; ++at)
        if (keys[at] == wanted) return at;
    return npos;
}

/// The types at those places of `Ts` where `keep` is true, as a type list.
template <class Keep, class... Ts>
struct kept_types {
    static constexpr std::array<bool, sizeof...(Ts)> keep = Keep::template of<Ts...>();
    static constexpr std::size_t                     size = [] {
        std::size_t count = 0;
        for (bool const each : keep) count += each;
        return count;
    }();
    static constexpr std::array<std::size_t, size> places = [] {
        std::array<std::size_t, size> found{};
        for (std::size_t at = 0, next = 0; at < sizeof...(Ts); ++at)
            if (keep[at]) found[next++] = at;
        return found;
    }();
    template <std::size_t... I>
    static type_list<type_at<places[I], Ts...>...> list(std::index_sequence<I...>);
    using type = decltype(list(std::make_index_sequence<size>{}));
};

/// Each type where it stands first.
struct keep_firsts {
    template <class... Ts>
    static consteval std::array<bool, sizeof...(Ts)> of() noexcept {
        constexpr std::array<type_id, sizeof...(Ts)> keys{&id_of_type<Ts>...};
        std::array<bool, sizeof...(Ts)>          first{};
        for (std::size_t at = 0; at < keys.size(); ++at) first[at] = position_of_type(keys, keys[at]) == at;
        return first;
    }
};
struct keep_links {
    template <class... Parts>
    static consteval std::array<bool, sizeof...(Parts)> of() noexcept {
        return {is_topology_link<Parts>...};
    }
};
struct keep_open_ends {
    template <class... Parts>
    static consteval std::array<bool, sizeof...(Parts)> of() noexcept {
        return {is_open_end<Parts>...};
    }
};

template <class Links>
struct ends_of_links;
template <class... Links>
struct ends_of_links<type_list<Links...>> : kept_types<keep_firsts, typename Links::from..., typename Links::to...> {};

template <class OpenEnds>
struct ends_of_open;
template <class... OpenEnds>
struct ends_of_open<type_list<OpenEnds...>> {
    using type = type_list<typename OpenEnds::end...>;
};

template <class Ends, class Open>
struct all_of_ends;
template <class... Ends, class... Open>
struct all_of_ends<type_list<Ends...>, type_list<Open...>> : kept_types<keep_firsts, Ends..., Open...> {};

template <class Ends, class Open>
struct roles_of_ends;
template <class... Ends, class... Open>
struct roles_of_ends<type_list<Ends...>, type_list<Open...>>
    : kept_types<keep_firsts, typename Ends::role_type..., typename Open::role_type...> {};

template <class... Ts>
constexpr auto as_hana_tuple(type_list<Ts...>) noexcept {
    return boost::hana::tuple_t<Ts...>;
}

}  // namespace detail

/// What `tenon::topology` makes: a list of links and open ends, as type lists and as Hana tuples.
template <class... Parts>
struct wiring {
    static_assert(((detail::is_topology_link<Parts> || detail::is_open_end<Parts>) && ...),
                  "tenon::topology(...) takes links, a[port] >> b[port], and open ends, tenon::open(b[port])");

    using link_list = typename detail::kept_types<detail::keep_links, Parts...>::type;
    /// The ends declared open.
    using open_list =
        typename detail::ends_of_open<typename detail::kept_types<detail::keep_open_ends, Parts...>::type>::type;
    /// All ends that are linked, each once; and with those declared open.
    using end_list = typename detail::ends_of_links<link_list>::type;
    using all_ends = typename detail::all_of_ends<end_list, open_list>::type;
    /// All participants, each once: those of the links' connecting ends first, as they are written.
    using role_list = typename detail::roles_of_ends<end_list, open_list>::type;

    /// The same for those who compute with Hana: tuples of `hana::type`, each made where it is asked for.
    static constexpr auto links() noexcept { return detail::as_hana_tuple(link_list{}); }
    static constexpr auto opened() noexcept { return detail::as_hana_tuple(open_list{}); }
    static constexpr auto ends() noexcept { return detail::as_hana_tuple(end_list{}); }
    static constexpr auto roles() noexcept { return detail::as_hana_tuple(role_list{}); }
};

/// A whole application's wiring: `tenon::topology(ping[ping_app::out] >> pong[pong_app::requests], ...)`.
///
/// Each part is a link, whose arrow points from the end that connects to the end that binds, or an end declared `open`.
/// It is only a list: `tenon::sound(topology)` of <tenon/process/sound.hpp> checks it.
template <class... Parts>
constexpr wiring<Parts...> topology(Parts...) noexcept {
    return {};
}

}  // namespace tenon

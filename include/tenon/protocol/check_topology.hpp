// The checks on a topology, in the manner of check.hpp: one class template for each rule, whose arguments name the
// participants, ports and protocols in the error.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/topology.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// ZeroMQ connects sockets of these types: the table of its handshake (libzmq, src/mechanism.cpp; RFC 28 and others).
constexpr bool connects(pattern a, pattern b) noexcept {
    using enum pattern;
    switch (a) {
        case req: return b == rep || b == router;
        case rep: return b == req || b == dealer;
        case dealer: return b == rep || b == dealer || b == router;
        case router: return b == req || b == dealer || b == router;
        case pub:
        case xpub: return b == sub || b == xsub;
        case sub:
        case xsub: return b == pub || b == xpub;
        case push: return b == pull;
        case pull: return b == push;
        case pair: return b == pair;
    }
    return false;
}

/// The ports of a link have socket types that ZeroMQ connects, and stand on opposite sides of one protocol.
template <class From, class To>
struct ports_of_link {
    using from = typename From::port_type;
    using to   = typename To::port_type;

    static consteval bool check() noexcept {
        constexpr bool typed = !is_opaque<from> && !is_opaque<to>;
        constexpr bool match = connects(from::pattern, to::pattern);
        constexpr bool same  = std::is_same_v<typename from::protocol_type, typename to::protocol_type>;
        constexpr bool faces = from::is_server != to::is_server;
        static_assert(match, "tenon: ZeroMQ does not connect sockets of these two types (see From and To in the lines "
                             "around): it would take messages and deliver nothing; req and dealer go with rep and "
                             "router, push with pull, pub and xpub with sub and xsub, pair with pair");
        static_assert(!match || !typed || same,
                      "tenon: the ports of this link speak different protocols (see From and To in the lines around); "
                      "write the conversation once and use it for both ends");
        static_assert(!match || !typed || !same || faces,
                      "tenon: the ports of this link stand on the same side of their protocol (see From and To in the "
                      "lines around); one asks and tells, the other answers");
        return true;
    }
    static constexpr bool value = check();
};

/// What two processes use as codec, transport or security; void for what is not known.
template <class A, class B>
inline constexpr bool same_if_known = std::is_void_v<A> || std::is_void_v<B> || std::is_same_v<A, B>;

template <class A, class B>
consteval bool same_name_if_known() noexcept {
    if constexpr (same_if_known<A, B>)
        return true;
    else
        return std::string_view{A::name} == std::string_view{B::name};
}

/// The processes at both ends of a link understand each other's bytes.
template <class From, class To>
struct processes_of_link {
    using from = typename From::process_type;
    using to   = typename To::process_type;

    static consteval bool check() noexcept {
        // An opaque port passes bytes on and decodes none. What two codecs write is the same if their names are:
        // codec::json and codec::json_lenient.
        constexpr bool typed   = !is_opaque<typename From::port_type> && !is_opaque<typename To::port_type>;
        constexpr bool reads   = same_name_if_known<typename from::codec_type, typename to::codec_type>();
        constexpr bool reaches = same_if_known<typename from::transport_type, typename to::transport_type>;
        constexpr bool trusts  = same_name_if_known<typename from::security_type, typename to::security_type>();
        static_assert(!typed || reads, "tenon: the processes at the ends of this link use different codecs (see From "
                                       "and To in the lines around); each would refuse what the other sends");
        static_assert(reaches, "tenon: the processes at the ends of this link use different transports (see From and "
                               "To in the lines around); they cannot reach each other");
        static_assert(trusts, "tenon: the processes at the ends of this link use different security policies (see From "
                              "and To in the lines around); the handshake of their connection would fail");
        return true;
    }
    static constexpr bool value = check();
};

/// `First` and `Second` link the same two ends.
template <class First, class Second>
struct ends_linked_twice {
    static consteval bool check() noexcept {
        constexpr bool same = std::is_same_v<First, Second>;
        static_assert(!same, "tenon: these two ports are linked twice (see First in the lines around); each message "
                             "would arrive twice, or at one of two connections");
        static_assert(same, "tenon: these two ports are linked in both directions (see First and Second in the lines "
                            "around), so both would bind and both connect; exactly one binds: the one that >> points "
                            "to");
        return true;
    }
    static constexpr bool value = check();
};

/// A pair port has one peer.
template <class End>
struct peers_of_pair {
    static consteval bool check() noexcept {
        static_assert(always_false<End>, "tenon: a pair port has one peer and no more (see End in the lines "
                                         "around); use dealer and router for several, or a pair for each");
        return true;
    }
    static constexpr bool value = check();
};

/// `Port` of a participant is linked, or declared open.
template <class Role, class Port>
struct port_in_topology {
    static consteval bool check() noexcept {
        static_assert(always_false<Role>, "tenon: a port of this participant is not linked in the topology (see Role "
                                          "and Port in the lines around); link it with a[port] >> b[port], or say "
                                          "tenon::open(a[port]) if others than the participants use it, or nobody");
        return true;
    }
    static constexpr bool value = check();
};

template <class First, class Second>
struct roles_of_one_name {
    static consteval bool check() noexcept {
        static_assert(always_false<First>,
                      "tenon: two participants of this topology have the same name (see First and Second in the lines "
                      "around); name one of them: tenon::participant<process, \"name\">");
        return true;
    }
    static constexpr bool value = check();
};

/// Each end has as many peers as its pattern can have, and no two ends are linked twice.
template <class Links, class Ends>
struct check_peers;
template <class... Links, class... Ends>
struct check_peers<type_list<Links...>, type_list<Ends...>> {
    static constexpr std::size_t                       size = sizeof...(Links);
    static constexpr std::array<type_id, sizeof...(Ends)>  ends{&id_of_type<Ends>...};
    static constexpr std::array<std::size_t, size>     from{
        position_of_type(ends, &id_of_type<typename Links::from>)...};
    static constexpr std::array<std::size_t, size>     to{position_of_type(ends, &id_of_type<typename Links::to>)...};
    static constexpr std::array<bool, sizeof...(Ends)> many{Ends::role_type::is_many...};
    static constexpr std::array<bool, sizeof...(Ends)> one_peer{(Ends::port_type::pattern == pattern::pair)...};

    struct two {
        std::size_t first = npos, second = npos;
    };
    static consteval two repeated() noexcept {
        for (std::size_t b = 1; b < size; ++b)
            for (std::size_t a = 0; a < b; ++a)
                if ((from[a] == from[b] && to[a] == to[b]) || (from[a] == to[b] && to[a] == from[b])) return {a, b};
        return {};
    }
    static consteval std::size_t peers_of(std::size_t end) noexcept {
        std::size_t count = 0;
        for (std::size_t at = 0; at < size; ++at) {
            if (from[at] == end) count += many[to[at]] ? 2 : 1;
            if (to[at] == end) count += many[from[at]] ? 2 : 1;
        }
        return count;
    }
    /// The first end with more peers than it can have, or `npos`.
    static consteval std::size_t crowded() noexcept {
        for (std::size_t end = 0; end < ends.size(); ++end)
            if (one_peer[end] && peers_of(end) > 1) return end;
        return npos;
    }
    static consteval bool check() noexcept {
        constexpr two         found = repeated();
        constexpr std::size_t full  = crowded();
        if constexpr (found.first != npos)
            return ends_linked_twice<type_at<found.first, Links...>, type_at<found.second, Links...>>::value;
        else if constexpr (full != npos)
            return peers_of_pair<type_at<full, Ends...>>::value;
        else
            return true;
    }
    static constexpr bool value = check();
};

/// All ports of a participant are among `Ends`, linked or open.
template <class... Ends>
struct ends_in_topology {
    static constexpr std::array<type_id, sizeof...(Ends)> keys{&id_of_type<Ends>...};

    template <class Role, class Port>
    static consteval bool check_port() noexcept {
        constexpr bool there = position_of_type(keys, &id_of_type<role_end<Role, Port>>) != npos;
        if constexpr (!there) return port_in_topology<Role, Port>::value;
        return true;
    }
    template <class Role, class... Ports>
    static consteval bool check(port_list<Ports...>) noexcept {
        return (check_port<Role, Ports>() && ...);
    }
};

template <class... Roles>
struct check_names {
    static constexpr std::array<std::string_view, sizeof...(Roles)> names{Roles::name...};

    static consteval std::size_t taken_by(std::size_t role) noexcept {
        for (std::size_t other = 0; other < role; ++other)
            if (names[other] == names[role]) return other;
        return npos;
    }
    template <std::size_t R>
    static consteval bool check_name() noexcept {
        constexpr std::size_t other = taken_by(R);
        if constexpr (other != npos) return roles_of_one_name<type_at<other, Roles...>, type_at<R, Roles...>>::value;
        return true;
    }
    static consteval bool check() noexcept {
        return []<std::size_t... R>(std::index_sequence<R...>) {
            return (check_name<R>() && ...);
        }(std::index_sequence_for<Roles...>{});
    }
    static constexpr bool value = check();
};

/// Everything about a topology that ports, protocols and policies tell.
template <class Topology, class Links = typename Topology::link_list, class Ends = typename Topology::end_list,
          class Open = typename Topology::open_list, class Roles = typename Topology::role_list>
struct check_topology;
template <class Topology, class... Links, class... Ends, class... Open, class... Roles>
struct check_topology<Topology, type_list<Links...>, type_list<Ends...>, type_list<Open...>, type_list<Roles...>> {
    using known = ends_in_topology<Ends..., Open...>;

    static constexpr bool value =
        check_names<Roles...>::value && (ports_of_link<typename Links::from, typename Links::to>::value && ...) &&
        (processes_of_link<typename Links::from, typename Links::to>::value && ...) &&
        check_peers<type_list<Links...>, type_list<Ends...>>::value &&
        (known::template check<Roles>(typename ports_of_process<typename Roles::process_type>::type{}) && ...);
};

}  // namespace tenon::detail

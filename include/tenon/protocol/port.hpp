// Ports: the named ends of protocols in an app, each with its ZeroMQ pattern.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/protocol.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tenon {

namespace detail {

/// What a pattern can carry, and on which side of a protocol its port stands.
struct pattern_rules {
    bool server;    ///< Stands on the server side (else on the client side).
    bool requests;  ///< Carries request and reply.
    bool commands;  ///< Carries messages from client to server that nobody answers.
    bool events;    ///< Carries messages from server to client.
};

constexpr pattern_rules rules_of(pattern p) noexcept {
    switch (p) {
        // clang-format off
        //                               server requests commands events
        case pattern::req:    return {false, true,  true,  false};
        case pattern::rep:    return {true,  true,  true,  false};
        case pattern::dealer: return {false, true,  true,  true};
        case pattern::router: return {true,  true,  true,  true};
        case pattern::sub:
        case pattern::xsub:   return {false, false, false, true};
        case pattern::pub:
        case pattern::xpub:   return {true,  false, false, true};
        case pattern::push:   return {false, false, true,  false};
        case pattern::pull:   return {true,  false, true,  false};
        case pattern::pair:   return {true,  true,  true,  true};
        // clang-format on
    }
    return {};
}

}  // namespace detail

/// A port: the end `Name` of `Protocol`, reached through the ZeroMQ pattern `Pattern`.
///
/// A port is a value without state: `static constexpr auto requests = tenon::rep<"requests", ping_pong>;`. It names
/// the port wherever one is needed: `tenon::bind(requests, ...)`, `process[requests]`, `on(decltype(requests), ...)`.
template <pattern Pattern, detail::fixed_string Name, class Protocol>
struct port {
    using protocol_type = Protocol;

    static constexpr tenon::pattern   pattern = Pattern;
    static constexpr std::string_view name    = Name.view();
    /// True on the server side of the protocol.
    static constexpr bool is_server = detail::rules_of(Pattern).server;

    /// What arrives here to be handled by `on`: on the server side questions and commands, on the client side events.
    using incoming = typename std::conditional_t<is_server, detail::type_tag<typename Protocol::to_server>,
                                                 detail::type_tag<typename Protocol::events>>::type;
};

/// The variant over all messages that arrive at `Port` and are handled by `on`.
template <class Port>
using incoming = typename std::remove_cvref_t<Port>::incoming::variant;

/// The server end of a request/reply conversation. Peers may be REQ or DEALER sockets, Tenon's or anybody's.
template <detail::fixed_string Name, class Protocol>
inline constexpr port<pattern::rep, Name, Protocol> rep{};

/// The client end of a request/reply conversation. Peers may be REP or ROUTER sockets, Tenon's or anybody's.
template <detail::fixed_string Name, class Protocol>
inline constexpr port<pattern::req, Name, Protocol> req{};

namespace detail {
template <class T>
inline constexpr bool is_port = false;
template <pattern P, fixed_string Name, class Protocol>
inline constexpr bool is_port<port<P, Name, Protocol>> = true;
}  // namespace detail

/// The ports of an app, in the order given: `static constexpr auto ports = tenon::ports(requests, updates);`.
template <class... Ports>
struct port_list {
    static_assert((detail::is_port<Ports> && ...),
                  "tenon::ports(...) takes ports, such as tenon::rep<\"name\", protocol>");

    static constexpr std::size_t size = sizeof...(Ports);
    template <std::size_t I>
    using at = detail::type_at<I, Ports...>;
    template <class Port>
    static constexpr std::size_t index_of = detail::index_of<std::remove_cvref_t<Port>, Ports...>();
};

template <class... Ports>
constexpr port_list<Ports...> ports(Ports...) noexcept {
    return {};
}

namespace detail {
/// The port list of an app: none if it declares none.
template <class App>
struct ports_of {
    using type = port_list<>;
};
template <class App>
    requires requires { App::ports; }
struct ports_of<App> {
    using type = std::remove_cvref_t<decltype(App::ports)>;
};
template <class App>
using ports_of_t = typename ports_of<App>::type;
}  // namespace detail

}  // namespace tenon

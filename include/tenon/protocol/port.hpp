// Ports: the named ends of protocols in an app, each with its ZeroMQ pattern.
#pragma once

#include <tenon/core/pattern.hpp>
#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/options.hpp>
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

/// The options of a port, each given or the default of its pattern.
template <pattern Pattern, class... Options>
struct options_of_port {
    static constexpr bool publishes = Pattern == pattern::pub || Pattern == pattern::xpub;

    template <class Kind, class Default>
    using pick = typename decltype(pick_option<Kind, Default, Options...>())::type;

    using overload = pick<kind::overload,
                          std::conditional_t<publishes, tenon::overload::by_transport, tenon::overload::fail>>;
    using retry           = pick<kind::retry, tenon::retry::never>;
    using high_water_mark = pick<kind::high_water_mark, tenon::high_water_mark<-1>>;
    using side            = pick<kind::side, tenon::client_side>;
    using sequence        = pick<kind::sequence, tenon::unsequenced>;
    using subscriptions   = pick<kind::subscriptions, tenon::subscriptions::all>;
    using batching        = pick<kind::batching, tenon::unbatched>;
};

}  // namespace detail

/// A port: the end `Name` of `Protocol`, reached through the ZeroMQ pattern `Pattern`, with `Options` of its own.
///
/// A port is a value without state: `static constexpr auto requests = tenon::rep<"requests", ping_pong>;`. It names
/// the port wherever one is needed: `tenon::bind(requests, ...)`, `process[requests]`, `on(decltype(requests), ...)`.
/// Options come in any order, each kind at most once: see tenon/protocol/options.hpp.
template <pattern Pattern, detail::fixed_string Name, class Protocol, class... Options>
struct port {
    using protocol_type = Protocol;
    using options       = detail::options_of_port<Pattern, Options...>;
    using option_list   = detail::type_list<Options...>;

    static constexpr tenon::pattern   pattern = Pattern;
    static constexpr std::string_view name    = Name.view();
    /// True on the server side of the protocol.
    static constexpr bool is_server =
        Pattern == tenon::pattern::pair ? options::side::is_server : detail::rules_of(Pattern).server;

    /// What arrives here to be handled by `on`: on the server side questions and commands, on the client side events.
    using incoming = typename std::conditional_t<is_server, detail::type_tag<typename Protocol::to_server>,
                                                 detail::type_tag<typename Protocol::events>>::type;
};

/// The variant over all messages that arrive at `Port` and are handled by `on`.
template <class Port>
using incoming = typename std::remove_cvref_t<Port>::incoming::variant;

/// The server end of a request/reply conversation. Peers may be REQ or DEALER sockets, Tenon's or anybody's.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::rep, Name, Protocol, Options...> rep{};

/// The client end of a request/reply conversation. Peers may be REP or ROUTER sockets, Tenon's or anybody's.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::req, Name, Protocol, Options...> req{};

/// A server end that knows its peers: it answers in any order and sends events to one of them. Peers may be REQ or
/// DEALER sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::router, Name, Protocol, Options...> router{};

/// A client end that takes events beside replies. Peers may be ROUTER or REP sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::dealer, Name, Protocol, Options...> dealer{};

/// Sends commands to one of its peers at a time, in turn. Peers are PULL sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::push, Name, Protocol, Options...> push{};

/// Takes commands from all its peers, in turn. Peers are PUSH sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::pull, Name, Protocol, Options...> pull{};

/// Sends events to all peers that subscribed to them. Peers are SUB or XSUB sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::pub, Name, Protocol, Options...> pub{};

/// Takes the events that it subscribed to. Peers are PUB or XPUB sockets.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::sub, Name, Protocol, Options...> sub{};

/// As `pub`, and the app is told of subscriptions.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::xpub, Name, Protocol, Options...> xpub{};

/// As `sub`, over an XSUB socket.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::xsub, Name, Protocol, Options...> xsub{};

/// One end between two processes and no more: either side of a protocol with requests, commands and events. `Options`
/// have `tenon::server_side` or `tenon::client_side`.
template <detail::fixed_string Name, class Protocol, class... Options>
inline constexpr port<pattern::pair, Name, Protocol, Options...> pair{};

namespace detail {
template <class T>
inline constexpr bool is_port = false;
template <pattern P, fixed_string Name, class Protocol, class... Options>
inline constexpr bool is_port<port<P, Name, Protocol, Options...>> = true;
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

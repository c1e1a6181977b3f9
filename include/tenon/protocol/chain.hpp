// A chain: the messages that processes exchange for one task, step by step over links, with notes in prose.
#pragma once

#include <tenon/protocol/topology.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace tenon {

namespace detail {

/// The two ways of a step.
enum class heading { to_server, to_client, by_protocol };

/// `Message` may go over `Link` in that direction.
template <class Link, class Message, heading Heading>
struct step_of_chain {
    using protocol                   = typename Link::protocol_type;
    static constexpr bool asked_told = protocol::to_server::template contains<Message>;
    static constexpr bool replied =
        protocol::replies::template contains<Message> || protocol::events::template contains<Message>;

    static consteval bool check() noexcept {
        constexpr bool declared = (asked_told && Heading != heading::to_client) ||
                                  (replied && Heading != heading::to_server);
        constexpr bool one_way  = !asked_told || !replied || Heading != heading::by_protocol;
        constexpr bool two_ends = !std::is_same_v<typename Link::client::role_type, typename Link::server::role_type>;
        static_assert(declared, "tenon: a step of this chain sends a message that the link's protocol does not "
                                "declare in that direction (see Link and Message in the lines around)");
        static_assert(one_way, "tenon: a step of this chain sends a message that may go either way (see Link and "
                               "Message in the lines around); use step_to_server<Message> or step_to_client<Message>");
        static_assert(two_ends, "tenon: a step of this chain goes from a participant to itself (see Link in the lines "
                                "around)");
        return true;
    }
    static constexpr bool value = check();
};

}  // namespace detail

/// One message over one link.
template <class Link, class Message, bool ToServer>
struct chain_step {
    using link_type    = Link;
    using message_type = Message;
    using sender       = std::conditional_t<ToServer, typename Link::client, typename Link::server>;
    using receiver     = std::conditional_t<ToServer, typename Link::server, typename Link::client>;

    static constexpr bool to_server = ToServer;
};

/// A step of a chain: `Message` goes over `link`, in the direction that the protocol declares it for. A message that it
/// does not declare, or declares for both, does not compile.
template <class Message, class From, class To>
constexpr auto step(topology_link<From, To>) noexcept {
    using checked = detail::step_of_chain<topology_link<From, To>, Message, detail::heading::by_protocol>;
    static_assert(checked::value);
    return chain_step<topology_link<From, To>, Message, checked::asked_told>{};
}
/// The same where the protocol has the message in both directions: from client to server.
template <class Message, class From, class To>
constexpr auto step_to_server(topology_link<From, To>) noexcept {
    static_assert(detail::step_of_chain<topology_link<From, To>, Message, detail::heading::to_server>::value);
    return chain_step<topology_link<From, To>, Message, true>{};
}
/// The same from server to client: a reply or an event.
template <class Message, class From, class To>
constexpr auto step_to_client(topology_link<From, To>) noexcept {
    static_assert(detail::step_of_chain<topology_link<From, To>, Message, detail::heading::to_client>::value);
    return chain_step<topology_link<From, To>, Message, false>{};
}

/// What is to be said about a chain in prose: how the processes behave, and why.
template <std::size_t Size>
struct chain_notes {
    std::array<std::string_view, Size> lines;
};

/// The notes of a chain, each a paragraph of its own. The text has to outlive them: string literals do.
template <class... Texts>
constexpr chain_notes<sizeof...(Texts)> notes(Texts const&... texts) noexcept {
    return {{std::string_view{texts}...}};
}

/// What `tenon::chain` makes: a title, notes and steps.
template <std::size_t Notes, class... Steps>
struct message_chain {
    std::string_view                    title;
    std::array<std::string_view, Notes> notes;
};

namespace detail {
template <class>
inline constexpr bool is_chain_step = false;
template <class Link, class Message, bool ToServer>
inline constexpr bool is_chain_step<chain_step<Link, Message, ToServer>> = true;
}  // namespace detail

/// A documented chain of messages: `tenon::chain("Sending pings", tenon::notes("..."), tenon::step<ping>(pings),
/// tenon::step<pong>(pings))`, where `pings` is a link of the topology. <tenon/describe/ascii.hpp> and others print it.
template <std::size_t Notes, class... Steps>
constexpr message_chain<Notes, Steps...> chain(std::string_view title, chain_notes<Notes> const& said,
                                               Steps...) noexcept {
    static_assert((detail::is_chain_step<Steps> && ...),
                  "tenon::chain(title, notes, steps...): the steps are made with tenon::step<message>(link)");
    return {title, said.lines};
}

}  // namespace tenon

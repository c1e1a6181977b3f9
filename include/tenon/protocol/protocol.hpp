// A conversation between a client side and a server side, written down once for both.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/statement.hpp>

#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

namespace hana = boost::hana;

// The lists below are values that exist only in unevaluated places: nothing of them is left at run time. They are
// Hana's basic_tuple, and picked by position: hana::tuple and hana::filter cost a file five times as much
// (docs/decisions/0054-what-including-costs.md).

/// Which of a list are kept: their positions, and how many there are.
template <std::size_t Size>
struct kept_positions {
    std::size_t at[Size + 1] = {};
    std::size_t count        = 0;
};

template <bool... Keep>
consteval auto positions_kept() noexcept {
    kept_positions<sizeof...(Keep)> kept;
    std::size_t                     index = 0;
    ((Keep ? static_cast<void>(kept.at[kept.count++] = index++) : static_cast<void>(++index)), ...);
    return kept;
}

/// Those of `Ts` for which `Keep` is true, in their order.
template <bool... Keep, class... Ts>
consteval auto keep(hana::basic_tuple<type_tag<Ts>...>) noexcept {
    constexpr auto kept = positions_kept<Keep...>();
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return hana::basic_tuple<type_tag<type_at<kept.at[I], Ts...>>...>{};
    }(std::make_index_sequence<kept.count>{});
}

/// Each type once, where it stands first: two requests may have the same reply.
inline constexpr auto distinct = []<class... Ts>(type_tag<Ts>...) {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return keep<(index_of<Ts, Ts...>() == I)...>(hana::basic_tuple<type_tag<Ts>...>{});
    }(std::index_sequence_for<Ts...>{});
};

template <class... Extra>
inline constexpr auto as_message_set = []<class... Ts>(type_tag<Ts>...) {
    return type_tag<message_set<Ts..., Extra...>>{};
};

}  // namespace detail

/// A conversation: a list of `request`, `command` and `event` statements between a client side and a server side.
///
/// Both ends are typed by it, so what one may send the other must handle. A protocol is only a list: it is checked
/// where a process or client uses it, so that a mistake is reported together with app and port.
template <class... Statements>
struct protocol {
    static_assert((detail::is_statement<Statements> && ...),
                  "tenon::protocol<...> is a list of request<Question, Reply>, command<C> and event<E>");

    /// How many statements there are.
    static constexpr std::size_t size = sizeof...(Statements);
    /// False for a conversation of commands and events alone: a stream, which nobody answers.
    static constexpr bool has_requests = (detail::is_request<Statements> || ...);
    /// The statements as a type list.
    using statement_list = detail::type_list<Statements...>;

    /// All messages that the client side sends, in the order of the statements.
    using to_server = typename decltype(boost::hana::unpack(
        detail::keep<!detail::is_event<Statements>...>(
            boost::hana::basic_tuple<detail::type_tag<detail::server_message_t<Statements>>...>{}),
        detail::as_message_set<>))::type;

    /// The replies that requests may have, each once, and `failure`.
    using replies = typename decltype(boost::hana::unpack(
        boost::hana::unpack(detail::keep<detail::is_request<Statements>...>(
                                boost::hana::basic_tuple<detail::type_tag<detail::reply_of_t<Statements>>...>{}),
                            detail::distinct),
        detail::as_message_set<failure>))::type;

    /// The events that the server side sends on its own.
    using events = typename decltype(boost::hana::unpack(
        boost::hana::unpack(detail::keep<detail::is_event<Statements>...>(
                                boost::hana::basic_tuple<detail::type_tag<detail::event_of_t<Statements>>...>{}),
                            detail::distinct),
        detail::as_message_set<>))::type;

    /// The index of the statement in which the client side sends `M`, or `npos`.
    template <class M>
    static constexpr std::size_t statement_of = detail::index_of<M, detail::server_message_t<Statements>...>();

    /// What the server side answers to `M`: the reply's type for a question, `void` for a command.
    template <class M>
    using reply_to = detail::reply_of_t<detail::type_at<statement_of<M>, Statements...>>;
};

}  // namespace tenon

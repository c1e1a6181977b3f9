// A conversation between a client side and a server side, written down once for both.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/statement.hpp>

#include <boost/hana/filter.hpp>
#include <boost/hana/transform.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tenon {

namespace detail {

namespace hana = boost::hana;

// The lists below are values of Hana types that exist only in unevaluated places: nothing of them is left at run time.

inline constexpr auto speaks_to_server = [](auto statement) {
    using S = typename decltype(statement)::type;
    return hana::bool_c<is_request<S> || is_command<S>>;
};
inline constexpr auto is_a_request = [](auto statement) {
    return hana::bool_c<is_request<typename decltype(statement)::type>>;
};
inline constexpr auto is_an_event = [](auto statement) {
    return hana::bool_c<is_event<typename decltype(statement)::type>>;
};
inline constexpr auto to_server_of = [](auto statement) {
    return hana::type_c<typename decltype(statement)::type::to_server>;
};
inline constexpr auto to_client_of = [](auto statement) {
    return hana::type_c<typename decltype(statement)::type::to_client>;
};

template <std::size_t I, class T>
constexpr auto type_of_entry(indexed<I, T> const*) {
    return hana::type_c<T>;
}

/// Each type once, where it stands first: two requests may have the same reply.
template <class... Ts>
constexpr auto distinct() {
    auto const entries = []<std::size_t... I>(std::index_sequence<I...>) {
        return hana::tuple_t<indexed<I, Ts>...>;
    }(std::index_sequence_for<Ts...>{});
    auto const firsts = hana::filter(entries, [](auto entry) {
        return []<std::size_t I, class T>(indexed<I, T> const*) {
            return hana::bool_c<index_of<T, Ts...>() == I>;
        }(static_cast<typename decltype(entry)::type const*>(nullptr));
    });
    return hana::transform(firsts, [](auto entry) {
        return type_of_entry(static_cast<typename decltype(entry)::type const*>(nullptr));
    });
}

template <class... Extra>
inline constexpr auto as_message_set = [](auto... messages) {
    return hana::type_c<message_set<typename decltype(messages)::type..., Extra...>>;
};

template <class... Extra>
constexpr auto distinct_set(auto messages) {
    auto const once = hana::unpack(messages, [](auto... each) { return distinct<typename decltype(each)::type...>(); });
    return hana::unpack(once, as_message_set<Extra...>);
}

}  // namespace detail

/// A conversation: a list of `request`, `command` and `event` statements between a client side and a server side.
///
/// Both ends are typed by it, so what one may send the other must handle. A protocol is only a list: it is checked
/// where a process or client uses it, so that a mistake is reported together with app and port.
template <class... Statements>
struct protocol {
    static_assert((detail::is_statement<Statements> && ...),
                  "tenon::protocol<...> is a list of request<Question, Reply>, command<C> and event<E>");

private:
    static constexpr auto statements = boost::hana::tuple_t<Statements...>;
    static constexpr auto requests   = boost::hana::filter(statements, detail::is_a_request);

public:
    /// How many statements there are.
    static constexpr std::size_t size = sizeof...(Statements);
    /// False for a conversation of commands and events alone: a stream, which nobody answers.
    static constexpr bool has_requests = (detail::is_request<Statements> || ...);
    /// The statements as a type list.
    using statement_list = detail::type_list<Statements...>;

    /// All messages that the client side sends, in the order of the statements.
    using to_server = typename decltype(boost::hana::unpack(
        boost::hana::transform(boost::hana::filter(statements, detail::speaks_to_server), detail::to_server_of),
        detail::as_message_set<>))::type;

    /// The replies that requests may have, each once, and `failure`.
    using replies = typename decltype(detail::distinct_set<failure>(
        boost::hana::transform(requests, detail::to_client_of)))::type;

    /// The events that the server side sends on its own.
    using events = typename decltype(detail::distinct_set<>(boost::hana::transform(
        boost::hana::filter(statements, detail::is_an_event), detail::to_client_of)))::type;

    /// The index of the statement in which the client side sends `M`, or `npos`.
    template <class M>
    static constexpr std::size_t statement_of = detail::index_of<M, detail::server_message_t<Statements>...>();

    /// What the server side answers to `M`: the reply's type for a question, `void` for a command.
    template <class M>
    using reply_to = detail::reply_of_t<detail::type_at<statement_of<M>, Statements...>>;
};

}  // namespace tenon

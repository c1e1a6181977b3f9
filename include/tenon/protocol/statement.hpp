// The statements a protocol is made of: who says what, and who answers.
#pragma once

#include <tenon/message/message.hpp>

namespace tenon {

/// The client asks `Question`, the server answers with exactly one `Reply` or a `failure`.
template <class Question, class Reply>
struct request {
    using to_server = Question;
    using to_client = Reply;
};

/// The client tells, nobody answers.
template <class Command>
struct command {
    using to_server = Command;
};

/// The server tells, nobody answers.
///
/// `Keys` are pointers to fields of the event, `event<price, &price::symbol>`: a subscriber of a published event may
/// choose by them (see topic.hpp). A key is an integer, a bool, an enum or text. Patterns without topics ignore them.
template <class Event, auto... Keys>
struct event {
    using to_client = Event;
};

namespace detail {

template <class>
inline constexpr bool is_request = false;
template <class Q, class R>
inline constexpr bool is_request<request<Q, R>> = true;

template <class>
inline constexpr bool is_command = false;
template <class C>
inline constexpr bool is_command<command<C>> = true;

template <class>
inline constexpr bool is_event = false;
template <class E, auto... Keys>
inline constexpr bool is_event<event<E, Keys...>> = true;

template <class S>
inline constexpr bool is_statement = is_request<S> || is_command<S> || is_event<S>;

/// What the client side sends in a statement, or void.
template <class S>
struct server_message {
    using type = void;
};
template <class S>
    requires(is_request<S> || is_command<S>)
struct server_message<S> {
    using type = typename S::to_server;
};
template <class S>
using server_message_t = typename server_message<S>::type;

/// What the server side answers in a statement, or void.
template <class S>
struct reply_of {
    using type = void;
};
template <class Q, class R>
struct reply_of<request<Q, R>> {
    using type = R;
};
template <class S>
using reply_of_t = typename reply_of<S>::type;

/// What the server side tells on its own in a statement, or void.
template <class S>
struct event_of {
    using type = void;
};
template <class E, auto... Keys>
struct event_of<event<E, Keys...>> {
    using type = E;
};
template <class S>
using event_of_t = typename event_of<S>::type;

}  // namespace detail

}  // namespace tenon

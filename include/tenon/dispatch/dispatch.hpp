// Dispatch: from a variant of messages to the app's handlers, without a socket, a name or a table at run time.
#pragma once

#include <tenon/detail/with_index.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/protocol/check.hpp>
#include <tenon/protocol/port.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace tenon {

/// Calls `f(alternative)` with what `message` holds. The work of `std::visit` for one variant, as one plain switch.
/// Requires that the variant is not valueless. Returns what `f` returns.
template <class Variant, class F>
constexpr decltype(auto) visit_message(Variant&& message, F&& f) {
    return detail::with_index<std::variant_size_v<std::remove_cvref_t<Variant>>>(
        message.index(), [&](auto index) -> decltype(auto) {
            return std::forward<F>(f)(*std::get_if<decltype(index)::value>(&message));
        });
}

namespace detail {

template <class Set>
struct outcome_of;
template <class... Ms>
struct outcome_of<message_set<Ms...>> {
    using type = std::variant<std::monostate, Ms...>;
};

/// The process argument where there is none: handlers that want one are not found.
struct without_process {};

}  // namespace detail

/// What handling a message that came in at `Port` may lead to: nothing (`std::monostate`), one of the protocol's
/// replies, or a `failure`.
template <class Port>
using outcome = typename detail::outcome_of<typename std::remove_cvref_t<Port>::protocol_type::replies>::type;

/// Hands `message` to the app's handler for it and returns what the handler answers.
///
/// It makes the same checks and the same call as a process does with a message once it is decoded, and knows nothing of
/// sockets, so it serves in unit tests: `dispatch(app, app.requests, incoming<decltype(app.requests)>{ping{3}})`.
/// `process` is what handlers with a process argument get. A missing, ambiguous or ill-typed handler is a compile error
/// that names it.
/// Errors: what the handler throws. Cost: one switch and the call.
template <class App, class Port, class Process>
outcome<Port> dispatch(App& app, Port const& port, incoming<Port> const& message, Process& process) {
    static_assert(detail::check_port<App, Port>::value);
    outcome<Port> answered;
    visit_message(message, [&]<class M>(M const& m) {
        static_assert(!detail::handled_by_task<App, Port, M, Process>,
                      "tenon: dispatch() cannot wait for a coroutine; call the handler and run its task, or test it in "
                      "a process");
        detail::handle(app, port, m, process,
                       [&](auto&& answer) { answered = std::forward<decltype(answer)>(answer); });
    });
    return answered;
}

/// The same for apps whose handlers at this port need no process.
template <class App, class Port>
outcome<Port> dispatch(App& app, Port const& port, incoming<Port> const& message) {
    detail::without_process none;
    return dispatch(app, port, message, none);
}

}  // namespace tenon

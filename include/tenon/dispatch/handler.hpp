// Which `on` of an app takes a message, and what it must return: decided and checked while compiling.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>
#include <tenon/message/message.hpp>
#include <tenon/protocol/port.hpp>

#include <type_traits>
#include <utility>

namespace tenon::detail {

/// The forms that a handler may have, from general to particular.
enum class handler_form {
    none,
    message,               ///< on(M const&)
    message_process,       ///< on(M const&, process&)
    port_message,          ///< on(port, M const&)
    port_message_process,  ///< on(port, M const&, process&)
    several,               ///< With and without the process: which one is meant?
};

template <class App, class M>
concept on_message = requires(App& app, M const& m) { app.on(m); };
template <class App, class M, class Process>
concept on_message_process = requires(App& app, M const& m, Process& p) { app.on(m, p); };
// A handler that takes anything in place of the port, `on(auto const&, auto& process)` for instance, is not meant for
// one.
struct not_a_port {};
template <class App, class Port, class M>
concept on_port_message = requires(App& app, Port const& port, M const& m) { app.on(port, m); } &&
                          !requires(App& app, not_a_port const& port, M const& m) { app.on(port, m); };
template <class App, class Port, class M, class Process>
concept on_port_message_process =
    requires(App& app, Port const& port, M const& m, Process& p) { app.on(port, m, p); } &&
    !requires(App& app, not_a_port const& port, M const& m, Process& p) { app.on(port, m, p); };

template <class App, class Port, class M, class Process>
consteval handler_form form_of() noexcept {
    // A handler for one port is more particular than one for all of them.
    constexpr bool port_alone = on_port_message<App, Port, M>;
    constexpr bool port_both  = on_port_message_process<App, Port, M, Process>;
    if constexpr (port_alone && port_both) return handler_form::several;
    else if constexpr (port_both) return handler_form::port_message_process;
    else if constexpr (port_alone) return handler_form::port_message;
    else {
        constexpr bool alone = on_message<App, M>;
        constexpr bool both  = on_message_process<App, M, Process>;
        if constexpr (alone && both) return handler_form::several;
        else if constexpr (both) return handler_form::message_process;
        else if constexpr (alone) return handler_form::message;
        else return handler_form::none;
    }
}

// Overloads of `on` that take exactly M, by value or reference, each callable alone: if there is one and the call is
// refused all the same, the call is ambiguous.
template <class App, class M, class R>
concept has_exact_handler = requires { static_cast<R (App::*)(M const&)>(&App::on); } ||
                            requires { static_cast<R (App::*)(M const&) const>(&App::on); } ||
                            requires { static_cast<R (App::*)(M)>(&App::on); };

template <handler_form Form, class App, class Port, class M, class Process>
decltype(auto) call(App& app, Port const& port, M const& m, Process& process) {
    if constexpr (Form == handler_form::message) return app.on(m);
    else if constexpr (Form == handler_form::message_process) return app.on(m, process);
    else if constexpr (Form == handler_form::port_message) return app.on(port, m);
    else return app.on(port, m, process);
}

/// What the handler returns, without references.
template <handler_form Form, class App, class Port, class M, class Process>
using returned_by =
    std::remove_cvref_t<decltype(call<Form>(std::declval<App&>(), std::declval<Port const&>(), std::declval<M const&>(),
                                            std::declval<Process&>()))>;

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

template <class T>
inline constexpr bool is_deferred = false;
template <class Reply>
inline constexpr bool is_deferred<deferred<Reply>> = true;

/// `Returned` is a way to answer with `Reply`: at once, with a refusal perhaps, later, or from a coroutine.
template <class Returned, class Reply>
inline constexpr bool answers_with =
    one_of<Returned, Reply, result<Reply>, deferred<Reply>, task<Reply>, task<result<Reply>>>;
/// The same for a command, which nobody answers.
template <class Returned>
inline constexpr bool answers_with<Returned, void> = one_of<Returned, void, task<void>>;

/// What the handler of `M` answers when it arrives at `Port`: void for commands and events.
template <class Port, class M, bool Asked = Port::is_server>
struct reply_at_port {
    using type = typename Port::protocol_type::template reply_to<M>;
};
template <class Port, class M>
struct reply_at_port<Port, M, false> {
    using type = void;
};
template <class Port, class M>
using reply_at = typename reply_at_port<Port, M>::type;

/// The handler of `App` for message `M` arriving at `Port`, checked: there is one, it is not ambiguous, and it
/// returns what the protocol says. Compilers print the template arguments with a failed assertion: they are the names.
template <class App, class Port, class M, class Process>
struct handler_of {
    using reply = reply_at<Port, M>;

    static constexpr handler_form form = form_of<App, Port, M, Process>();
    static constexpr bool ambiguous =
        form == handler_form::several || (form == handler_form::none && (has_exact_handler<App, M, reply> ||
                                                                         has_exact_handler<App, M, void>));

    // In a function and not in the class itself, so that a refused handler leads to this one error and no others.
    static consteval bool check() noexcept {
        static_assert(!ambiguous,
                      "tenon: this app has several handlers for this message, or one that is not public (see App, Port "
                      "and M in the lines around); keep one public `on` for it, with or without the process argument");
        static_assert(form != handler_form::none || ambiguous,
                      "tenon: this app has no handler for a message that arrives at its port (see App, Port and M in "
                      "the lines around); add a public `on(M const&)` or `on(M const&, auto& process)` to the app");
        if constexpr (form == handler_form::none || form == handler_form::several) {
            return false;
        } else {
            constexpr bool silent = std::is_void_v<reply>;
            constexpr bool right  = answers_with<returned_by<form, App, Port, M, Process>, reply>;
            static_assert(!silent || right,
                          "tenon: this handler takes a message that nobody answers, so it returns void or "
                          "tenon::task<void> (see App, Port and M in the lines around); did you mean "
                          "request<Question, Reply> in the protocol?");
            static_assert(silent || right,
                          "tenon: this handler returns something else than the reply that the protocol declares (see "
                          "App, Port, M and reply in the lines around); return the reply, or tenon::result, deferred "
                          "or task of it");
            return right;
        }
    }
    static constexpr bool value = check();
};

/// True if the handler is a coroutine.
template <class Handler, class App, class Port, class M, class Process>
consteval bool is_task_handler() noexcept {
    if constexpr (Handler::value)
        return is_task<returned_by<Handler::form, App, Port, M, Process>>;
    else
        return false;
}
template <class App, class Port, class M, class Process>
inline constexpr bool handled_by_task = is_task_handler<handler_of<App, Port, M, Process>, App, Port, M, Process>();

/// Every message that may arrive at `Port` has a handler. True in any case: what is wrong has been said where it was
/// found.
template <class App, class Port, class Process, class Set = typename Port::incoming>
struct check_handlers;
template <class App, class Port, class Process, class... Ms>
struct check_handlers<App, Port, Process, message_set<Ms...>> {
    static constexpr bool value = (static_cast<void>(handler_of<App, Port, Ms, Process>::value), ..., true);
};

/// Calls the handler for `m`, which is no coroutine, and hands its reply or failure, if it has one by now, to `answer`.
template <class App, class Port, class M, class Process, class Answer>
void handle(App& app, Port const& port, M const& m, Process& process, Answer&& answer) {
    using handler = handler_of<App, Port, M, Process>;
    if constexpr (handler::value) {
        if constexpr (std::is_void_v<typename handler::reply>) {
            call<handler::form>(app, port, m, process);
        } else {
            auto&& reply = call<handler::form>(app, port, m, process);
            if constexpr (is_deferred<std::remove_cvref_t<decltype(reply)>>)
                return;  // the promise answers
            else if constexpr (!is_result<std::remove_cvref_t<decltype(reply)>>)
                answer(reply);
            else if (reply)
                answer(*reply);
            else
                answer(reply.error());
        }
    }
}

}  // namespace tenon::detail

// Telling an app what is no message: that it has started, a gap, a subscription. It may listen or not.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/dispatch/handler.hpp>

#include <type_traits>

namespace tenon::detail {

/// In place of a port, for what concerns the whole process.
struct no_port {};

/// How `App` listens to `Moment` at `Port`, checked. Compilers print the template arguments with a failed assertion.
template <class App, class Port, class Moment, class Process>
struct listener_of {
    static constexpr handler_form form = form_of<App, Port, Moment, Process>();

    static consteval bool check() noexcept {
        constexpr bool several = form == handler_form::several;
        static_assert(!several, "tenon: this app has two handlers for the same moment (see App, Port and Moment in the "
                                "lines around); keep one `on` for it, with or without the process argument");
        if constexpr (several || form == handler_form::none) {
            constexpr bool without_const = requires(App& app, Moment& m, Process& p) { app.on(m, p); } ||
                                           requires(App& app, Moment& m) { app.on(m); };
            static_assert(several || !without_const,
                          "tenon: an app takes what it is told besides messages by const reference (see App and Moment "
                          "in the lines around); without the const the handler would never be called");
            return false;
        } else {
            constexpr bool silent = std::is_void_v<returned_by<form, App, Port, Moment, Process>>;
            static_assert(silent, "tenon: a handler for what is no message returns void (see App, Port and Moment in "
                                  "the lines around): nobody waits for an answer, or for a coroutine");
            return silent;
        }
    }
    static constexpr bool value = check();
};

/// Who calls it may be cold code, compiled for size; the app's code is not ours to slow down. `hot` keeps g++ from
/// taking for cold what is called from cold code only.
template <handler_form Form, class Port, class Moment, class Process>
[[gnu::hot, gnu::noinline]] void tell_listener(Process& process, Moment const& moment) {
    call<Form>(process.app(), Port{}, moment, process);
}

/// Calls `on(Moment const&)`, `on(Moment const&, auto& process)`, or either with the port before it, if the app has it.
template <class Port, class Moment, class Process>
void tell_app(Process& process, Moment const& moment) {
    using listener = listener_of<typename Process::app_type, Port, Moment, Process>;
    if constexpr (listener::value) tell_listener<listener::form, Port>(process, moment);
}

}  // namespace tenon::detail

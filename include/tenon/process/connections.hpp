// How a port hears what happens to its connections: a monitor in the same loop, made only if somebody listens.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/dispatch/handler.hpp>
#include <tenon/message/message.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/tell.hpp>
#include <tenon/process/thrown.hpp>
#include <tenon/transport/concept.hpp>

#include <cstddef>
#include <string_view>

namespace tenon::detail {

/// The app has a handler for the connection events of `Port`. One that takes anything, `on(auto const&)` for instance,
/// is not meant for them.
template <class App, class Port, class Process>
consteval bool app_hears_connections() noexcept {
    struct not_an_event {};
    if constexpr (form_of<App, Port, not_an_event, Process>() != handler_form::none) return false;
    else return listener_of<App, Port, connection_event, Process>::value;
}

/// The app asks for connection events, so its transport has to have some.
template <class App, class Port, class Transport>
struct connections_of_port {
    static_assert(transport::reports_connections<Transport>,
                  "tenon: this app listens to tenon::connection_event, and its transport has none to tell (see App, "
                  "Port and Transport in the lines around); take the handler out, or choose another transport");
    static constexpr bool value = transport::reports_connections<Transport>;
};

/// Part of a running port; a pointer and no code at all if nobody listens.
///
/// Whether somebody does is asked in the functions, when the process is a complete type: handlers take it as `auto&`.
template <class Process, class Port>
class connection_watch {
    using app           = typename Process::app_type;
    using observer_type = typename Process::observer_type;
    using transport     = typename Process::transport_type;

public:
    connection_watch()                                   = default;
    connection_watch(connection_watch const&)            = delete;
    connection_watch& operator=(connection_watch const&) = delete;
    ~connection_watch() {
        if constexpr (is_listened_to()) delete watched_;
    }

    /// Begins; before the first bind and connect, so that nothing is missed. All of them outlive this.
    void start([[maybe_unused]] Process& process, [[maybe_unused]] typename transport::socket& socket,
               [[maybe_unused]] port_counters& counters) {
        if constexpr (is_listened_to()) {
            watched_ = new watched{process, counters, {process.context(), socket}};
            constexpr auto drain = [](void* self, std::size_t budget) {
                return static_cast<watched*>(self)->drain(budget);
            };
            process.loop().watch(watched_->monitor.socket(), drain, watched_);
        }
    }

    /// Tells what has been reported by now, within reason: peers that come and go may go on doing so.
    void tell() {
        if constexpr (is_listened_to()) watched_->drain(1000);
    }

private:
    static consteval bool is_listened_to() noexcept {
        if constexpr (app_hears_connections<app, Port, Process>())
            return connections_of_port<app, Port, transport>::value;
        else
            return sees_connections<observer_type> && tenon::transport::reports_connections<transport>;
    }

    struct watched {
        Process&                    process;
        port_counters&              counters;
        typename transport::monitor monitor;

        bool drain(std::size_t budget) {
            for (; budget > 0; --budget) {
                auto const report = monitor.next();
                if (!report) return false;
                if (is_handshake_failure(report->what)) ++counters.handshake_failures;
                tell(connection_event{Port::name, report->what, report->endpoint, report->reason});
            }
            return true;
        }

        void tell(connection_event const& event) {
            if constexpr (sees_connections<observer_type>) process.observer().connection(event);
            if constexpr (app_hears_connections<app, Port, Process>()) {
                try {
                    tell_app<Port>(process, event);
                } catch (...) {
                    ++counters.handler_failed;
                    describe_thrown([this](errc why, std::string_view text) {
                        process.observer().dropped({Port::name, message_name<connection_event>, why, text});
                    });
                    if constexpr (Process::errors_type::stops) throw;
                }
            }
        }
    };

    watched* watched_ = nullptr;
};

}  // namespace tenon::detail

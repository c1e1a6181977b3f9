// Bringing processes to life: `start` as a child by the launch policy, `run` right here.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/call_cold.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/launch/here.hpp>
#include <tenon/launch/options.hpp>
#include <tenon/process/plan.hpp>
#include <tenon/process/process.hpp>
#include <tenon/process/reach.hpp>
#include <tenon/protocol/port.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon {

namespace detail {

/// The body of a child as launch policies see it: it makes the process and runs it.
template <class Process>
struct process_entry {
    plan from;

    [[gnu::cold]] int operator()(launch::readiness& ready) {
        Process process{from, ready.owns_process()};
        return process.run(ready);
    }
    /// Started again, it binds the addresses of the first start: each bind of the plan came back as the address with
    /// the same place among those of its port. What the app bound by itself came after them, and is the app's.
    void keep(bytes_view first_start) {
        auto bound = decode_addresses(first_start);
        for (link& each : from.links) {
            if (!each.binds) continue;
            auto found = bound.begin();
            while (found != bound.end() && found->port != each.port) ++found;
            if (found == bound.end()) continue;
            each.address = std::move(found->address);
            bound.erase(found);
        }
    }
    [[nodiscard]] buffer encode() const { return detail::encode(from); }
    static int           run_encoded(bytes_view bytes, launch::readiness& ready) {
        return process_entry{decode_plan(bytes)}(ready);
    }
};

/// `Port` belongs to `App`.
template <class App, class Port>
struct port_of_app {
    static constexpr bool has_ports = requires { App::ports; };
    static_assert(has_ports, "tenon: a port is linked of an app that lists none (see App and Port in the lines "
                             "around); add `static constexpr auto ports = tenon::ports(...);` with all its ports");
    static_assert(!has_ports || ports_of_t<App>::template index_of<Port> != npos,
                  "tenon: a port is linked that is not among the app's `ports` (see App and Port in the lines around)");
    static constexpr bool value = true;
};

/// `Port` of `App` is bound, connected or declared unlinked.
template <class App, class Port, class... Wires>
struct linked_port {
    static_assert(one_of<Port, typename Wires::port_type...>,
                  "tenon: a port of this app is neither bound nor connected (see App and Port in the lines around); "
                  "add tenon::bind(port, address), tenon::connect(port, address), or tenon::unlinked(port) if that is "
                  "meant");
    static constexpr bool value = true;
};

template <class App, class Ports, class... Wires>
struct check_wires;
template <class App, class... Ports, class... Wires>
struct check_wires<App, port_list<Ports...>, Wires...> {
    static constexpr bool value = (port_of_app<App, typename Wires::port_type>::value && ...) &&
                                  (linked_port<App, Ports, Wires...>::value && ...);
};

template <class App, class... Wires>
[[gnu::cold]] plan make_plan(Wires const&... wires) {
    static_assert(check_wires<App, ports_of_t<App>, Wires...>::value);
    plan made;
    [[maybe_unused]] auto const add = [&]<class Port>(wire<Port> const& each) {
        if (each.what == wire<Port>::action::none) return;
        made.links.push_back({static_cast<std::uint16_t>(ports_of_t<App>::template index_of<Port>),
                              each.what == wire<Port>::action::bind, each.open_to_network, each.address});
    };
    (add(wires), ...);
    return made;
}

[[gnu::cold]] inline plan copy_of(plan const& from) {
    plan made;
    made.links = from.links;
    made.config.append(from.config.view());
    return made;
}

/// Splits `[config,] wires...`, checks them against the app and makes the entry of a process. Or takes a plan that a
/// topology has made.
template <class Process, class First, class... Rest>
process_entry<Process> make_entry(First const& first, Rest const&... rest) {
    using app = typename Process::app_type;
    if constexpr (std::is_same_v<First, plan>) {
        return {copy_of(first)};
    } else if constexpr (configurable<app>) {
        static_assert(std::is_same_v<First, typename app::config>,
                      "tenon: this app has a `config`: start<process>(config, links...) takes it first");
        plan made   = make_plan<app>(rest...);
        made.config = encode_or_throw(first);
        return {std::move(made)};
    } else {
        static_assert(is_wire<First>, "tenon: start<process>(links...) takes tenon::bind(...) and tenon::connect(...)");
        return {make_plan<app>(first, rest...)};
    }
}
template <class Process>
process_entry<Process> make_entry() {
    static_assert(!configurable<typename Process::app_type>,
                  "tenon: this app has a `config`: start<process>(config, links...) takes it first");
    return {make_plan<typename Process::app_type>()};
}

template <class T>
concept some_process = requires {
    typename T::app_type;
    typename T::launch_type;
};

}  // namespace detail

/// A child that runs `Process`. It can be moved, not copied; its destructor asks the child to stop and leaves none
/// behind: no zombie, no thread. Threading: one thread at a time.
template <class Process>
class child {
    using handle_type = typename Process::launch_type::child;

public:
    explicit child(handle_type handle) : handle_{std::move(handle)} {}

    /// The address that `port` of the child is bound to (the first, if several), with its real port number.
    /// Throws `errc::bad_address` if the port is not bound.
    template <class Port>
    [[nodiscard]] tenon::address address(Port) const {
        auto const first = detail::first_address(handle_.ready_payload(), index_of<Port>);
        if (first.empty())
            detail::throw_error(errc::bad_address,
                                {"port ", Port::name, " of the child is not bound: it has no address"});
        return tenon::address{first};
    }
    /// All addresses that `port` of the child is bound to.
    template <class Port>
    [[nodiscard]] std::vector<tenon::address> addresses(Port) const {
        std::vector<tenon::address> found;
        for (auto const& each : bound())
            if (each.port == index_of<Port>) found.emplace_back(each.address);
        return found;
    }

    /// All that the child is bound to, by the positions of its ports, for those who link topologies.
    [[nodiscard]] std::vector<detail::bound_address> bound() const {
        return detail::decode_addresses(handle_.ready_payload());
    }

    [[nodiscard]] bool alive() const { return handle_.alive(); }
    /// Waits for the end; returns the exit code or signal, always the same once it is known.
    launch::exit_status join() { return handle_.join(); }
    /// The same for at most `timeout`, to the millisecond.
    std::optional<launch::exit_status> join(time_limit timeout) {
        return handle_.join(std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{timeout}));
    }
    /// Asks the child to stop in good order (SIGTERM, for a process); returns at once.
    void terminate() { handle_.terminate(); }
    /// Ends the child by force where that is possible (SIGKILL, for a process); returns at once.
    void kill() { handle_.kill(); }
    [[nodiscard]] auto pid() const { return handle_.pid(); }
    /// How often the child has come up again, by `launch::supervised`.
    [[nodiscard]] unsigned restarts() const
        requires requires(handle_type const& handle) { handle.restarts(); }
    {
        return handle_.restarts();
    }

private:
    template <class Port>
    static constexpr std::size_t index_of = [] {
        static_assert(detail::port_of_app<typename Process::app_type, Port>::value);
        return Process::port_list::template index_of<Port>;
    }();

    handle_type handle_;
};

namespace detail {

template <class Process, class... Arguments>
[[gnu::cold]] child<Process> start_child(launch::start_options const& options, Arguments const&... arguments) {
    auto entry = make_entry<Process>(arguments...);
    check_reach<Process>(entry.from);
    return child<Process>{Process::launch_type::start(std::move(entry), options)};
}
template <class Process, class... Arguments>
[[gnu::cold]] int run_here(Arguments const&... arguments) {
    return launch::here::start(make_entry<Process>(arguments...)).join();
}

}  // namespace detail

/// Starts `Process` by its launch policy: `start<pong_process>(tenon::bind(pong_app::requests, "127.0.0.1"))`.
///
/// `arguments` are `launch::start_options` if the defaults do not suit, then the app's `config` if it has one, then a
/// link for each of its ports. Returns when the child is ready: its ports are bound, and the app has seen `started`.
/// Throws `tenon::error` with the child's own code and text if it fails before (`errc::address_in_use`, for one;
/// `errc::launch_failed` if it just ends), with `errc::not_ready` if it is not ready within `options.ready_timeout`.
/// A port that does not belong to the app, or one that is left out, is a compile error.
template <detail::some_process Process, class... Arguments>
[[nodiscard]] child<Process> start(launch::start_options const& options, Arguments const&... arguments) {
    return detail::call_cold(detail::start_child<Process, Arguments...>, options, arguments...);
}
template <detail::some_process Process, class... Arguments>
    requires(!std::is_same_v<detail::type_at<0, Arguments..., void>, launch::start_options>)
[[nodiscard]] child<Process> start(Arguments const&... arguments) {
    return start<Process>(launch::start_options{}, arguments...);
}

/// Runs `Process` in the calling thread, whatever its launch policy, and returns its exit code: for a `main` that is
/// the process. SIGINT and SIGTERM stop it. Throws `tenon::error` if it does not come up.
template <detail::some_process Process, class... Arguments>
int run(Arguments const&... arguments) {
    return detail::call_cold(detail::run_here<Process, Arguments...>, arguments...);
}

// Refused while compiling: the app itself in place of its process.
template <class NoProcess, class... Arguments>
    requires(!detail::some_process<NoProcess>)
void start(Arguments const&...) {
    static_assert(detail::some_process<NoProcess>,
                  "tenon: start<Process>(...) starts a tenon::process<App, Policies...>, and this is none (see "
                  "NoProcess in the lines around)");
}
template <class NoProcess, class... Arguments>
    requires(!detail::some_process<NoProcess>)
int run(Arguments const&...) {
    static_assert(detail::some_process<NoProcess>,
                  "tenon: run<Process>(...) runs a tenon::process<App, Policies...>, and this is none (see NoProcess "
                  "in the lines around)");
    return 0;
}

}  // namespace tenon

// Several observers in one process.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/observer.hpp>

#include <tuple>
#include <type_traits>

namespace tenon::detail {
template <class T, class... Ts>
inline constexpr int times_among = (static_cast<int>(std::is_same_v<T, Ts>) + ... + 0);
}  // namespace tenon::detail

namespace tenon::observer {

/// Each of `Observers` is told, in this order, what it has a member for: `all<counting, log>`. What none of them has a
/// member for costs nothing. `process.observer().get<counting>()` is one of them.
template <class... Observers>
class all {
    static_assert((tenon::detail::is_observer<Observers> && ...),
                  "tenon: observer::all<...> is made of observers; a policy says what it is with `using policy_kind = "
                  "tenon::kind::observer;`");
    static_assert(((tenon::detail::times_among<Observers, Observers...> == 1) && ...),
                  "tenon: observer::all<...> has the same observer twice: leave one of them out");

public:
    using policy_kind = kind::observer;

    void dropped(incident const& what) noexcept {
        each([&](auto& one) { one.dropped(what); });
    }
    void attached(observed_process const& process)
        requires(tenon::detail::sees_process<Observers> || ...)
    {
        each([&](auto& one) {
            if constexpr (requires { one.attached(process); }) one.attached(process);
        });
    }
    void sent(traffic const& message) noexcept
        requires(tenon::detail::sees_sent<Observers> || ...)
    {
        each([&](auto& one) {
            if constexpr (requires { one.sent(message); }) one.sent(message);
        });
    }
    void received(traffic const& message) noexcept
        requires(tenon::detail::sees_received<Observers> || ...)
    {
        each([&](auto& one) {
            if constexpr (requires { one.received(message); }) one.received(message);
        });
    }
    void handled(traffic const& message, std::chrono::nanoseconds time) noexcept
        requires(tenon::detail::sees_handled<Observers> || ...)
    {
        each([&](auto& one) {
            if constexpr (requires { one.handled(message, time); }) one.handled(message, time);
        });
    }
    void connection(connection_event const& event) noexcept
        requires(tenon::detail::sees_connections<Observers> || ...)
    {
        each([&](auto& one) {
            if constexpr (requires { one.connection(event); }) one.connection(event);
        });
    }

    template <class Observer>
    [[nodiscard]] Observer& get() noexcept {
        return std::get<Observer>(observers_);
    }

private:
    template <class F>
    void each(F const& f) {
        std::apply([&](auto&... one) { (f(one), ...); }, observers_);
    }

    std::tuple<Observers...> observers_;
};

}  // namespace tenon::observer

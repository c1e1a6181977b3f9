// Picking a process's policies out of an unordered list, strictly.
#pragma once

#include <tenon/codec/json.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>
#include <tenon/launch/fork.hpp>
#include <tenon/process/drain.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/security.hpp>
#include <tenon/process/wait.hpp>

#include <cstddef>
#include <type_traits>

namespace tenon::detail {

template <class Policy>
inline constexpr bool is_complete = requires { sizeof(Policy); };

template <class Policy, class Kind>
inline constexpr bool is_of_kind = requires { requires std::is_same_v<typename Policy::policy_kind, Kind>; };

/// `Policy` was given to `App`'s process: it is of a kind that processes know.
template <class App, class Policy>
struct policy_of_process {
    // Some are declared everywhere and defined in a header of their own: see tenon/fwd.hpp.
    static constexpr bool is_zmq = std::is_same_v<Policy, transport::zmq>;
    static_assert(!is_zmq || is_complete<Policy>,
                  "tenon: this process uses tenon::transport::zmq; add #include <tenon/transport/zmq.hpp>");
    static_assert(is_zmq || is_complete<Policy>,
                  "tenon: a policy of this process is declared but not defined (see Policy in the lines around); "
                  "include the header that is named like it, such as <tenon/launch/thread.hpp>, "
                  "<tenon/launch/spawn.hpp> or <tenon/process/observer/counting.hpp>");
    static_assert(!is_complete<Policy> || is_of_kind<Policy, kind::launch> || is_of_kind<Policy, kind::codec> ||
                      is_of_kind<Policy, kind::transport> || is_of_kind<Policy, kind::observer> ||
                      is_of_kind<Policy, kind::errors> || is_of_kind<Policy, kind::security> ||
                      is_of_kind<Policy, kind::wait> || is_of_kind<Policy, kind::drain>,
                  "tenon: this is no policy that a process knows (see Policy in the lines around); a policy says its "
                  "kind with `using policy_kind = tenon::kind::codec;` or launch, transport, observer, errors, "
                  "security, wait, drain");
    static constexpr bool value = true;
};

/// Two policies of one kind were given to `App`'s process.
template <class App, class Kind, class First, class Second>
struct policy_twice {
    static_assert(always_false<App>,
                  "tenon: two policies of the same kind were given to this process (see Kind, First and Second in the "
                  "lines around); which one is meant?");
    static constexpr bool value = true;
};

/// The policy of `Kind` among `Policies`, or `Default`.
template <class App, class Kind, class Default, class... Policies>
struct pick_policy {
    static consteval std::size_t next(std::size_t from) noexcept {
        constexpr bool hits[] = {is_of_kind<Policies, Kind>..., false};
        for (std::size_t i = from; i < sizeof...(Policies); ++i)
            if (hits[i]) return i;
        return npos;
    }
    static constexpr std::size_t first  = next(0);
    static constexpr std::size_t second = first == npos ? npos : next(first + 1);

    static consteval auto choose() noexcept {
        if constexpr (second != npos)
            static_assert(policy_twice<App, Kind, type_at<first, Policies...>, type_at<second, Policies...>>::value);
        if constexpr (first == npos)
            return type_tag<Default>{};
        else
            return type_tag<type_at<first, Policies...>>{};
    }
    using type = typename decltype(choose())::type;
};

/// All policies of a process, each given or default.
template <class App, class... Policies>
struct policy_set {
    static_assert(is_complete<App>,
                  "tenon: this app is declared but not defined (see App in the lines around); the proxies "
                  "tenon::broker, forwarder and streamer are in <tenon/process/proxy.hpp>");
    static_assert((policy_of_process<App, Policies>::value && ...));

    using launch    = typename pick_policy<App, kind::launch, launch::fork, Policies...>::type;
    using codec     = typename pick_policy<App, kind::codec, codec::json, Policies...>::type;
    using transport = typename pick_policy<App, kind::transport, transport::zmq, Policies...>::type;
    using observer  = typename pick_policy<App, kind::observer, observer::none, Policies...>::type;
    using errors    = typename pick_policy<App, kind::errors, errors::go_on, Policies...>::type;
    using security  = typename pick_policy<App, kind::security, tenon::security::none, Policies...>::type;
    using wait      = typename pick_policy<App, kind::wait, tenon::wait::block, Policies...>::type;
    using drain     = typename pick_policy<App, kind::drain, tenon::drain::by_default, Policies...>::type;

    static_assert(policy_of_process<App, transport>::value);
};

}  // namespace tenon::detail

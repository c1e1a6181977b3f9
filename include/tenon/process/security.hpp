// Who may connect, and who may listen in: the policy that leaves it to the network.
#pragma once

#include <tenon/fwd.hpp>

#include <string_view>

/// Security policies.
///
/// Both ends of a link have the same one: of the same `name`. One that `encrypts` also says which transports it
/// `works_over`, has a `gate` that is made from the process's context and loop and whose `serve(socket, port_name)` is
/// called before each bind of a port, a static `join(socket, port_name)`, called before each connect, and a static
/// `key_of(frame)`, which says who has sent a message.
namespace tenon::security {

/// Everybody who reaches a port may talk to it, and what is said can be read on the way. So a bind to an address that
/// other machines reach wants the word `tenon::open_to_network`.
/// The other one is `tenon::security::curve`, in <tenon/process/security/curve.hpp>.
struct none {
    using policy_kind = kind::security;

    static constexpr std::string_view name     = "none";
    static constexpr bool             encrypts = false;

    template <class Transport>
    static constexpr bool works_over = true;
};

}  // namespace tenon::security

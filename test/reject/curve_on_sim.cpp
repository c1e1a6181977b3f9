// CURVE is ZeroMQ's own: a process on another transport cannot have it.
#include <tenon/process/security/curve.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/world/simulated.hpp>
#include <tenon/transport/sim.hpp>

#include <string_view>
#include <type_traits>

struct order { int id; };
struct receipt { int id; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};

struct keys {
    static tenon::security::curve_keys of(std::string_view) { return {}; }
};

using secured = tenon::process<shop_app, tenon::security::curve<keys>>;

#ifdef REJECT
// expect: the security policy of this process does not work over its transport
// expect: needs tenon::transport::zmq
// expect: \bshop_app\b
using simulated = tenon::process<shop_app, tenon::security::curve<keys>, tenon::transport::sim>;
#else
using simulated = tenon::testing::simulated<secured>;
#endif

static_assert(std::is_same_v<simulated::transport_type, tenon::transport::sim>);

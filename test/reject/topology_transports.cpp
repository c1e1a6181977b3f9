// Processes of a simulated network do not reach those of a real one.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/sim.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};
struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);
};

#ifdef REJECT
// expect: the processes at the ends of this link use different transports
// expect: \bshop_app\b
// expect: \bbuyer_app\b
// expect: front_desk
constexpr auto buyer = tenon::participant<tenon::process<buyer_app, tenon::transport::sim>>;
#else
constexpr auto buyer = tenon::participant<tenon::process<buyer_app, tenon::transport::zmq>>;
#endif
constexpr auto shop = tenon::participant<tenon::process<shop_app>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

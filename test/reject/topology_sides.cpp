// One end of a link asks, the other answers; ZeroMQ would connect two DEALERs.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
#ifdef REJECT
    // expect: stand on the same side of their protocol
    // expect: \bshop_app\b
    // expect: \bbuyer_app\b
    // expect: front_desk
    static constexpr auto desk = tenon::dealer<"front_desk", talk>;
#else
    static constexpr auto desk = tenon::router<"front_desk", talk>;
#endif
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};
struct buyer_app {
    static constexpr auto out   = tenon::dealer<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);
};

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

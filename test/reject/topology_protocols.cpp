// Both ends of a link speak the same protocol.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>>;
using other_talk = tenon::protocol<tenon::request<order, price>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};

struct buyer_app {
#ifdef REJECT
    // expect: the ports of this link speak different protocols
    // expect: \bshop_app\b
    // expect: \bbuyer_app\b
    // expect: \bprice\b
    static constexpr auto out = tenon::req<"order_desk", other_talk>;
#else
    static constexpr auto out = tenon::req<"order_desk", talk>;
#endif
    static constexpr auto ports = tenon::ports(out);
};

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

// A pair port has one peer, and so cannot be linked to any number of processes.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::pair<"front_desk", talk, tenon::server_side>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};
struct buyer_app {
    static constexpr auto out   = tenon::pair<"order_desk", talk, tenon::client_side>;
    static constexpr auto ports = tenon::ports(out);
};

#ifdef REJECT
// expect: a pair port has one peer and no more
// expect: \bshop_app\b
// expect: front_desk
constexpr auto buyer = tenon::participants<tenon::process<buyer_app>>;
#else
constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
#endif
constexpr auto shop = tenon::participant<tenon::process<shop_app>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

// A pair port has one peer.
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

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;
constexpr auto other = tenon::participant<tenon::process<buyer_app>, "other">;

#ifdef REJECT
// expect: a pair port has one peer and no more
// expect: \bshop_app\b
// expect: front_desk
static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk],
                                           other[buyer_app::out] >> shop[shop_app::desk])));
#else
static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));
#endif

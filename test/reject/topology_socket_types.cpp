// ZeroMQ connects certain socket types only; a REQ and a PULL it would let wait for ever.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

using talk = tenon::protocol<tenon::command<order>>;

struct shop_app {
#ifdef REJECT
    // expect: ZeroMQ does not connect sockets of these two types
    // expect: \bshop_app\b
    // expect: \bbuyer_app\b
    // expect: front_desk
    static constexpr auto desk = tenon::pull<"front_desk", talk>;
#else
    static constexpr auto desk = tenon::rep<"front_desk", talk>;
#endif
    static constexpr auto ports = tenon::ports(desk);

    void on(order const&) {}
};
struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);
};

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

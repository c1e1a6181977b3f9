// A participant has the ports of its app.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
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

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;

#ifdef REJECT
// expect: a participant of a topology is asked for a port that is not among its app's `ports`
// expect: \bshop_app\b
// expect: other_desk
constexpr auto end = shop[tenon::rep<"other_desk", talk>];
#else
constexpr auto end = shop[shop_app::desk];
#endif

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk], tenon::open(end))));

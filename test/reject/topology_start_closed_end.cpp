// Only open ends connect to others than the topology says.
#include <tenon/process/topology.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };

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

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>, "buyer">;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>, "shop">;
#ifdef REJECT
constexpr auto part = tenon::open(shop[shop_app::desk]);
#else
constexpr auto part = tenon::open(buyer[buyer_app::out]);
#endif
constexpr auto app   = tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk], part);

int main() {
    // expect: an address to connect to is given for an end that is not open
    // expect: order_desk
    auto running = tenon::start(app, tenon::connect(buyer[buyer_app::out], "127.0.0.1:5678"));
    running.stop();
}

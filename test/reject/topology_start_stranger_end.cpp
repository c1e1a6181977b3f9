// Addresses are given to ends of the topology.
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
constexpr auto app   = tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk]);
constexpr auto other = tenon::participant<tenon::process<shop_app>, "other_shop">;

int main() {
#ifdef REJECT
    // expect: an address is given for an end that is not in this topology
    // expect: other_shop
    auto running = tenon::start(app, tenon::bind(other[shop_app::desk], "127.0.0.1"));
#else
    auto running = tenon::start(app, tenon::bind(shop[shop_app::desk], "127.0.0.1"));
#endif
    running.stop();
}

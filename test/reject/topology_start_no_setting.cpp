// A start of a topology takes settings.
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

int main() {
#ifdef REJECT
    // expect: tenon::start\(topology, \.\.\.\) takes tenon::bind\(end, address\)
    auto running = tenon::start(app, tenon::bind(shop_app::desk, "127.0.0.1"));
#else
    auto running = tenon::start(app, tenon::bind(shop[shop_app::desk], "127.0.0.1"));
#endif
    running.stop();
}

// Where an outsider binds is said at the start.
#include <tenon/process/topology.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);
};

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>, "buyer">;
constexpr auto shop  = tenon::outsider<"village_shop">;
constexpr auto desk  = shop[tenon::rep<"front_desk", talk>];
constexpr auto app   = tenon::topology(buyer[buyer_app::out] >> desk);

int main() {
#ifdef REJECT
    // expect: participants of this topology connect to an outsider
    // expect: village_shop
    auto running = tenon::start(app);
#else
    auto running = tenon::start(app, tenon::bind(desk, "127.0.0.1:5678"));
#endif
    running.stop();
}

// Processes that wait for each other are not started.
#include <tenon/process/topology.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct clerk_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(desk, out);

    receipt on(order const& o) { return {o.id}; }
};

constexpr auto left  = tenon::participant<tenon::process<clerk_app>, "left_clerk">;
constexpr auto right = tenon::participant<tenon::process<clerk_app>, "right_clerk">;
constexpr auto app   = tenon::topology(left[clerk_app::out] >> right[clerk_app::desk],
                                       right[clerk_app::out] >> left[clerk_app::desk]);

int main() {
#ifdef REJECT
    // expect: connect to each other in a circle
    // expect: left_clerk|right_clerk
    auto running = tenon::start(app);
#else
    auto running = tenon::start(app, tenon::bind(left[clerk_app::desk], "127.0.0.1:5678"));
#endif
    running.stop();
}

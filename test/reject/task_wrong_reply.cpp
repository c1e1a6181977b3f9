// A handler that is a coroutine gives what the protocol declares, too.
#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

#ifdef REJECT
    // expect: this handler returns something else than the reply that the protocol declares
    // expect: receipt
    // expect: \bshop_app\b
    // expect: front_desk
    tenon::task<order> on(order const& o) { co_return o; }
#else
    tenon::task<receipt> on(order const& o) { co_return {o.id}; }
#endif
};

int main() { return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1")); }

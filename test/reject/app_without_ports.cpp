// An app lists its ports.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
using talk = tenon::protocol<tenon::command<order>>;

struct shop_app {
    static constexpr auto desk = tenon::rep<"front_desk", talk>;
#ifndef REJECT
    static constexpr auto ports = tenon::ports(desk);
#endif

    void on(order const&) {}
};

int main() {
    // expect: a port is linked of an app that lists none
    // expect: \bshop_app\b
    return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1"));
}

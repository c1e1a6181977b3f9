// What is started is a process, and not the app that it is made of.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
using talk = tenon::protocol<tenon::command<order>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    void on(order const&) {}
};

int main() {
#ifdef REJECT
    // expect: starts a tenon::process<App, Policies...>, and this is none
    // expect: \bshop_app\b
    tenon::start<shop_app>(tenon::bind(shop_app::desk, "127.0.0.1"));
    // expect: runs a tenon::process<App, Policies...>, and this is none
    return tenon::run<shop_app>(tenon::bind(shop_app::desk, "127.0.0.1"));
#else
    return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1"));
#endif
}

// Only the app's own ports are linked.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};
struct closing {};
struct stranger {};

using talk = tenon::protocol<tenon::request<order, receipt>, tenon::command<closing>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
    void    on(closing const&, auto& process) { process.stop(); }
};

int main() {
#ifdef REJECT
    // expect: a port is linked that is not among the app's `ports`
    // expect: \bshop_app\b
    // expect: other_desk
    return tenon::run<tenon::process<shop_app>>(tenon::bind(tenon::rep<"other_desk", talk>, "127.0.0.1"),
                                                tenon::bind(shop_app::desk, "127.0.0.1"));
#else
    return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1"));
#endif
}

// No port is left without a link by accident.
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
    // expect: a port of this app is neither bound nor connected
    // expect: \bshop_app\b
    // expect: front_desk
    return tenon::run<tenon::process<shop_app>>();
#else
    return tenon::run<tenon::process<shop_app>>(tenon::unlinked(shop_app::desk));
#endif
}

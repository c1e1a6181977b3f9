// A process whose protocol has a message that cannot travel is refused.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#ifdef REJECT
// expect: a field of this message is a C array; use std::array
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int ids[4];
};
#else
struct order {
    std::array<int, 4> ids;
};
#endif
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.ids[0]}; }
};

int main() { return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1")); }

// The transport over ZeroMQ stands in a header of its own.
#include <tenon/tenon.hpp>

#ifdef REJECT
// expect: this process uses tenon::transport::zmq; add #include <tenon/transport/zmq.hpp>
// expect: \bshop_app\b
// nothing more is included
#else
#include <tenon/transport/zmq.hpp>
#endif

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

int main() { return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1")); }

// A process whose app lacks a handler is refused with one error.
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
#ifdef REJECT
    // expect: this app has no handler for a message that arrives at its port
    // expect: \bshop_app\b
    // expect: front_desk
    // expect: \bclosing\b
#else
    void on(closing const&, auto& process) { process.stop(); }
#endif
};

int main() { return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1")); }

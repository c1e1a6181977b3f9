// A policy that a process does not know is not dropped silently.
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

#ifdef REJECT
// expect: this is no policy that a process knows
// expect: \bshop_app\b
// expect: \border\b
using shop_process = tenon::process<shop_app, order>;
#else
using shop_process = tenon::process<shop_app, tenon::errors::stop>;
#endif

int main() { return tenon::run<shop_process>(tenon::bind(shop_app::desk, "127.0.0.1")); }

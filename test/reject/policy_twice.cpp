// Two policies of one kind: which one is meant?
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
// expect: two policies of the same kind were given to this process
// expect: \bshop_app\b
// expect: json
// expect: msgpack
using shop_process = tenon::process<shop_app, tenon::codec::json, tenon::launch::fork, tenon::codec::msgpack>;
#else
using shop_process = tenon::process<shop_app, tenon::codec::json, tenon::launch::fork>;
#endif

int main() { return tenon::run<shop_process>(tenon::bind(shop_app::desk, "127.0.0.1")); }

// A policy that is declared everywhere, and defined in a header of its own.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#ifdef REJECT
// expect: a policy of this process is declared but not defined .*<tenon/launch/thread.hpp>
// expect: \bshop_app\b
// expect: \btenon::launch::thread\b
// nothing more is included
#else
#include <tenon/launch/thread.hpp>
#endif

struct order {
    int id;
};
struct closing {};

using talk = tenon::protocol<tenon::command<order>, tenon::command<closing>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    void on(order const&) {}
    void on(closing const&, auto& process) { process.stop(); }
};

using shop_process = tenon::process<shop_app, tenon::launch::thread>;

int main() { return tenon::start<shop_process>(tenon::bind(shop_app::desk, "127.0.0.1")).join(); }

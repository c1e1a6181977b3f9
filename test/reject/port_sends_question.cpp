// A question has a reply, which wants to be received.
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

struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
#ifdef REJECT
        // expect: this message asks for a reply; use request\(\) instead of send\(\)
        // expect: \border\b
        // expect: \bbuyer_app\b
        // expect: order_desk
        static_cast<void>(process[out].send(order{1}));
#else
        static_cast<void>(process[out].send(closing{}));
#endif
    }
};

int main() { return tenon::run<tenon::process<buyer_app>>(tenon::connect(buyer_app::out, "127.0.0.1:5678")); }

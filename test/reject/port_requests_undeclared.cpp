// A port asks only what its protocol declares.
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
        // expect: this message is not declared in the port's protocol
        // expect: \bstranger\b
        // expect: \bbuyer_app\b
        // expect: order_desk
        process[out].request(stranger{}, std::chrono::seconds{1}, [](auto const&) {});
#else
        process[out].request(order{1}, std::chrono::seconds{1}, [](auto const&) {});
#endif
    }
};

int main() { return tenon::run<tenon::process<buyer_app>>(tenon::connect(buyer_app::out, "127.0.0.1:5678")); }

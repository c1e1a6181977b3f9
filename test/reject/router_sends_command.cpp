// The server side sends events of its protocol, not what its clients send.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct sign_up {};
struct news {};
using talk = tenon::protocol<tenon::command<sign_up>, tenon::event<news>>;

struct desk_app {
    static constexpr auto clients = tenon::router<"clients", talk>;
    static constexpr auto ports   = tenon::ports(clients);

    void on(sign_up const&, auto& process) {
#ifdef REJECT
        // expect: this message is no event of the port's protocol
        // expect: \bdesk_app\b
        // expect: \bsign_up\b
        process[clients].send(sign_up{}, process[clients].peer());
#else
        process[clients].send(news{}, process[clients].peer());
#endif
    }
};

int main() { return tenon::run<tenon::process<desk_app>>(tenon::bind(desk_app::clients, "127.0.0.1")); }

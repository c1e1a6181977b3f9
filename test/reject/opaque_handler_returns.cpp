// The handler of an opaque port says nothing, or whether it has taken the message.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct relay_app {
    static constexpr auto front = tenon::opaque<tenon::pattern::router, "front">;
    static constexpr auto ports = tenon::ports(front);

#ifdef REJECT
    // expect: the handler of an opaque port returns void, or a bool
    // expect: \brelay_app\b
    int on(decltype(front), tenon::opaque_message auto&) { return 1; }
#else
    bool on(decltype(front), tenon::opaque_message auto&) { return true; }
#endif
};

int main() { return tenon::run<tenon::process<relay_app>>(tenon::bind(relay_app::front, "127.0.0.1")); }

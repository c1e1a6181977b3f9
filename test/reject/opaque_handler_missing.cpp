// An app with an opaque port says what becomes of its messages.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct relay_app {
    static constexpr auto front = tenon::opaque<tenon::pattern::router, "front">;
    static constexpr auto ports = tenon::ports(front);

#ifdef REJECT
    // expect: this app has no handler for the messages of an opaque port
    // expect: \brelay_app\b
    // expect: \bfront\b
#else
    void on(decltype(front), tenon::opaque_message auto& message, auto& process) { process[front].forward(message); }
#endif
};

int main() { return tenon::run<tenon::process<relay_app>>(tenon::bind(relay_app::front, "127.0.0.1")); }

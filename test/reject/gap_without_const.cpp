// A handler that would never be called is a mistake.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct price {
    double value;
};
using market = tenon::protocol<tenon::event<price>>;

struct watcher_app {
    static constexpr auto in    = tenon::sub<"price_feed", market, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(in);

    void on(price const&) {}
#ifdef REJECT
    // expect: an app takes what it is told besides messages by const reference
    // expect: \bwatcher_app\b
    // expect: price_feed
    // expect: \bgap\b
    void on(tenon::gap&) {}
#else
    void on(tenon::gap const&) {}
#endif
};

int main() { return tenon::run<tenon::process<watcher_app>>(tenon::connect(watcher_app::in, "127.0.0.1:5678")); }

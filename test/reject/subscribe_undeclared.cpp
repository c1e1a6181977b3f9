// A port subscribes only to what its protocol declares.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct price {
    std::string symbol;
    int         venue;
    bool        open;
    double      value;
};
struct stranger {};

using market = tenon::protocol<tenon::event<price, &price::symbol, &price::venue, &price::open>>;

struct watcher_app {
    static constexpr auto in    = tenon::sub<"price_feed", market, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, auto& process) {
#ifdef REJECT
        // expect: this message is not an event of the port's protocol
        // expect: \bwatcher_app\b
        // expect: price_feed
        // expect: \bstranger\b
        process[in].template subscribe<stranger>();
#else
        process[in].template subscribe<price>();
#endif
    }
    void on(price const&) {}
};

int main() { return tenon::run<tenon::process<watcher_app>>(tenon::connect(watcher_app::in, "127.0.0.1:5678")); }

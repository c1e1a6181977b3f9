// A subscription has no more keys than the event.
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
        // expect: more keys are given than the protocol declares for this event
        // expect: \bwatcher_app\b
        // expect: price_feed
        // expect: \bprice\b
        process[in].template subscribe<price>("AAPL", 1, true, 3);
#else
        process[in].template subscribe<price>("AAPL", 1, true);
#endif
    }
    void on(price const&) {}
};

int main() { return tenon::run<tenon::process<watcher_app>>(tenon::connect(watcher_app::in, "127.0.0.1:5678")); }

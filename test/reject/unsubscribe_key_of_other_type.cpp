// What cannot be subscribed to cannot be unsubscribed from.
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
        // expect: a key is given that is not of its field's type
        // expect: \bwatcher_app\b
        // expect: price_feed
        // expect: \bprice\b
        process[in].template unsubscribe<price>(std::string{"AAPL"}, 1.5);
#else
        process[in].template unsubscribe<price>(std::string{"AAPL"}, 1u);
#endif
    }
    void on(price const&) {}
};

int main() { return tenon::run<tenon::process<watcher_app>>(tenon::connect(watcher_app::in, "127.0.0.1:5678")); }

// An event has one topic.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct price {
    std::string symbol;
    double      value;
};
struct quote {
    std::string symbol;
};

#ifdef REJECT
// expect: this event is declared twice in the port's protocol, with different keys
// expect: \bexchange_app\b
// expect: price_feed
// expect: \bprice\b
using market = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<price>>;
#else
using market = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<price, &price::symbol>>;
#endif

struct exchange_app {
    static constexpr auto out   = tenon::pub<"price_feed", market>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) { process[out].send(price{}); }
};

int main() { return tenon::run<tenon::process<exchange_app>>(tenon::bind(exchange_app::out, "127.0.0.1")); }

// A key is a field of the event itself.
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
// expect: a key of an event is a pointer to one of its fields
// expect: \bexchange_app\b
// expect: price_feed
// expect: \bprice\b
// expect: \bquote\b
using market = tenon::protocol<tenon::event<price, &quote::symbol>>;
#else
using market = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<quote, &quote::symbol>>;
#endif

struct exchange_app {
    static constexpr auto out   = tenon::pub<"price_feed", market>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) { process[out].send(price{}); }
};

int main() { return tenon::run<tenon::process<exchange_app>>(tenon::bind(exchange_app::out, "127.0.0.1")); }

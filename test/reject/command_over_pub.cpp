// A publisher stands on the server side: it sends events. Commands go from client to server.
#include <tenon/protocol/check.hpp>

struct price {};

#ifdef REJECT
// expect: this port's pattern cannot carry a command
// expect: \bexchange_app\b
// expect: \bprice\b
using market = tenon::protocol<tenon::command<price>>;
#else
using market = tenon::protocol<tenon::event<price>>;
#endif

struct exchange_app {
    static constexpr auto prices = tenon::pub<"prices", market>;
    static constexpr auto ports  = tenon::ports(prices);
};

static_assert(tenon::detail::check_ports<exchange_app>::value);

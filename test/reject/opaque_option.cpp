// An opaque port knows no requests, so it cannot repeat them.
#include <tenon/protocol/check.hpp>

struct relay_app {
#ifdef REJECT
    // expect: an opaque port passes frames and knows nothing of requests
    // expect: \brelay_app\b
    // expect: \bnever\b
    static constexpr auto back = tenon::opaque<tenon::pattern::dealer, "back", tenon::retry::never>;
#else
    static constexpr auto back = tenon::opaque<tenon::pattern::dealer, "back", tenon::high_water_mark<10>>;
#endif
    static constexpr auto ports = tenon::ports(back);
};

static_assert(tenon::detail::check_ports<relay_app>::value);

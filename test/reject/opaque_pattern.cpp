// An opaque port stands for a socket that passes anything at any time.
#include <tenon/protocol/check.hpp>

struct relay_app {
#ifdef REJECT
    // expect: use pattern::dealer instead of req, pattern::router instead of rep
    // expect: \brelay_app\b
    // expect: \bfront\b
    static constexpr auto front = tenon::opaque<tenon::pattern::rep, "front">;
#else
    static constexpr auto front = tenon::opaque<tenon::pattern::router, "front">;
#endif
    static constexpr auto ports = tenon::ports(front);
};

static_assert(tenon::detail::check_ports<relay_app>::value);

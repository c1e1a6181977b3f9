// An opaque port has nobody who subscribes for it: subscriptions pass as messages.
#include <tenon/protocol/check.hpp>

struct relay_app {
#ifdef REJECT
    // expect: use pattern::xsub instead of sub, pattern::xpub instead of pub
    // expect: \brelay_app\b
    static constexpr auto front = tenon::opaque<tenon::pattern::sub, "front">;
#else
    static constexpr auto front = tenon::opaque<tenon::pattern::xsub, "front">;
#endif
    static constexpr auto ports = tenon::ports(front);
};

static_assert(tenon::detail::check_ports<relay_app>::value);

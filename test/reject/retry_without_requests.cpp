// Only who asks can ask again.
#include <tenon/protocol/check.hpp>

struct ping {};
struct pong {};
using talk = tenon::protocol<tenon::request<ping, pong>>;

struct table_app {
#ifdef REJECT
    // expect: only req, dealer and pair ports ask, so only they can ask again
    // expect: \btable_app\b
    // expect: times
    static constexpr auto balls = tenon::rep<"balls", talk, tenon::retry::times<3>>;
#else
    static constexpr auto balls = tenon::req<"balls", talk, tenon::retry::times<3>>;
#endif
    static constexpr auto ports = tenon::ports(balls);
};

static_assert(tenon::detail::check_ports<table_app>::value);

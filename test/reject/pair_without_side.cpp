// A pair port has to say on which side of its protocol it stands.
#include <tenon/protocol/check.hpp>

struct ping {};
struct pong {};
using talk = tenon::protocol<tenon::request<ping, pong>>;

struct twin_app {
#ifdef REJECT
    // expect: a pair port says on which side of its protocol it stands
    // expect: \btwin_app\b
    static constexpr auto other = tenon::pair<"other", talk>;
#else
    static constexpr auto other = tenon::pair<"other", talk, tenon::server_side>;
#endif
    static constexpr auto ports = tenon::ports(other);
};

static_assert(tenon::detail::check_ports<twin_app>::value);

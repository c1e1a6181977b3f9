// Ports of an app have different names.
#include <tenon/protocol/check.hpp>

struct order {};
struct reply {};
using asks = tenon::protocol<tenon::request<order, reply>>;
using tells = tenon::protocol<tenon::command<order>>;

#ifdef REJECT
// expect: two ports of this app have the same name
// expect: \bshop_app\b
// expect: front_desk
inline constexpr auto second = tenon::rep<"front_desk", tells>;
#else
inline constexpr auto second = tenon::rep<"back_door", tells>;
#endif

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", asks>;
    static constexpr auto door  = second;
    static constexpr auto ports = tenon::ports(desk, door);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

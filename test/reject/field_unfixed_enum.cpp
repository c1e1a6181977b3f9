// An enum without a fixed type has no size of its own.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: an enum in a message needs a fixed underlying type
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
enum colour { red, green };
struct order {
    colour c;
};
#else
enum colour : int { red, green };
struct order {
    colour c;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// A number is no message.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a message is a struct; wrap this type into one
// expect: \bshop_app\b
// expect: front_desk
// expect: \bint\b
using order = int;
#else
struct order {
    int id;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

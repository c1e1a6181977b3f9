// Two messages with one wire name could not be told apart.
#include <tenon/protocol/check.hpp>

namespace shop {
struct order {
    int id;
};
}  // namespace shop
struct reply {};

#ifdef REJECT
// expect: two messages that may arrive at the same end of this port have the same wire name
// expect: \bshop_app\b
// expect: front_desk
// expect: shop::order
// expect: bank::order
namespace bank {
struct order {
    long account;
};
}  // namespace bank
using second = bank::order;
#else
namespace bank {
struct transfer {
    long account;
};
}  // namespace bank
using second = bank::transfer;
#endif

using talk = tenon::protocol<tenon::request<shop::order, reply>, tenon::command<second>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// The wire name `failure` is taken: it is every request's refusal.
#include <tenon/protocol/check.hpp>

struct order {};

#ifdef REJECT
// expect: `failure` is taken
// expect: \bshop_app\b
// expect: front_desk
// expect: shop::failure
namespace shop {
struct failure {
    int id;
};
}  // namespace shop
using reply = shop::failure;
#else
namespace shop {
struct outage {
    int id;
};
}  // namespace shop
using reply = shop::outage;
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

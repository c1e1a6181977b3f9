// A rep port answers; it cannot speak first.
#include <tenon/protocol/check.hpp>

struct order {};
struct reply {};
struct sold_out {};

#ifdef REJECT
// expect: this port's pattern cannot carry an event
// expect: \bshop_app\b
// expect: front_desk
// expect: \bsold_out\b
using talk = tenon::protocol<tenon::request<order, reply>, tenon::event<sold_out>>;
#else
using talk = tenon::protocol<tenon::request<order, reply>, tenon::command<sold_out>>;
#endif

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

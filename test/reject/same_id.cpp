// Two messages with one 32-bit id; these were found by trying names.
#include <tenon/protocol/check.hpp>

struct order {
    int racj;
};
struct reply {};

#ifdef REJECT
// expect: two messages that may arrive at the same end of this port have the same 32-bit id
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
// expect: \brefund\b
struct refund {
    int haeqa;
};
#else
struct refund {
    int haeqb;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>, tenon::command<refund>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

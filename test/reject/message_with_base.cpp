// A message with a base class cannot be reflected.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a message has no base class \(inheritance cannot be reflected\); make the base a field
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct header {
    int id;
};
struct order : header {
    int amount;
};
#else
struct header {
    int id;
};
struct order {
    header head;
    int    amount;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

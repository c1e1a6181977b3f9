// A message with private members is no aggregate.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a message is an aggregate, and this struct has a constructor or private members
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
class order {
    int id;
};
#else
class order {
public:
    int id;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// Decoding starts with an empty message.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a field of this message has no default constructor
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct price {
    explicit price(int c) : cents{c} {}
    int cents;
};
struct order {
    int   id;
    price amount;
};
#else
struct price {
    int cents;
};
struct order {
    int   id;
    price amount;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

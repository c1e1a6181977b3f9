// A C array of one element is no field either.
#include <tenon/protocol/check.hpp>

#include <array>

struct reply {};

#ifdef REJECT
// expect: a field of this message is a C array; use std::array
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int id;
    int amounts[1];
};
#else
struct order {
    int                id;
    std::array<int, 1> amounts;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

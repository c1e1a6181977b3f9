// A C array of structs is no field.
#include <tenon/protocol/check.hpp>

#include <array>
#include <string>

struct reply {};

#ifdef REJECT
// expect: a field of this message is a C array; use std::array
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct line {
    std::string text;
    int         amount;
};
struct order {
    int  id;
    line lines[2];
};
#else
struct line {
    std::string text;
    int         amount;
};
struct order {
    int                 id;
    std::array<line, 2> lines;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// A raw pointer means nothing in another process.
#include <tenon/protocol/check.hpp>

#include <string>

struct reply {};

#ifdef REJECT
// expect: a field of this message is a raw pointer
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int         id;
    char const* name;
};
#else
struct order {
    int         id;
    std::string name;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

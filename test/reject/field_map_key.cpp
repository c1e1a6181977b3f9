// Keys of maps are strings or integers.
#include <tenon/protocol/check.hpp>

#include <map>

struct reply {};

#ifdef REJECT
// expect: the keys of a map in a message are std::string or integers
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int                   id;
    std::map<double, int> amounts;
};
#else
struct order {
    int                   id;
    std::map<int, double> amounts;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// A type that no codec can carry is named.
#include <tenon/protocol/check.hpp>

#include <set>
#include <vector>

struct reply {};

#ifdef REJECT
// expect: a field of this message has a type that no codec can carry
// expect: std::set<
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int           id;
    std::set<int> amounts;
};
#else
struct order {
    int              id;
    std::vector<int> amounts;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// A mistake is found however deep it stands.
#include <tenon/protocol/check.hpp>

#include <optional>
#include <vector>

struct reply {};

#ifdef REJECT
// expect: a field of this message is a raw pointer
// expect: \bline\b
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct line {
    int* amount;
};
struct order {
    int                              id;
    std::vector<std::optional<line>> lines;
};
#else
struct line {
    int amount;
};
struct order {
    int                              id;
    std::vector<std::optional<line>> lines;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

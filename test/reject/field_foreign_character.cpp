// Characters of other encodings are no fields.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a field of this message has a type that no codec can carry
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int     id;
    wchar_t letter;
};
#else
struct order {
    int  id;
    char letter;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

// A message with virtual functions is no plain data.
#include <tenon/protocol/check.hpp>

struct reply {};

#ifdef REJECT
// expect: a message has no virtual functions: it is plain data
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int          id;
    virtual void print() const {}
};
#else
struct order {
    int  id;
    void print() const {}
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

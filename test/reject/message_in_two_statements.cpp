// One message has one meaning.
#include <tenon/protocol/check.hpp>

struct order {};
struct cancel {};
struct reply {};

#ifdef REJECT
// expect: this message is sent by the client side in two statements of the port's protocol
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
using talk = tenon::protocol<tenon::request<order, reply>, tenon::command<order>>;
#else
using talk = tenon::protocol<tenon::request<order, reply>, tenon::command<cancel>>;
#endif

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

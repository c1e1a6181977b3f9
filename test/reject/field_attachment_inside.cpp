// An attachment is a field of the message itself, not of a list in it.
#include <tenon/message/attachment.hpp>
#include <tenon/protocol/check.hpp>

#include <vector>

struct reply {};

#ifdef REJECT
// expect: an attachment of this message stands inside a struct, a list, an optional or the like
// expect: make it a field of the message itself
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
// expect: "pictures"
struct order {
    int                            id;
    std::vector<tenon::attachment> pictures;
};
#else
struct order {
    int               id;
    tenon::attachment picture;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

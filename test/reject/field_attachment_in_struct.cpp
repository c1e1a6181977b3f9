// An attachment is a field of the message itself, not of a struct in it.
#include <tenon/message/attachment.hpp>
#include <tenon/protocol/check.hpp>

#include <string>

struct reply {};

struct label {
    std::string text;
};
struct sticker {
    label             what;
    tenon::attachment picture;
};

#ifdef REJECT
// expect: an attachment of this message stands inside a struct, a list, an optional or the like
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
// expect: \bsticker\b
// expect: "picture"
struct order {
    sticker first;
};
#else
struct order {
    label             first;
    tenon::attachment picture;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

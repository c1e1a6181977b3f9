// Spans are of numbers: bool has no agreed layout.
#include <tenon/protocol/check.hpp>

#include <span>

struct reply {};

#ifdef REJECT
// expect: a std::span in a message is of numbers or of std::byte
// expect: \bshop_app\b
// expect: front_desk
// expect: \border\b
struct order {
    int                   id;
    std::span<bool const> flags;
};
#else
struct order {
    int                            id;
    std::span<unsigned char const> flags;
};
#endif

using talk = tenon::protocol<tenon::request<order, reply>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<shop_app>::value);

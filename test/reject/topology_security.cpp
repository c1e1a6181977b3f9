// Both ends of a link have the same security policy.
#include <tenon/process/security/curve.hpp>
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>

#include <string_view>

struct order { int id; };
struct receipt { int id; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};
struct buyer_app {
    static constexpr auto out   = tenon::req<"order_desk", talk>;
    static constexpr auto ports = tenon::ports(out);
};

struct shop_keys {
    static tenon::security::curve_keys of(std::string_view) { return {}; }
};
struct buyer_keys {
    static tenon::security::curve_keys of(std::string_view) { return {}; }
};

#ifdef REJECT
// expect: the processes at the ends of this link use different security policies
// expect: \bshop_app\b
// expect: \bbuyer_app\b
// expect: front_desk
constexpr auto buyer = tenon::participant<tenon::process<buyer_app, tenon::security::none>>;
#else
constexpr auto buyer = tenon::participant<tenon::process<buyer_app, tenon::security::curve<buyer_keys>>>;
#endif
constexpr auto shop = tenon::participant<tenon::process<shop_app, tenon::security::curve<shop_keys>>>;

static_assert(tenon::sound(tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk])));

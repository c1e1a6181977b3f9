// A topology is made of links.
#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order { int id; };
struct receipt { int id; };
struct price { int cents; };

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

constexpr auto buyer = tenon::participant<tenon::process<buyer_app>>;
constexpr auto shop  = tenon::participant<tenon::process<shop_app>>;

#ifdef REJECT
// expect: tenon::topology\(...\) takes links
constexpr auto parts = tenon::topology(buyer[buyer_app::out], shop[shop_app::desk]);
#else
constexpr auto parts = tenon::topology(buyer[buyer_app::out] >> shop[shop_app::desk]);
#endif

static_assert(tenon::sound(parts));

// An AsyncAPI document describes JSON.
#include <tenon/describe/async_api.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <string>

struct order { int id; };
struct receipt { int id; };

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    receipt on(order const& o) { return {o.id}; }
};

std::string document() {
#ifdef REJECT
    // expect: describes what codec::json writes; this process has another codec
    // expect: \bshop_app\b
    return tenon::description::async_api(tenon::participant<tenon::process<shop_app, tenon::codec::binary>>, {"Shop"});
#else
    return tenon::description::async_api(tenon::participant<tenon::process<shop_app>>, {"Shop"});
#endif
}

// An AsyncAPI document lists all ports, which only a process of ours tells.
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
    // expect: needs to know all its ports, so it takes a Tenon process
    return tenon::description::async_api(tenon::outsider<"script", tenon::codec::json>, {"Shop"});
#else
    return tenon::description::async_api(tenon::participant<tenon::process<shop_app>>, {"Shop"});
#endif
}

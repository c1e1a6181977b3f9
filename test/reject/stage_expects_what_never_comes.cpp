// A server answers with pongs; it never sends pings.
#include <tenon/tenon.hpp>
#include <tenon/testing/stage.hpp>

struct ping {
    int count;
};
struct pong {
    int count;
};
using talk = tenon::protocol<tenon::request<ping, pong>>;

struct server {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto ports    = tenon::ports(requests);

    static pong on(ping const& p) { return {p.count}; }
};

int main() {
    tenon::testing::stage<tenon::process<server>> on;
    on.inject(server::requests, ping{1});
#ifdef REJECT
    // expect: this message never leaves this port
    // expect: \bping\b
    return on.expect<ping>().from(server::requests).count;
#else
    return on.expect<pong>().from(server::requests).count;
#endif
}

// The article's ping-pong as a Tenon application: messages, protocol, three tiers, two operating-system processes.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>

// Messages: plain structs. Name and fields are the wire format.
struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};

// The conversation, once, for both ends, for the checks and for the documentation.
using ping_pong = tenon::protocol<
    tenon::request<ping, pong>,       // the client asks, the server answers
    tenon::command<plzdiekthxbye>>;   // the client tells, nobody answers

// Tier 3: application logic. Knows nothing of messaging.
struct ping_handler {
    pong make_pong(ping p) {
        std::printf("Pong got request: ping %d\n", p.count);
        std::fflush(stdout);
        return {p.count};
    }
};

// Tier 2: message handling. A plain struct: `pong_app{}.on(ping{3})` is its unit test.
struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;  // a port: name, pattern, protocol
    static constexpr auto ports    = tenon::ports(requests);

    ping_handler logic;

    pong on(ping const& p) { return logic.make_pong(p); }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

// Tier 1: the process, composed from policies. Swap any of them without touching the tiers above.
using pong_process = tenon::process<pong_app, tenon::launch::fork, tenon::codec::json, tenon::transport::zmq>;

int main() {
    auto child = tenon::start<pong_process>(tenon::bind(pong_app::requests, "127.0.0.1"));  // random port
    tenon::client<ping_pong, tenon::codec::json, tenon::transport::zmq> server{child.address(pong_app::requests)};
    for (int i = 0; i < 5; ++i) {
        std::printf("Ping got reply: pong %d\n", server.request(ping{i}).count);
        std::fflush(stdout);
    }
    server.send(plzdiekthxbye{});
    return child.join();
}

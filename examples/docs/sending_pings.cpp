// The article's ping-pong, wired, checked and printed as documentation.
#include <tenon/describe/ascii.hpp>
#include <tenon/process/sound.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>

struct ping { int count; };
struct pong { int count; };
using ping_pong = tenon::protocol<tenon::request<ping, pong>>;

struct ping_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto ports = tenon::ports(out);
};
struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
};
using ping_process = tenon::process<ping_app>;
using pong_process = tenon::process<pong_app>;

// [topology]
constexpr auto ping_proc = tenon::participant<ping_process, "PingProc">;
constexpr auto pong_proc = tenon::participant<pong_process, "PongProc">;

constexpr auto pings = ping_proc[ping_app::out] >> pong_proc[pong_app::requests];  // connects >> binds
constexpr auto app   = tenon::topology(pings);
static_assert(tenon::sound(app));
// [/topology]

// [chain]
constexpr auto sending_pings = tenon::chain(
    "Sending pings",
    tenon::notes("If the ping process sends a *ping*, the pong processes responds with a *pong*.",
                 "The number of pings (and pongs) is counted. The current ping count is sent with each message."),
    tenon::step<ping>(pings), tenon::step<pong>(pings));

int main() { std::fputs(tenon::description::ascii(sending_pings).c_str(), stdout); }
// [/chain]

// An application started from its topology, in a simulated world and for real, and held against its documentation.
#include <tenon/describe/ascii.hpp>
#include <tenon/describe/recorded.hpp>
#include <tenon/process/topology.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/conforms.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/recordings.hpp>
#include <tenon/testing/world/topology.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>

using namespace std::chrono_literals;

struct ping { int count; };
struct pong { int count; };
using ping_pong = tenon::protocol<tenon::request<ping, pong>>;

// Asks once, and has done its work.
struct ping_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto ports = tenon::ports(out);

    struct config { int number; };
    config given;

    void on(tenon::started const&, auto& process) {
        process[out].request(ping{given.number}, 10s, [this, &process](tenon::result<pong> const& reply) {
            process.stop(reply && reply->count == given.number ? 0 : 1);
        });
    }
};
struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
};

constexpr auto pingers   = tenon::participants<tenon::process<ping_app>, "PingProc">;
constexpr auto pong_proc = tenon::participant<tenon::process<pong_app>, "PongProc">;
constexpr auto pings     = pingers[ping_app::out] >> pong_proc[pong_app::requests];
constexpr auto app       = tenon::topology(pings);

constexpr auto sending_pings =
    tenon::chain("Sending pings", tenon::notes(), tenon::step<ping>(pings), tenon::step<pong>(pings));

// [start]
void run_it() {
    auto const numbered = [](std::size_t number) { return ping_app::config{static_cast<int>(number)}; };

    auto running = tenon::start(app, tenon::instances(pingers, 3), tenon::configure(pingers, numbered));
    for (auto* each : running[pingers]) std::printf("exit code %d\n", static_cast<int>(each->join()));
    running.stop();  // who started last stops first
}
// [/start]

// [simulate]
bool simulate_it() {
    tenon::testing::world world{1, {.keep_trace = true}};
    tenon::testing::start(world, app, tenon::instances(pingers, 1), tenon::configure(pingers, ping_app::config{7}));
    world.advance(10s);

    auto const run   = tenon::testing::recordings(world);
    auto const found = tenon::testing::conforms(run, sending_pings);
    std::fputs(found.text().c_str(), stdout);  // a sentence for each way in which the run is not as documented
    std::fputs(tenon::description::ascii(tenon::description::recorded(app, run, "A run")).c_str(), stdout);
    return found.ok();
}
// [/simulate]

int main() {
    run_it();
    return simulate_it() ? 0 : 1;
}

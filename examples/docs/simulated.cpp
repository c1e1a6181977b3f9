// A system test in a simulated world: a server that crashes, a network that loses an answer, five virtual seconds.
#include <tenon/testing/world.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>

using namespace std::chrono_literals;

namespace {

struct ping { int count; };
struct pong { int count; };
using ping_pong = tenon::protocol<tenon::request<ping, pong>>;

struct server_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
};

/// Asks a hundred times, one after the other, and again when no answer comes within a second.
struct asker_app {
    static constexpr auto out   = tenon::req<"out", ping_pong, tenon::retry::times<20>>;
    static constexpr auto ports = tenon::ports(out);

    int answered = 0, unanswered = 0;

    void on(tenon::started const&, auto& process) { ask(process); }
    void ask(auto& process) {
        process[out].request(ping{answered}, 1s, [this, &process](tenon::result<pong> outcome) {
            ++(outcome ? answered : unanswered);
            if (answered + unanswered < 100) ask(process);
        });
    }
};

// The processes of production: with fork and ZeroMQ there, and with neither of them here.
using server_process = tenon::process<server_app>;
using asker_process  = tenon::process<asker_app>;

}  // namespace

int main() {
    constexpr std::uint64_t seed = 7;
    // [world]
    tenon::testing::world world{seed};
    auto& server = world.start<server_process>(tenon::bind(server_app::requests, "127.0.0.1"));
    auto& asker  = world.start<asker_process>(tenon::connect(asker_app::out, server.address(server_app::requests)));

    world.drop_next<pong>();  // the first answer is lost on its way
    world.run_until([&] { return asker.app().answered == 10; });
    world.crash(server);
    world.advance(5s);        // of virtual time: a moment of ours
    world.restart(server);    // at the same address
    world.run_until([&] { return asker.app().answered + asker.app().unanswered == 100; });
    // [/world]
    std::printf("%d answered, %d unanswered\n", asker.app().answered, asker.app().unanswered);
    std::printf("retried: %s\n", asker.process()[asker_app::out].counters().retried >= 2 ? "yes" : "no");
    std::printf("more than five seconds in the world: %s\n", world.now() > 5s ? "yes" : "no");
}

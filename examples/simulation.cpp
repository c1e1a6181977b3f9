// A distributed simulation: a forest that burns, computed by several processes that may crash.
//
//     simulation [--workers 4] [--steps 200] [--seed 1] [--size 216x384] [--out DIR]
//                [--show nothing|lines|picture] [--rate 40] [--crash 40:1:sent,...]
//
// The coordinator keeps the forest; each worker computes a strip of it. After every step the workers hand in their
// strips, and get the rows beside them when all strips are there. The files in DIR (forest.png, curves.svg, totals.csv)
// follow from seed, size and steps alone, whatever the number of workers, and whatever crashes on the way.
//
//     worker (one of many)                        coordinator
//      [REQ] ------- 1 join --------------------> [REP]       it has started, for the first time or again
//            <------ 2 assignment ---------------             its strip as it is after the last complete step
//
//      [REQ] ------- 3 advanced ----------------> [REP]       its strip after the next step
//            <------ 4 neighbours ---------------             when all have handed in theirs; then 3 again
//
// A worker that crashes is started again by its supervisor and says join. The coordinator forgets what the crashed one
// waited for. If its strip of the next step had arrived, the new one computes the same once more: nothing in the forest
// depends on who computes it, or when. Requests of an earlier life that are still on their way are refused.
//
// Tier 3 is in model.hpp and world.hpp, tier 2 in worker.hpp and coordinator.hpp, tier 1 below.
#include "simulation/coordinator.hpp"
#include "simulation/settings.hpp"
#include "simulation/worker.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

#include <unistd.h>

using namespace std::chrono_literals;
namespace launch = tenon::launch;

// Forked before the program has threads. The workers are executed afresh, because supervising them takes threads.
using coordinator_process =
    tenon::process<coordinator_app, launch::fork, tenon::codec::binary, tenon::transport::zmq, tenon::errors::stop>;

constexpr launch::restart often{.times = 10, .within = 60s, .backoff = 10ms, .backoff_max = 200ms};
using worker_process = tenon::process<worker_app, launch::supervised<launch::spawn, often>, tenon::codec::binary,
                                      tenon::transport::zmq, tenon::errors::stop>;

// The drills for one worker.
std::vector<crash> crashes_of(std::uint32_t worker, std::vector<crash> all) {
    std::erase_if(all, [&](crash const& each) { return each.worker != worker; });
    return all;
}

int simulate(settings const& given, std::vector<crash> const& crashes) {
    tenon::group processes;  // what is left of it at the end of this function is stopped
    auto&        coordinator =
        processes.start<coordinator_process>(given, tenon::bind(coordinator_app::workers, "127.0.0.1"));
    auto const where = coordinator.address(coordinator_app::workers);

    std::vector<tenon::child<worker_process>*> workers;
    for (std::uint32_t w = 0; w < given.workers; ++w)
        workers.push_back(&processes.start<worker_process>(worker_app::config{w, crashes_of(w, crashes)},
                                                           tenon::connect(worker_app::coordinator, where)));

    auto const is_lost = [](auto* worker) { return !worker->alive() && !worker->join().success(); };
    for (;;) {
        if (auto const ended = coordinator.join(200ms)) return *ended;
        if (std::none_of(workers.begin(), workers.end(), is_lost)) continue;
        std::fprintf(stderr, "simulation: a worker has crashed too often; giving up\n");
        return 1;
    }
}

int main(int argc, char** argv) try {
    if (auto const code = launch::spawned()) return *code;  // first: a spawned worker runs this main too

    options const given{argc, argv, usage};
    given.expect_only({"--workers", "--steps", "--seed", "--size", "--out", "--show", "--rate", "--crash"});
    settings const of = read_settings(given, ::isatty(STDOUT_FILENO) == 1);
    return simulate(of, read_crashes(given, of));
} catch (std::exception const& e) {
    std::fprintf(stderr, "simulation: %s\n", e.what());
    return 1;
}

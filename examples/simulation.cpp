// A distributed simulation: a forest that burns, computed by several processes that may crash.
//
//     simulation [--workers 4] [--steps 200] [--seed 1] [--size 216x384] [--out DIR]
//                [--show nothing|lines|picture] [--rate 40] [--crash 40:1:sent,...]
//
// The coordinator keeps the forest; each worker computes a strip of it. After every step the workers hand in their
// strips, and get the rows beside them when all strips are there. The files in DIR (forest.png, curves.svg, totals.csv)
// follow from seed, size and steps alone, whatever the number of workers, and whatever crashes on the way.
//
// docs/simulation-conversation.md is what they say to each other; it is printed from simulation/conversation.hpp.
//
// Tier 3 is in model.hpp and world.hpp, tier 2 in worker.hpp and coordinator.hpp, tier 1 in conversation.hpp.
#include "simulation/conversation.hpp"
#include "simulation/settings.hpp"

#include <tenon/process/topology.hpp>
#include <tenon/tenon.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

#include <unistd.h>

using namespace std::chrono_literals;
namespace launch = tenon::launch;

// The drills for one worker.
std::vector<crash> crashes_of(std::uint32_t worker, std::vector<crash> all) {
    std::erase_if(all, [&](crash const& each) { return each.worker != worker; });
    return all;
}

int simulate(settings const& given, std::vector<crash> const& crashes) {
    auto const config = [&](std::size_t w) {
        auto const worker = static_cast<std::uint32_t>(w);
        return worker_app::config{worker, crashes_of(worker, crashes)};
    };
    // What is left of them at the end of this function is stopped.
    auto processes = tenon::start(forest_app, tenon::configure(coordinator, given),
                                  tenon::instances(workers, given.workers), tenon::configure(workers, config));

    auto const is_lost = [](auto* worker) { return !worker->alive() && !worker->join().success(); };
    for (;;) {
        if (auto const ended = processes[coordinator].join(200ms)) return *ended;
        if (std::none_of(processes[workers].begin(), processes[workers].end(), is_lost)) continue;
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

// The processes, tier 1, how they are linked, and what they say to each other: what docs/simulation-conversation.md is
// printed from.
#pragma once

#include "coordinator.hpp"
#include "worker.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/launch/supervised.hpp>
#include <tenon/process/sound.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>

// Forked before the program has threads. The workers are executed afresh, because supervising them takes threads.
using coordinator_process = tenon::process<coordinator_app, tenon::launch::fork, tenon::codec::binary,
                                           tenon::transport::zmq, tenon::errors::stop>;

constexpr tenon::launch::restart often{
    .times = 10, .within = std::chrono::seconds{60}, .backoff = std::chrono::milliseconds{10},
    .backoff_max = std::chrono::milliseconds{200}};
using worker_process = tenon::process<worker_app, tenon::launch::supervised<tenon::launch::spawn, often>,
                                      tenon::codec::binary, tenon::transport::zmq, tenon::errors::stop>;

constexpr auto coordinator = tenon::participant<coordinator_process, "Coordinator">;
constexpr auto workers     = tenon::participants<worker_process, "Worker">;

constexpr auto strips     = workers[worker_app::coordinator] >> coordinator[coordinator_app::workers];
constexpr auto forest_app = tenon::topology(strips);
static_assert(tenon::sound(forest_app));

constexpr auto joining = tenon::chain(
    "Joining",
    tenon::notes("A worker has started, for the first time or again. It gets its strip of the forest as it is after "
                 "the last complete step.",
                 "A worker that crashes is started again by its supervisor and joins. The coordinator forgets what the "
                 "crashed one waited for."),
    tenon::step<join>(strips), tenon::step<assignment>(strips));

constexpr auto advancing = tenon::chain(
    "Advancing",
    tenon::notes("A worker has computed its strip of the next step. It gets the rows beside it when all workers have "
                 "handed in theirs; then it computes the next one.",
                 "If the strip of a worker that crashed had arrived, the new one computes the same once more: nothing "
                 "in the forest depends on who computes it, or when. Requests of an earlier life that are still on "
                 "their way are refused."),
    tenon::step<advanced>(strips), tenon::step<neighbours>(strips));

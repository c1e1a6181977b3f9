// The coordinator, tier 2: keeps the forest, and lets the workers go from step to step together.
#pragma once

#include "messages.hpp"
#include "progress.hpp"
#include "results.hpp"
#include "settings.hpp"
#include "world.hpp"

#include <tenon/tenon.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

struct coordinator_app {
    static constexpr auto workers = tenon::rep<"workers", strip_protocol>;
    static constexpr auto ports   = tenon::ports(workers);
    using config                  = settings;

    /// How long all workers may be silent; then it is not worth waiting any more.
    static constexpr int patience_seconds = 30;

    settings      given;
    forest::world world;

    explicit coordinator_app(settings s)
        : given{std::move(s)}, world{given.where, given.workers}, crew(given.workers), show{given} {}

    void on(tenon::started const&, auto& process) {
        using namespace std::chrono_literals;
        if (!given.folder.empty()) std::filesystem::create_directories(given.folder);
        show.started(world);
        if (show.is_picture()) process.every(50ms, [this] { show.draw(world); });
        process.every(1s, [this, &process] { expect_life(process); });
    }

    /// A worker is here, or here again: it gets its strip as it is after the last complete step.
    tenon::result<assignment> on(join const& j) {
        if (j.worker >= crew.size()) return tenon::failure{tenon::errc::refused, "there is no such worker"};
        silent_for  = 0;
        member& who = crew[j.worker];
        who.waiting = std::nullopt;  // whoever asked that is gone
        if (++who.lives > 1) show.restarted(j.worker, world);
        return assignment{who.lives - 1,
                          given.where,
                          world.step(),
                          given.steps,
                          world.first_row(j.worker),
                          world.strip_of(j.worker),
                          world.above(j.worker),
                          world.below(j.worker)};
    }

    /// Answered when all strips of the step are there.
    tenon::deferred<neighbours> on(advanced const& a, auto& process) {
        return process[workers].defer(a, [&](tenon::promise<neighbours> later) { take(a, std::move(later), process); });
    }

    void on(tenon::stopping const&) { show.ended({}); }

private:
    /// What is known of a worker.
    struct member {
        std::uint32_t                             lives       = 0;  ///< How often it has joined.
        std::uint32_t                             waits_after = 0;  ///< The step that it has computed ...
        std::optional<tenon::promise<neighbours>> waiting;          ///< ... and the request that told of it.
    };

    void take(advanced const& a, tenon::promise<neighbours> later, auto& process) {
        bool const known = a.worker < crew.size() && a.life + 1 == crew[a.worker].lives;
        silent_for       = 0;
        // A strip that an earlier life of the worker had sent already, with which the step was completed.
        if (known && a.step == world.step()) {
            later.answer(rows_beside(a.worker));
            return;
        }
        if (!known || a.step != world.step() + 1 || !world.accept(a.worker, a.cells, a.counts)) {
            later.answer(tenon::failure{tenon::errc::refused, "this is no strip of the next step"});
            return;
        }
        crew[a.worker].waits_after = a.step;
        crew[a.worker].waiting.emplace(std::move(later));
        if (world.complete()) step_is_complete(process);
    }

    void step_is_complete(auto& process) {
        show.stepped(world);
        if (world.step() == given.steps) {
            let_go();
            finish(process);
        } else if (given.steps_per_second == 0) {
            let_go();
        } else {
            process.after(std::chrono::nanoseconds{1'000'000'000} / given.steps_per_second, [this] { let_go(); });
        }
    }

    /// Answers those who wait for the step that is complete. Not those who have begun anew and are one further already.
    void let_go() {
        for (std::uint32_t w = 0; w < crew.size(); ++w)
            if (crew[w].waiting && crew[w].waits_after == world.step())
                std::exchange(crew[w].waiting, std::nullopt)->answer(rows_beside(w));
    }

    [[nodiscard]] neighbours rows_beside(std::uint32_t worker) const {
        return {world.step(), world.above(worker), world.below(worker)};
    }

    void finish(auto& process) {
        show.draw(world);
        if (!given.folder.empty()) write_results(world, given.folder);
        show.ended(given.folder.empty() ? "" : "wrote forest.png, curves.svg and totals.csv");
        process.stop();
    }

    void expect_life(auto& process) {
        if (++silent_for < patience_seconds) return;
        std::fprintf(stderr, "simulation: no worker has said anything for %d s; giving up after step %u\n",
                     patience_seconds, world.step());
        process.stop(1);
    }

    std::vector<member> crew;
    progress            show;
    int                 silent_for = 0;
};

// The worker, tier 2: computes its strip, step by step.
#pragma once

#include "messages.hpp"
#include "settings.hpp"

#include <tenon/tenon.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

struct worker_app {
    static constexpr auto coordinator = tenon::req<"coordinator", strip_protocol>;
    static constexpr auto ports       = tenon::ports(coordinator);

    struct config {
        std::uint32_t      worker;
        std::vector<crash> crashes;  ///< One for each of its lives, from the first on.
    };

    /// Longer than any other worker takes to come back, and than the coordinator waits for it.
    static constexpr std::chrono::seconds patience{60};

    config                       given;
    std::uint32_t                life = 0, step = 0, last_step = 0;
    std::optional<forest::strip> strip{};

    void on(tenon::started const&, auto& process) {
        ask(process, join{given.worker}, [this, &process](assignment const& work) {
            life      = work.life;
            step      = work.step;
            last_step = work.last_step;
            strip.emplace(work.where, work.first_row, work.cells);
            go_on(process, work.above, work.below);
        });
    }

    /// Computes the next step from the rows beside the strip, and waits for those of the others.
    void go_on(auto& process, std::span<forest::cell const> above, std::span<forest::cell const> below) {
        if (step == last_step) return process.stop();
        ++step;
        die_at(crash::moment::received);
        auto const counts = strip->advance(step, above, below);
        die_at(crash::moment::computed);
        ask(process, advanced{given.worker, life, step, counts, strip->cells()},
            [this, &process](neighbours const& rows) { go_on(process, rows.above, rows.below); });
        die_at(crash::moment::sent);
    }

    /// Without an answer there is nothing left to do: the process ends, and whoever supervises it starts another.
    template <class Question, class OnReply>
    void ask(auto& process, Question const& question, OnReply on_reply) {
        using reply = strip_protocol::reply_to<Question>;
        process[coordinator].request(question, patience, [on_reply](tenon::result<reply> outcome) {
            if (outcome) return on_reply(*outcome);
            if (outcome.error().code != tenon::errc::stopped) throw tenon::error{outcome.error()};
        });
    }

    void die_at(crash::moment now) const {
        if (life >= given.crashes.size()) return;
        crash const& next = given.crashes[life];
        if (next.step == step && next.when == now) std::raise(SIGKILL);
    }
};

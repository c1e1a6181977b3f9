// What is to be seen of a run while it goes on: nothing, lines, or a picture that changes in place.
#pragma once

#include "live_picture.hpp"
#include "settings.hpp"
#include "world.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

class progress {
public:
    explicit progress(settings const& given) : show_{given.show}, last_step_{given.steps} {}

    [[nodiscard]] bool is_picture() const { return show_ == display::picture; }

    void started(forest::world const& of) const {
        auto const& where = of.where();
        say("forest of " + std::to_string(where.rows) + " x " + std::to_string(where.columns) + " cells, seed " +
            std::to_string(where.seed) + ", " + std::to_string(of.workers()) + " workers");
    }

    /// Ten lines in a run.
    void stepped(forest::world const& of) {
        changed_                 = true;
        std::uint64_t const step = of.step();
        if (show_ == display::lines && step * 10 / last_step_ != (step - 1) * 10 / last_step_) say(in_words(of));
    }

    /// On stderr, because it is not the same in every run.
    void restarted(std::uint32_t worker, forest::world const& of) {
        changed_ = true;
        ++restarts_;
        if (show_ == display::lines)
            std::fprintf(stderr, "simulation: worker %u is back, and goes on after step %u\n", worker, of.step());
    }

    /// Brings the picture up to date, if there is one.
    void draw(forest::world const& of) {
        if (!is_picture() || !std::exchange(changed_, false)) return;
        std::string line = in_words(of) + ", " + std::to_string(of.workers()) + " workers";
        if (restarts_ != 0) line += ", " + std::to_string(restarts_) + " restarts";
        picture_.draw(of, line);
    }

    void ended(std::string const& last_words) {
        picture_.finish();
        if (!last_words.empty()) say(last_words);
    }

private:
    /// At once: whoever reads it may be a pipe.
    void say(std::string const& line) const {
        if (show_ == display::nothing) return;
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
    }

    /// "step 20 of 200: 45435 trees, 120 burning"
    [[nodiscard]] std::string in_words(forest::world const& of) const {
        forest::census const counts = of.history().empty() ? forest::census{} : of.history().back();
        return "step " + std::to_string(of.step()) + " of " + std::to_string(last_step_) + ": " +
               std::to_string(counts.trees) + " trees, " + std::to_string(counts.burning) + " burning";
    }

    display       show_;
    std::uint32_t last_step_;
    live_picture  picture_;
    bool          changed_  = true;  // since it was drawn
    unsigned      restarts_ = 0;
};

// What an exploration of seeds has found.
#pragma once

#include <tenon/detail/concat.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tenon::testing {

/// The first seed that failed: what happened, and how to see it again.
struct failed_seed {
    std::uint64_t seed;
    std::string   what;     ///< The rule that was broken, and when; or what was thrown.
    std::string   diagram;  ///< The last messages, as a sequence diagram.
};

/// The outcome of `explore`: true if no seed failed.
struct findings {
    std::uint64_t              runs   = 0;  ///< How many seeds were run.
    std::uint64_t              failed = 0;  ///< How many of them failed; 1 at most unless `seeds::go_on`.
    std::optional<failed_seed> first{};     ///< The first that did.
    std::uint64_t              hash   = 0;  ///< Of the hashes of all runs: equal if the same happened in all of them.

    void mix(std::uint64_t run) noexcept { hash = (hash ^ run) * 0x9e3779b97f4a7c15u; }

    [[nodiscard]] bool ok() const noexcept { return failed == 0; }
    explicit operator bool() const noexcept { return ok(); }

    /// For people: how many seeds passed, or what went wrong, the line that repeats it, and the diagram.
    [[nodiscard]] std::string text() const {
        using tenon::detail::digits;
        if (!first) return tenon::detail::concat({"all ", digits(runs), " seeds passed"});
        return tenon::detail::concat({"seed ", digits(first->seed), " failed, ", digits(failed), " of ", digits(runs),
                                      " that were run: ", first->what, "\nreplay: --seed ", digits(first->seed),
                                      "  (or TENON_SEED=", digits(first->seed), " in the environment)\n",
                                      first->diagram});
    }
};

}  // namespace tenon::testing

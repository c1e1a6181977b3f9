// System tests in many worlds: the same scenario with seed after seed, and rules that are checked at every step.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/testing/explore/findings.hpp>
#include <tenon/testing/explore/seeds.hpp>
#include <tenon/testing/world.hpp>
#include <tenon/testing/world/sequence_diagram.hpp>
#include <tenon/testing/world/trace_text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tenon::testing {

/// Thrown where a rule of a trial is found broken. Passes through the scenario to `explore`.
class broken_rule : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One run of a scenario: a world, and the rules that hold in it.
class trial : public world {
public:
    using world::world;

    /// `holds()` is to be true after everything that happens from now on; it is asked while the scenario runs. What it
    /// refers to has to live as long as that. A process that has crashed has no app to look at: ask `alive()` first.
    template <class Holds>
    void always(std::string_view what, Holds holds) {
        static_assert(std::is_convertible_v<decltype(holds()), bool>,
                      "tenon: trial.always(\"rule\", holds) calls holds(), which says whether the rule holds");
        rules_.push_back({std::string{what}, std::move(holds)});
        if (rules_.size() == 1) after_each_step([this] { check(); });
    }
    /// The scenario fails here unless `holds`; `what` says what should have been.
    void require(bool holds, std::string_view what) {
        if (!holds) break_rule(what);
    }

private:
    struct rule_of_trial {
        std::string                            text;
        tenon::detail::unique_function<bool()> holds;
    };

    void check() {
        for (auto& each : rules_)
            if (!each.holds()) break_rule(each.text);
    }
    [[noreturn]] void break_rule(std::string_view what) const {
        auto const time = detail::in_microseconds(now());
        throw broken_rule{tenon::detail::concat(
            {"broken at ", std::string_view{time}.substr(time.find_first_not_of(' ')), " us: ", what})};
    }

    std::vector<rule_of_trial> rules_;
};

/// A rule for every scenario, by name: `invariant{"nobody dies", [](trial& t) { return ...; }}`.
template <class Holds>
struct invariant {
    std::string_view rule;
    Holds            holds;
};
template <class Holds>
invariant(std::string_view, Holds) -> invariant<Holds>;

namespace detail {

struct nobody_threw {
    bool operator()(trial& here) const noexcept {
        for (auto const& each : here.residents())
            if (!each->error_text().empty()) return false;
        return true;
    }
};

/// How one run has ended.
struct run_ending {
    bool          failed = false;
    std::string   what{};
    std::uint64_t hash = 0;
    std::string   diagram{};

    [[nodiscard]] bool same_way(run_ending const& other) const noexcept {
        return hash == other.hash && what == other.what;
    }
};

inline constexpr std::string_view went_another_way =
    "run again it went another way, so something in the apps does not come from the seed: a real clock, real "
    "randomness, a thread, or memory that was not initialised";

template <class Scenario, class... Invariants>
run_ending run_trial(Scenario& scenario, std::uint64_t seed, world_options options, bool keep_trace,
                     Invariants const&... invariants) {
    options.keep_trace = options.keep_trace || keep_trace;
    run_ending ending;
    trial      here{seed, options};
    (here.always(invariants.rule, [&here, &invariants] { return invariants.holds(here); }), ...);
    try {
        scenario(here);
    } catch (std::exception const& e) {
        ending.failed = true;
        ending.what   = e.what();
    } catch (...) {
        ending.failed = true;
        ending.what   = "an exception that is no std::exception, such as a failed assertion";
    }
    ending.hash = here.hash();
    if (ending.failed && options.keep_trace) ending.diagram = sequence_diagram(here.network());
    return ending;
}

/// Seed after seed, as `chosen` says; the trace of the first that fails is drawn.
template <class Scenario, class... Invariants>
findings run_seeds(Scenario& scenario, seeds const& chosen, Invariants const&... invariants) {
    auto const run = [&](std::uint64_t seed, bool keep_trace) {
        return run_trial(scenario, seed, chosen.options, keep_trace, invariants...);
    };
    findings found;
    for (std::uint64_t i = 0; i < chosen.count; ++i) {
        auto const seed  = chosen.first + i;
        auto       first = run(seed, false);
        ++found.runs;
        found.mix(first.hash);
        if (!first.failed && !chosen.twice) continue;
        bool const reported = first.failed && found.first;
        auto const again    = reported ? first : run(seed, first.failed);
        bool const strange  = !again.same_way(first);
        if (!first.failed && !strange) continue;
        ++found.failed;
        if (!found.first) {
            if (strange) first.what += (first.failed ? "; " : "") + std::string{went_another_way};
            found.first.emplace(failed_seed{seed, std::move(first.what), again.diagram});
        }
        if (!chosen.go_on) break;
    }
    return found;
}

}  // namespace detail

/// No process ends with an exception.
inline constexpr invariant no_exceptions{"no process ends with an exception", detail::nobody_threw{}};

/// Runs `scenario(trial&)` with each seed, in a world of its own, until one fails. It starts processes, states rules
/// with `always`, lets time pass, and says with `require` what is to be true then:
///
///     auto const found = explore([](trial& world) {
///         auto& server = world.start<server_process>(bind(server_app::requests, "127.0.0.1"));
///         auto& asker  = world.start<asker_process>(connect(asker_app::out, server.address(server_app::requests)));
///         world.always("no answer is wrong", [&] { return asker.app().wrong == 0; });
///         world.require(world.run_until([&] { return asker.app().done; }), "the asker comes to its end");
///     }, seeds{.count = 10'000}, no_exceptions);
///     CHECK(found.ok());
///
/// A seed fails if a rule is broken or something is thrown. Then it is run once more with its trace kept, and a report
/// is printed to stderr: the rule, the line that repeats the run, and a sequence diagram of the last messages. A second
/// run that is not the same as the first is a finding too: something in the apps does not come from the seed.
/// `seeds::twice` looks for that with the seeds that pass, too.
///
/// With TENON_SEED=N in the environment only seed N is run; for a `main` of one's own see `seeds::only`.
/// Cost: that of the worlds; rules are called after every step, so keep them cheap.
template <class Scenario, class... Invariants>
findings explore(Scenario&& scenario, seeds const& which = {}, Invariants const&... invariants) {
    static_assert(std::is_invocable_v<Scenario&, trial&>,
                  "tenon: explore(scenario, seeds, invariants...) calls scenario(trial&)");
    seeds const chosen = which.only(seed_from_environment());
    findings    found  = detail::run_seeds(scenario, chosen, invariants...);
    if (!found.ok() && !chosen.quiet) std::fputs((found.text() + "\n").c_str(), stderr);
    return found;
}

}  // namespace tenon::testing

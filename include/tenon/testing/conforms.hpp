// Does a recorded run do what chains declare? The proof that documentation does not lie.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/process/topology/recorded.hpp>
#include <tenon/protocol/chain.hpp>
#include <tenon/testing/conforms/projection.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tenon::testing {

/// What `conforms` has found.
class conformance {
public:
    explicit conformance(std::vector<std::string> problems) : problems_{std::move(problems)} {}

    [[nodiscard]] bool ok() const noexcept { return problems_.empty(); }
    /// A sentence for each way in which the run is not as declared.
    [[nodiscard]] std::vector<std::string> const& problems() const noexcept { return problems_; }
    /// All of them, a line each.
    [[nodiscard]] std::string text() const {
        std::string text;
        for (std::string const& each : problems_) text += each + "\n";
        return text;
    }

private:
    std::vector<std::string> problems_;
};

/// What a run is held to beyond what everybody wants.
struct conformance_options {
    /// Each subscriber that is recorded has received an event of the chain as often as it was published. That is asked
    /// for, because it does not hold where some subscribe to a part of the topics, or join late.
    bool every_subscriber = false;
};

/// What `only` makes.
template <class... Chains>
struct only_chains {
    std::tuple<Chains...> chains;
};

/// All that is said in a run is declared by one of these chains: `conforms(run, only(sending_pings, good_bye))`.
template <class... Chains>
constexpr only_chains<Chains...> only(Chains const&... chains) noexcept {
    static_assert(sizeof...(Chains) > 0, "tenon: only(chains...) takes at least one chain");
    return {{chains...}};
}

namespace detail {

/// A recording is of this participant.
inline bool is_of(recording::file const& file, chain_participant const& who) {
    return tenon::detail::is_recorded_as(file.app, who.name, who.app);
}
inline bool is_said(recording::entry const& entry) noexcept {
    return entry.what == recording::happening::sent || entry.what == recording::happening::received;
}
inline bool is(recording::entry const& said, local_step const& step) {
    return is_said(said) && (said.what == recording::happening::sent) == step.sends && said.port == step.port &&
           said.message == step.message;
}

inline std::string times(std::size_t count) { return tenon::detail::digits(count) + (count == 1 ? " time" : " times"); }

/// Holds recordings against a chain, one by one, and then what was sent against what has arrived.
class chain_check {
public:
    chain_check(chain_projection const& chain, conformance_options options)
        : chain_{chain}, options_{options}, sent_(chain.steps.size()), received_(chain.steps.size()),
          recorded_(chain.participants.size()) {}

    std::vector<std::string> check(std::span<recording::file const> run) {
        for (std::size_t at = 0; at < chain_.participants.size(); ++at)
            for (recording::file const& each : run)
                if (is_of(each, chain_.participants[at])) {
                    recorded_[at] = true;
                    check_one(each, chain_.participants[at]);
                }
        for (std::size_t at = 0; at < recorded_.size(); ++at)
            if (!recorded_[at] && !chain_.participants[at].foreign)
                tell({"there is no recording of ", chain_.participants[at].name});
        if (problems_.empty())
            for (std::size_t at = 0; at < chain_.steps.size(); ++at) check_arrivals(at);
        if (problems_.empty() && options_.every_subscriber)
            for (std::size_t at = 0; at < chain_.steps.size(); ++at) check_subscribers(at, run);
        return std::move(problems_);
    }

private:
    static std::string step_text(local_step const& step) {
        return tenon::detail::concat({step.sends ? "send " : "receive ", step.message, " at ", step.port, " (step ",
                                      tenon::detail::digits(step.number), ")"});
    }
    void tell(std::initializer_list<std::string_view> pieces) {
        problems_.push_back(tenon::detail::concat({"'", chain_.title, "': ", tenon::detail::concat(pieces)}));
    }

    /// The chain may happen any number of times, also several times at once: each message goes on with the chain that
    /// has waited longest for it, or begins a new one.
    void check_one(recording::file const& file, chain_participant const& who) {
        std::vector<std::size_t> open;  // the next step of each chain that has begun
        for (recording::entry const& said : file.entries) {
            auto const stated = std::find_if(who.steps.begin(), who.steps.end(),
                                             [&](local_step const& step) { return is(said, step); });
            if (stated == who.steps.end()) continue;
            auto const waiting = std::find_if(open.begin(), open.end(),
                                              [&](std::size_t next) { return is(said, who.steps[next]); });
            std::size_t const done = waiting != open.end() ? *waiting : 0;
            if (waiting == open.end() && !is(said, who.steps[0]))
                return tell({file.app, " did ", step_text(*stated), " before it did ",
                             step_text(who.steps[missing_before(who, open, stated)])});
            count(who.steps[done]);
            if (waiting != open.end()) open.erase(waiting);
            if (done + 1 < who.steps.size()) open.push_back(done + 1);
        }
        if (open.empty()) return;
        std::size_t const next = open.front();
        tell({file.app, " did ", step_text(who.steps[next - 1]), ", but did not ", step_text(who.steps[next])});
    }
    /// What should have come before `stated`.
    static std::size_t missing_before(chain_participant const& who, std::vector<std::size_t> const& open,
                                      std::vector<local_step>::const_iterator stated) {
        auto const at = static_cast<std::size_t>(stated - who.steps.begin());
        for (std::size_t const next : open)
            if (next < at) return next;
        return at - 1;
    }
    void count(local_step const& step) { ++(step.sends ? sent_ : received_)[step.number - 1]; }
    [[nodiscard]] std::size_t sent(std::size_t at) const { return sent_[chain_.steps[at].sent_as]; }

    /// At a server's port others may ask as well, and its answers go to them as well; so more may have arrived than its
    /// clients of this chain have sent, but not less.
    void check_arrivals(std::size_t at) {
        global_step const& step   = chain_.steps[at];
        std::string const  number = tenon::detail::digits(at + 1);
        bool const         sends = recorded_[step.from], hears = recorded_[step.to];
        if ((sends && sent(at) == 0) || (hears && received_[at] == 0)) {
            bool const never = !sends || sent(at) == 0;
            return tell({"step ", number, " never happened: ", chain_.participants[step.from].name,
                         never ? " has sent no " : " has sent ", step.message,
                         never ? "" : ", but none has arrived at ", never ? "" : chain_.participants[step.to].name});
        }
        if (sends && hears && step.to_server && received_[at] < sent(at))
            tell({"step ", number, ": ", chain_.participants[step.from].name, " has sent ", step.message, " ",
                  times(sent(at)), ", ", chain_.participants[step.to].name, " has received it ", times(received_[at])});
    }

    /// An event that is published is a message to each subscriber.
    void check_subscribers(std::size_t at, std::span<recording::file const> run) {
        global_step const& step = chain_.steps[at];
        if (!step.published || !recorded_[step.from]) return;
        chain_participant const& reader = chain_.participants[step.to];
        for (recording::file const& each : run) {
            if (!is_of(each, reader)) continue;
            std::size_t const heard = times_heard(each, reader, at + 1);
            if (heard < sent(at))
                tell({"step ", tenon::detail::digits(at + 1), ": ", chain_.participants[step.from].name,
                      " has published ", step.message, " ", times(sent(at)), ", ", each.app, " has received it ",
                      times(heard)});
        }
    }
    static std::size_t times_heard(recording::file const& file, chain_participant const& who, std::size_t number) {
        auto const step = std::find_if(who.steps.begin(), who.steps.end(),
                                       [&](local_step const& each) { return each.number == number; });
        return static_cast<std::size_t>(std::count_if(file.entries.begin(), file.entries.end(),
                                                      [&](recording::entry const& said) { return is(said, *step); }));
    }

    chain_projection const&  chain_;
    conformance_options      options_;
    std::vector<std::size_t> sent_, received_;
    std::vector<bool>        recorded_;
    std::vector<std::string> problems_;
};

/// Finds what is said in a run that none of the chains declares: a sentence for each message at a port.
inline void find_undeclared(std::span<recording::file const> run, std::span<chain_projection const> chains,
                            std::vector<std::string>& problems) {
    auto const declared = [&](recording::file const& file, recording::entry const& said) {
        for (chain_projection const& chain : chains)
            for (chain_participant const& who : chain.participants)
                if (is_of(file, who) && std::any_of(who.steps.begin(), who.steps.end(),
                                                    [&](local_step const& step) { return is(said, step); }))
                    return true;
        return false;
    };
    for (recording::file const& file : run) {
        std::vector<std::pair<recording::entry const*, std::size_t>> found;  // the first of its kind, and how many
        for (recording::entry const& said : file.entries) {
            if (!is_said(said) || declared(file, said)) continue;
            auto const alike = std::find_if(found.begin(), found.end(), [&](auto const& each) {
                return each.first->what == said.what && each.first->port == said.port &&
                       each.first->message == said.message;
            });
            if (alike == found.end()) found.emplace_back(&said, 1);
            else ++alike->second;
        }
        for (auto const& [said, count] : found)
            problems.push_back(tenon::detail::concat(
                {file.app, " has ", recording::name_of(said->what), " ", said->message, " at ", said->port, " ",
                 times(count), ", which ", chains.size() == 1 ? "the chain does not declare" : "no chain declares"}));
    }
}

}  // namespace detail

/// Holds a recorded run against a chain: `CHECK(conforms(recordings(world), sending_pings).ok())`.
///
/// `run` has a recording of each process, as `tenon::recording::read` gives it back or `recordings(world)` of
/// <tenon/testing/world/recordings.hpp> makes it. A recording is of the participant that has the name `app`, perhaps
/// with a number ("worker.2"), or whose app has; where two participants have the same app, set `app` to the
/// participant's name.
///
/// The run conforms if
/// - every participant that is recorded has taken its steps in the order of the chain, every time and to the end; the
///   chain may happen any number of times, also several times at once;
/// - every step has happened, and what clients have sent has arrived at their servers;
/// - there is a recording of each participant, but of outsiders;
/// - with the option `every_subscriber`, what was published has arrived at each of its subscribers.
///
/// Messages that the chain does not mention are ignored; to refuse them, hold the run against `only` of its chains. No
/// clock is compared with another one's: order is looked at in each process by itself, and between processes it
/// follows, since nothing is received before it was sent.
template <std::size_t Notes, class... Steps>
[[nodiscard]] conformance conforms(std::span<recording::file const> run, message_chain<Notes, Steps...> const& chain,
                                   conformance_options options = {}) {
    detail::chain_projection const projected = detail::projection_of(chain);
    return conformance{detail::chain_check{projected, options}.check(run)};
}

/// Holds a recorded run against all chains of an application: `conforms(run, only(sending_pings, good_bye))`. It
/// conforms if it does so to each of them, and nothing was sent or received at a recorded port that none of them
/// declares.
template <class... Chains>
[[nodiscard]] conformance conforms(std::span<recording::file const> run, only_chains<Chains...> const& chains,
                                   conformance_options options = {}) {
    auto const projected = std::apply(
        [](auto const&... each) { return std::vector<detail::chain_projection>{detail::projection_of(each)...}; },
        chains.chains);
    std::vector<std::string> problems;
    for (detail::chain_projection const& each : projected)
        for (std::string& problem : detail::chain_check{each, options}.check(run))
            problems.push_back(std::move(problem));
    detail::find_undeclared(run, projected, problems);
    return conformance{std::move(problems)};
}

}  // namespace tenon::testing

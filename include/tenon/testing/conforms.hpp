// Does a recorded run do what a chain declares? The proof that documentation does not lie.
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

namespace detail {

/// Holds recordings against a chain, one by one, and then what was sent against what has arrived.
class chain_check {
public:
    explicit chain_check(chain_projection const& chain)
        : chain_{chain}, sent_(chain.steps.size()), received_(chain.steps.size()),
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
        return std::move(problems_);
    }

private:
    static bool is_of(recording::file const& file, chain_participant const& who) {
        return tenon::detail::is_recorded_as(file.app, who.name, who.app);
    }
    static bool is(recording::entry const& said, local_step const& step) {
        bool const sends = said.what == recording::happening::sent;
        return (sends || said.what == recording::happening::received) && sends == step.sends &&
               said.port == step.port && said.message == step.message;
    }
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

    /// At a server's port others may ask as well, and its answers go to them as well; so more may have arrived than its
    /// clients of this chain have sent, but not less.
    void check_arrivals(std::size_t at) {
        global_step const& step   = chain_.steps[at];
        std::string const  number = tenon::detail::digits(at + 1);
        bool const         sends = recorded_[step.from], hears = recorded_[step.to];
        if ((sends && sent_[at] == 0) || (hears && received_[at] == 0)) {
            bool const never = !sends || sent_[at] == 0;
            return tell({"step ", number, " never happened: ", chain_.participants[step.from].name,
                         never ? " has sent no " : " has sent ", step.message,
                         never ? "" : ", but none has arrived at ", never ? "" : chain_.participants[step.to].name});
        }
        if (sends && hears && step.to_server && received_[at] < sent_[at])
            tell({"step ", number, ": ", chain_.participants[step.from].name, " has sent ", step.message, " ",
                  tenon::detail::digits(sent_[at]), " times, ", chain_.participants[step.to].name, " has received it ",
                  tenon::detail::digits(received_[at]), " times"});
    }

    chain_projection const&  chain_;
    std::vector<std::size_t> sent_, received_;
    std::vector<bool>        recorded_;
    std::vector<std::string> problems_;
};

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
/// - there is a recording of each participant, but of outsiders.
///
/// Messages that the chain does not mention are ignored. No clock is compared with another one's: order is looked at
/// in each process by itself, and between processes it follows, since nothing is received before it was sent.
template <std::size_t Notes, class... Steps>
[[nodiscard]] conformance conforms(std::span<recording::file const> run, message_chain<Notes, Steps...> const& chain) {
    detail::chain_projection const projected = detail::projection_of(chain);
    return conformance{detail::chain_check{projected}.check(run)};
}

}  // namespace tenon::testing

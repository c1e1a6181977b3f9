// Requests that are answered later: each has exactly one outcome, whatever becomes of the promise.
#include "catch.hpp"
#include "own_links.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

struct ask { std::string how; };
struct told { int number; };
using talk = tenon::protocol<tenon::request<ask, told>>;

/// Asks itself in several ways, one after the other, and keeps the outcomes.
struct debtor {
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto out   = tenon::dealer<"out", talk>;
    static constexpr auto ports = tenon::ports(in, out);

    static inline std::vector<std::string>           ways;
    static inline std::vector<std::string>           seen;
    static inline std::optional<tenon::promise<told>> kept;

    void on(tenon::started const&, auto& process) {
        kept.reset();
        seen.clear();
        own_links::link(process, in, out);
        for (std::string const& way : ways)
            process[out].request(ask{way}, 10s, [&process](tenon::result<told> outcome) {
                seen.push_back(outcome ? std::to_string(outcome->number)
                                       : std::string{describe(outcome.error().code)});
                if (seen.size() == ways.size()) process.stop();
            });
    }

    tenon::deferred<told> on(ask const& a, auto& process) {
        auto const later = [&](tenon::promise<told> promise) {
            if (a.how == "at once") promise.answer(told{1});
            if (a.how == "refuse") promise.answer(tenon::failure{errc::refused, "no"});
            if (a.how == "twice") {
                promise.answer(told{2});
                CHECK(!promise);
                CHECK(!promise.answer(told{3}));
            }
            if (a.how == "stop") kept = std::move(promise);
            if (a.how == "timer")
                process.after(1ms, [p = std::move(promise)]() mutable { p.answer(tenon::result<told>{told{4}}); });
        };
        auto answer = process[in].defer(a, later);
        if (a.how == "again") process[in].defer(a, later);
        if (a.how == "throw") throw std::runtime_error{"after all"};
        if (a.how == "stop") process.stop();
        return answer;
    }
};

void run(std::vector<std::string> ways) {
    debtor::ways = std::move(ways);
    CHECK(tenon::run<tenon::process<debtor, zmq>>(tenon::unlinked(debtor::in), tenon::unlinked(debtor::out)) == 0);
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("a request may be answered at once, later, or refused", "[deferred]") {
    run({"at once", "refuse", "twice"});
    CHECK(debtor::seen == words{"1", "request refused", "2"});
    run({"timer"});
    CHECK(debtor::seen == words{"4"});
}

TEST_CASE("a promise that is dropped answers with a failure", "[deferred]") {
    run({"drop"});
    CHECK(debtor::seen == words{"handler failed"});
}

TEST_CASE("putting off a request twice is refused, and one answer leaves", "[deferred]") {
    run({"again"});
    CHECK(debtor::seen == words{"handler failed"});
}

TEST_CASE("a handler that throws after it has put the answer off sends one answer", "[deferred]") {
    run({"throw", "at once"});
    CHECK(debtor::seen == words{"handler failed", "1"});
}

TEST_CASE("a promise may outlive its process", "[deferred]") {
    run({"stop"});
    CHECK(debtor::seen == words{"stopped"});
    REQUIRE(debtor::kept);
    CHECK(!debtor::kept->answer(told{5}));
}

namespace {

/// Stops with a request unanswered; a timer answers it while the process drains.
struct late_payer {
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto ports = tenon::ports(in);

    tenon::deferred<told> on(ask const& a, auto& process) {
        process.stop();
        return process[in].defer(a, [&](tenon::promise<told> promise) {
            process.after(a.how == "soon" ? 5ms : 1h, [p = std::move(promise)]() mutable { p.answer(told{6}); });
        });
    }
};

}  // namespace

TEST_CASE("a stop waits for answers that were put off, but not for ever", "[deferred][stop]") {
    auto const how = GENERATE(as<std::string>{}, "soon", "in an hour");
    auto child     = tenon::start<tenon::process<late_payer, tenon::launch::thread, zmq>>(
        tenon::bind(late_payer::in, "127.0.0.1"));
    tenon::client<talk> asker{child.address(late_payer::in)};
    auto const          outcome = asker.try_request(ask{how});
    if (how == "soon") {
        REQUIRE(outcome);
        CHECK(outcome->number == 6);
    } else {
        REQUIRE(!outcome);
        CHECK(outcome.error().code == errc::stopped);
    }
    CHECK(child.join() == 0);
}

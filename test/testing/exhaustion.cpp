// Memory runs out in the middle of a conversation: at the first allocation of a process, at the second, at each one.
#include "catch.hpp"
#include "failing_new.hpp"

#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/testing/world.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tenon::testing::world;

namespace out_of_memory {  // a named one, because of g++ 12 and coroutines

struct echo { std::string text; std::vector<int> numbers; };
struct echoed { std::string text; std::vector<int> numbers; };
struct later { std::string text; };
struct done { std::string text; };
struct wait { std::string text; };
struct waited { std::string text; };

using talk = tenon::protocol<tenon::request<echo, echoed>, tenon::request<later, done>, tenon::request<wait, waited>,
                             tenon::command<done>>;

struct server {
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto ports = tenon::ports(in);

    std::vector<std::string> heard{};

    echoed on(echo const& e) { return {e.text, e.numbers}; }
    auto   on(later const& l, auto& process) {
        return process[in].defer(l, [&](tenon::promise<done> answer) {
            process.after(2ms, [answer = std::move(answer), l]() mutable { answer.answer(done{l.text}); });
        });
    }
    void on(done const& d) { heard.push_back(d.text); }

    tenon::task<waited> on(wait const& w, auto& process) {
        std::string const twice = w.text + w.text;
        co_await process.sleep(1ms);
        process.start(take_note(w.text, process));
        co_return waited{twice.substr(w.text.size())};
    }
    tenon::task<void> take_note(std::string text, auto& process) {
        co_await process.sleep(1ms);
        heard.push_back(text + "!");
    }
};

constexpr std::size_t requests = 9;

// Of each request how often it has had an outcome. Outside of the app: it is asked after the app's end.
std::array<int, requests> outcomes;
std::size_t               asked;

template <class Retry>
struct asker {
    static constexpr auto out   = tenon::req<"out", talk, Retry>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        ask(process);
        process.every(3ms, [this, &process] { ask(process); });
    }
    void ask(auto& process) {
        std::string const text(40, 'x');
        if (asked + 3 > requests) return;
        one(echo{text, {1, 2, 3}}, process);
        one(wait{text}, process);
        one(later{text}, process);
        process[out].send(done{text});
    }
    // To be thrown at is an outcome as well: the caller knows.
    void one(auto const& question, auto& process) {
        std::size_t const i = asked++;
        try {
            process[out].request(question, 20ms, [i](auto const&) { ++outcomes[i]; });
        } catch (std::bad_alloc const&) {
            ++outcomes[i];
        }
    }
};

// Runs the conversation in `here`.
template <class Retry>
void converse(world& here) {
    using server_process = tenon::process<server, tenon::codec::json>;
    using asker_process  = tenon::process<asker<Retry>, tenon::codec::json>;
    outcomes             = {};
    asked                = 0;
    auto& serves         = here.start<server_process>(tenon::bind(server::in, "127.0.0.1"));
    auto& asks = here.start<asker_process>(tenon::connect(asker<Retry>::out, serves.address(server::in)));
    here.advance(200ms);
    asks.stop();
    serves.stop();
    here.advance(2s);
}

tenon::transport::simulation::network* network = nullptr;

bool in_a_process() {
    return network->running() != nullptr || tenon::transport::simulation::current_node != nullptr;
}

// A conversation in which the n-th allocation by a process fails, and `row` in a row. False if it has no n-th. What
// the network itself needs is no process's: it has it from an earlier conversation.
template <class Retry>
bool converse_without_memory(std::uint64_t n, std::uint64_t row) {
    world here{n};
    network = &here.network();
    converse<Retry>(here);
    memory::fail_at(n, row, in_a_process);
    try {
        converse<Retry>(here);
    } catch (std::bad_alloc const&) {  // what keeps a process from coming up is the starter's
    }
    bool const failed = memory::out;
    memory::fail_at(0);
    return failed;
}

}  // namespace out_of_memory

using namespace out_of_memory;

TEMPLATE_TEST_CASE("whichever allocation fails, nothing crashes or leaks, and each request has one outcome",
                   "[exhaustion]", tenon::retry::never, (tenon::retry::times<1, tenon::static_duration{5ms}>)) {
    auto const row = GENERATE(std::uint64_t{1}, std::uint64_t{10});
    static_cast<void>(converse_without_memory<TestType>(0, row));  // what is made once and kept
    std::vector<std::uint64_t> wrong_outcomes, leaks;
    wrong_outcomes.reserve(10'000);
    leaks.reserve(10'000);
    std::uint64_t n = 1;
    for (bool failed = true; failed && n < 10'000; ++n) {
        auto const before = memory::live.load();
        failed            = converse_without_memory<TestType>(n, row);
        if (memory::live.load() != before) leaks.push_back(n);
        for (std::size_t i = 0; i < requests; ++i)
            if (outcomes[i] != (i < asked ? 1 : 0)) {
                wrong_outcomes.push_back(n);
                break;
            }
    }
    CHECK(n > 50);
    CHECK(n < 10'000);
    CHECK(asked == requests);  // in the last one, in which nothing failed
    CHECK(leaks.empty());
    CHECK(wrong_outcomes.empty());
}

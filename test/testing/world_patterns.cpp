#include "catch.hpp"

#include <tenon/tenon.hpp>

#include <tenon/process/task.hpp>
#include <tenon/testing/world.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tenon::testing::world;

namespace in_world {  // with a name: g++ warns of coroutines whose types have no linkage

// ---- Publishing, with numbers ---------------------------------------------------------------------------------------

struct price {
    std::string symbol;
    int         cents;
};
using prices = tenon::protocol<tenon::event<price, &price::symbol>>;

struct exchange {
    static constexpr auto out   = tenon::pub<"out", prices, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    int sent = 0;

    void on(tenon::started const&, auto& process) {
        process[out].template when_subscribed<price>(1, [this, &process] {
            process.every(10ms, [this, &process] { process[out].send(price{"AAPL", ++sent}); });
        });
    }
};

struct viewer {
    static constexpr auto in    = tenon::sub<"in", prices, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(in);

    std::vector<int> seen{};
    std::uint64_t    missed = 0;
    int              lost   = 0;

    void on(price const& p) { seen.push_back(p.cents); }
    void on(tenon::gap const& g) { missed += g.missed; }
    void on(tenon::connection_event const& e) { lost += e.what == tenon::connection_change::disconnected ? 1 : 0; }
};

struct chooser {
    static constexpr auto in    = tenon::sub<"in", prices, tenon::sequenced, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(in);

    std::vector<int> seen{};

    void on(tenon::started const&, auto& process) { process[in].template subscribe<price>(); }
    void on(price const& p) { seen.push_back(p.cents); }
};

using exchange_process = tenon::process<exchange>;
using viewer_process   = tenon::process<viewer>;

// ---- A pipeline with overload ---------------------------------------------------------------------------------------

struct job { int number; };
using jobs = tenon::protocol<tenon::command<job>>;

struct source {
    static constexpr auto out   = tenon::push<"out", jobs, tenon::overload::drop_oldest<5>, tenon::high_water_mark<4>>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process.after(10ms, [&process] {
            for (int i = 1; i <= 40; ++i) process[out].send(job{i});
        });
    }
};
struct sink {
    static constexpr auto in    = tenon::pull<"in", jobs, tenon::high_water_mark<4>>;
    static constexpr auto ports = tenon::ports(in);

    std::vector<int> done{};
    void on(job const& j) { done.push_back(j.number); }
};

// ---- Coroutines -----------------------------------------------------------------------------------------------------

struct question { int number; };
struct answer { int number; };
using talk = tenon::protocol<tenon::request<question, answer>>;

struct oracle {
    static constexpr auto in    = tenon::router<"in", talk>;
    static constexpr auto ports = tenon::ports(in);

    static tenon::task<answer> on(question const& q, auto& process) {
        co_await process.sleep(std::chrono::milliseconds{10 * q.number});
        co_return answer{q.number * 2};
    }
};
struct pilgrim {
    static constexpr auto out   = tenon::dealer<"out", talk>;
    static constexpr auto ports = tenon::ports(out);

    std::vector<int> told{};

    void on(tenon::started const&, auto& process) {
        for (int number = 3; number >= 1; --number) process.start(ask(process, number));
    }
    tenon::task<void> ask(auto& process, int number) {
        question const q{number};
        auto const     got = co_await process[out].request(q, 1s);
        told.push_back(got ? got->number : -1);
    }
};

}  // namespace in_world

using namespace in_world;

TEST_CASE("subscribers of a world see every event in order, and count those that a lost connection takes") {
    world here{1};
    auto& sends = here.start<exchange_process>(tenon::bind(exchange::out, "127.0.0.1"));
    auto& views = here.start<viewer_process>(tenon::connect(viewer::in, sends.address(exchange::out)));
    here.advance(1s);
    auto& seen = views.app().seen;
    REQUIRE(seen.size() > 90);
    CHECK(seen.front() == 1);
    CHECK(seen.back() == static_cast<int>(seen.size()));
    here.drop_next<price>(3);
    here.advance(1s);
    CHECK(views.app().missed == 3);
    CHECK(sends.process()[exchange::out].subscribers<price>() == 1);
    here.crash(views);
    here.advance(100ms);
    CHECK(sends.process()[exchange::out].subscribers<price>() == 0);
    here.restart(views);
    here.advance(1s);
    CHECK(views.app().missed == 0);
    CHECK(views.app().seen.size() > 90);
    CHECK(views.app().lost == 0);
    here.crash(sends);
    here.advance(1ms);
    CHECK(views.app().lost == 1);
}

TEST_CASE("an event that a poll has let pass is not handled once its subscription is taken back") {
    world here{1};
    auto& sends   = here.start<exchange_process>(tenon::bind(exchange::out, "127.0.0.1"));
    auto& chooses = here.start<tenon::process<chooser>>(tenon::connect(chooser::in, sends.address(exchange::out)));
    here.run_until([&] { return chooses.app().seen.size() == 2; });
    here.freeze(chooses, 25ms);  // two events wait when it goes on, and the timer is due
    chooses.process().after(1ms, [&] { chooses.process()[chooser::in].unsubscribe<price>(); });
    here.advance(100ms);
    CHECK(chooses.app().seen == std::vector<int>{1, 2});
    chooses.process()[chooser::in].subscribe<price>();
    CHECK(here.run_until([&] { return chooses.app().seen.size() == 4; }));
    CHECK(chooses.process()[chooser::in].counters().gaps == 0);
}

TEST_CASE("numbered events of a world have the same numbers each time") {
    auto const run = [] {
        world here{1};
        auto& sends = here.start<exchange_process>(tenon::bind(exchange::out, "127.0.0.1"));
        here.start<viewer_process>(tenon::connect(viewer::in, sends.address(exchange::out)));
        here.advance(1s);
        return here.hash();
    };
    CHECK(run() == run());
}

TEST_CASE("what waits in a port leaves as soon as the slow peer makes room, and the oldest were dropped") {
    world here{1};
    auto& takes = here.start<tenon::process<sink>>(tenon::bind(sink::in, "127.0.0.1"));
    auto& gives = here.start<tenon::process<source>>(tenon::connect(source::out, takes.address(sink::in)));
    here.advance(5ms);
    here.freeze(takes, 1s);
    here.advance(500ms);
    CHECK(gives.process()[source::out].waiting_to_leave() == 1);
    here.advance(10s);
    CHECK(takes.app().done == std::vector<int>{1, 2, 3, 4, 36, 37, 38, 39, 40});
    CHECK(gives.process()[source::out].counters().dropped == 31);
    CHECK(gives.process()[source::out].waiting_to_leave() == 0);
}

TEST_CASE("coroutines sleep and ask in virtual time") {
    world here{1};
    auto& knows = here.start<tenon::process<oracle>>(tenon::bind(oracle::in, "127.0.0.1"));
    auto& asks  = here.start<tenon::process<pilgrim>>(tenon::connect(pilgrim::out, knows.address(oracle::in)));
    CHECK(here.run_until([&] { return asks.app().told.size() == 3; }));
    CHECK(asks.app().told == std::vector<int>{2, 4, 6});
    CHECK(here.now() > 30ms);
    CHECK(here.now() < 34ms);
}

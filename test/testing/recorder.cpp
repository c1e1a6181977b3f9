#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/catch2.hpp>
#include <tenon/testing/recorder.hpp>
#include <tenon/testing/run_task.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace app;
using tenon::errc;
using tenon::failure;
using tenon::testing::recorded_timer;
using tenon::testing::recorder;
using tenon::testing::run_task;
using tenon::testing::same;
using tenon::testing::unexpected;

namespace unit {  // with a name: g++ warns of coroutines whose types have no linkage

struct query { std::string text; };
struct found { int hits; };
struct note { std::string text; };
struct changed { int topic; int value; };
struct job { int number; };

using talk = tenon::protocol<tenon::request<query, found>, tenon::request<ping, pong>, tenon::command<note>,
                             tenon::event<changed, &changed::topic>>;
using jobs = tenon::protocol<tenon::command<job>>;
using news = tenon::protocol<tenon::event<changed, &changed::topic>>;

/// An app with a port of every kind, that does with each message what its handler says.
struct office {
    static constexpr auto desk   = tenon::router<"desk", talk>;
    static constexpr auto shelf  = tenon::dealer<"shelf", talk>;
    static constexpr auto work   = tenon::push<"work", jobs>;
    static constexpr auto orders = tenon::pull<"orders", jobs>;
    static constexpr auto board  = tenon::pub<"board", news>;
    static constexpr auto paper  = tenon::sub<"paper", news, tenon::subscriptions::by_hand>;
    static constexpr auto twin   = tenon::pair<"twin", talk, tenon::server_side>;
    static constexpr auto ports  = tenon::ports(desk, shelf, work, orders, board, paper, twin);

    int                        hits = 0;
    std::vector<errc>          failures{};
    std::vector<tenon::peer>   guests{};
    tenon::loop::timer_id      clock{};
    bool                       published = false;

    void on(tenon::started const&, auto& process) {
        clock = process.every(1s, [&process] { process[work].send(job{0}); });
        process[board].template when_subscribed<changed>(2, [this] { published = true; }, 7);
        process[paper].template subscribe<changed>(3);
    }
    auto on(query const& q, auto& process) {
        guests.push_back(process[desk].peer());
        return process[desk].defer(q, [&](tenon::promise<found> answer) {
            process[shelf].request(q, 2s, [answer = std::move(answer)](tenon::result<found> got) mutable {
                answer.answer(got);
            });
        });
    }
    tenon::task<pong> on(ping const& p, auto& process) {
        co_await process.sleep(10ms);
        query const q{"ping"};
        auto const  got = co_await process[shelf].request(q, 1s);
        if (!got) throw std::runtime_error{got.error().text};
        co_return pong{p.count + got->hits};
    }
    void on(note const& n, auto& process) {
        if (n.text == "cancel") process.cancel(clock);
        if (n.text == "stop") process.stop(3);
        if (n.text == "wrong") process.start(fail_later(process));
        for (auto const& guest : guests) process[desk].send(changed{1, 2}, guest);
    }
    void on(job const& j, auto& process) {
        if (!process[work].send(job{j.number + 1})) failures.push_back(errc::would_block);
        process[shelf].request(query{"job"}, 100ms, [this](tenon::result<found> got) {
            if (got) hits += got->hits;
            else failures.push_back(got.error().code);
        });
    }
    void on(changed const& c, auto& process) {
        process[board].send(changed{c.topic, c.value});
        process[twin].send(c);
        process.post([&process] { process[shelf].send(note{"posted"}); });
    }
    static tenon::task<void> fail_later(auto& process) {
        co_await process.sleep(5ms);
        throw std::runtime_error{"later"};
    }
};

std::string text_of(auto const& call) {
    try {
        call();
    } catch (std::exception const& e) {
        return e.what();
    }
    return {};
}

}  // namespace unit

using namespace unit;

TEST_CASE("a handler that needs a process gets a recorder, and its stop is seen") {
    server   app;
    recorder process{app};
    CHECK_FALSE(process.is_stopping());
    app.on(bye{}, process);
    CHECK(process.is_stopping());
    CHECK(process.exit_code() == 7);
}

TEST_CASE("the types of production's handlers are checked with a recorder as with a process") {
    server   app;
    recorder process{app};
    using message      = tenon::incoming<decltype(server::requests)>;
    auto const outcome = tenon::dispatch(app, server::requests, message{ping{3}}, process);
    CHECK_THAT(std::get<pong>(outcome), tenon::testing::equals(pong{3}));
}

TEST_CASE("timers are seen when they are set, and run out when the test lets time pass") {
    office   app;
    recorder process{app};
    app.on(tenon::started{}, process);
    CHECK(process.timers() == std::vector<recorded_timer>{{1s, 1s}});
    process.advance(999ms);
    CHECK(process[office::work].sent<job>().empty());
    CHECK(process.timers() == std::vector<recorded_timer>{{1ms, 1s}});
    process.advance(2001ms);
    CHECK(process[office::work].sent<job>().size() == 3);
    CHECK(process.now() == 3s);
    app.on(note{"cancel"}, process);
    CHECK(process.timers().empty());
    process.advance(1h);
    CHECK(process[office::work].sent<job>().size() == 3);
}

TEST_CASE("timers run out in the order of their times, each at its time, and may set others") {
    server                                app;
    recorder                              process{app};
    std::vector<std::chrono::nanoseconds> when;
    auto const                            note_time = [&] { when.push_back(process.now()); };
    process.after(3ms, note_time);
    process.after(1ms, [&] {
        note_time();
        process.after(1ms, note_time);
        process.after(10ms, note_time);
    });
    CHECK(process.timers() == std::vector<recorded_timer>{{1ms, 0ms}, {3ms, 0ms}});
    process.advance(5ms);
    CHECK(when == std::vector<std::chrono::nanoseconds>{1ms, 2ms, 3ms});
    CHECK(process.timers() == std::vector<recorded_timer>{{6ms, 0ms}});
}

TEST_CASE("a periodic timer may cancel itself, and one without a period that sets itself for ever is named") {
    server                app;
    recorder              process{app};
    int                   times = 0;
    tenon::loop::timer_id id{};
    id = process.every(1ms, [&] {
        if (++times == 3) process.cancel(id);
    });
    process.advance(1s);
    CHECK(times == 3);
    struct again {
        recorder<server>& process;
        void operator()() const { process.post(*this); }
    };
    process.post(again{process});
    CHECK(text_of([&] { process.advance({}); }).find("no time passes") != std::string::npos);
}

TEST_CASE("a time that goes beyond the end of the clock is the longest there is") {
    server   app;
    recorder process{app};
    int      ran = 0;
    process.advance(1s);
    process.after(24h, [&] { ++ran; });
    process.after(std::chrono::hours::max(), [&] { ran += 10; });
    process.advance(std::chrono::hours::max());
    CHECK(ran == 1);
    CHECK(process.now() == std::chrono::nanoseconds::max());
}

TEST_CASE("a periodic timer that throws goes on, and a period that is no time is refused, as by a process") {
    server   app;
    recorder process{app};
    int      times = 0;
    process.every(1s, [&] {
        if (++times == 1) throw std::runtime_error{"as told"};
    });
    CHECK(text_of([&] { process.advance(1s); }) == "as told");
    process.advance(2s);
    CHECK(times == 3);
    CHECK(text_of([&] { process.every(0s, [] {}); }).find("a period longer than zero") != std::string::npos);
    CHECK(text_of([&] { process.every(-1s, [] {}); }).find("a period longer than zero") != std::string::npos);
}

TEST_CASE("what is asked is kept with its timeout, and the test answers it") {
    office   app;
    recorder process{app};
    app.on(job{1}, process);
    app.on(job{2}, process);
    app.on(job{3}, process);
    auto& shelf = process[office::shelf];
    REQUIRE(shelf.asked<query>().size() == 3);
    CHECK(same(shelf.asked<query>()[0].question, query{"job"}));
    CHECK(shelf.asked<query>()[0].timeout == 100ms);
    CHECK(shelf.pending() == 3);
    CHECK(process.timers().empty());

    shelf.answer<query>(found{40});
    CHECK(app.hits == 40);
    shelf.answer<query>(failure{errc::refused, "no"});
    CHECK(app.failures == std::vector<errc>{errc::refused});
    shelf.time_out<query>();
    CHECK(app.failures.back() == errc::timed_out);
    CHECK(shelf.pending() == 0);
    process.advance(1s);
    CHECK(app.failures.size() == 2);
    CHECK(shelf.asked<query>().size() == 3);
}

TEST_CASE("a request that nobody answers ends when its time is over") {
    office   app;
    recorder process{app};
    app.on(job{1}, process);
    process.advance(99ms);
    CHECK(app.failures.empty());
    process.advance(1ms);
    CHECK(app.failures == std::vector<errc>{errc::timed_out});
}

TEST_CASE("an answer to what was not asked is refused in words") {
    office   app;
    recorder process{app};
    auto&    shelf = process[office::shelf];
    CHECK(text_of([&] { shelf.answer<ping>(pong{1}); }) ==
          "no ping waits for an answer at port shelf: nothing was asked there");
    app.on(job{1}, process);
    CHECK(text_of([&] { shelf.answer<ping>(pong{1}); }) ==
          "no ping waits for an answer at port shelf: what waits is query");
    shelf.answer<query>(found{1});
    CHECK(text_of([&] { shelf.answer<query>(found{1}); }) ==
          "no query waits for an answer at port shelf: all that was asked has its outcome");
}

TEST_CASE("answers that are put off are seen, with the request, once they come") {
    office   app;
    recorder process{app};
    process[office::desk].speak_as(tenon::peer{tenon::as_bytes("one")});
    static_cast<void>(app.on(query{"first"}, process));
    process[office::desk].speak_as(tenon::peer{tenon::as_bytes("two")});
    static_cast<void>(app.on(query{"second"}, process));
    REQUIRE(app.guests.size() == 2);
    CHECK(app.guests[0] == tenon::peer{tenon::as_bytes("one")});
    CHECK(app.guests[1] == tenon::peer{tenon::as_bytes("two")});
    CHECK(process[office::desk].unanswered() == 2);
    process[office::shelf].answer<query>(found{5});
    process[office::shelf].answer<query>(failure{errc::refused, "no"});
    CHECK(process[office::desk].unanswered() == 0);
    auto const answers = process[office::desk].deferred_answers<query>();
    REQUIRE(answers.size() == 2);
    CHECK(same(answers[0].question, query{"first"}));
    REQUIRE(answers[0].answer.has_value());
    CHECK(answers[0].answer->value().hits == 5);
    REQUIRE(answers[1].answer.has_value());
    CHECK(answers[1].answer->error().code == errc::refused);
    CHECK(process[office::desk].deferred_answers<ping>().empty());
}

TEST_CASE("a promise that is dropped answers with a failure, and one may outlive the recorder") {
    server                             app;
    std::optional<tenon::promise<pong>> kept;
    {
        recorder process{app};
        static_cast<void>(process[server::requests].defer(ping{1}, [](tenon::promise<pong> dropped) {
            static_cast<void>(dropped);
        }));
        CHECK(process[server::requests].deferred_answers<ping>()[0].answer->error().code == errc::handler_failed);
        static_cast<void>(process[server::requests].defer(ping{2}, [&](tenon::promise<pong> answer) {
            kept.emplace(std::move(answer));
        }));
    }
    CHECK_FALSE(kept->answer(pong{2}));
}

TEST_CASE("a handler that is a coroutine runs under the eyes of the test") {
    office     app;
    recorder   process{app};
    ping const three{3};
    // [coroutine]
    auto const answer = run_task(app.on(three, process));  // up to where it first waits
    CHECK(process.timers().size() == 1);
    process.advance(10ms);
    CHECK_FALSE(answer.done());
    process[office::shelf].answer<query>(found{4});
    CHECK(answer.value().count == 7);  // or throws what it threw
    // [/coroutine]
    CHECK(answer.done());

    SECTION("what it throws comes out where its value is asked for") {
        auto const fails = run_task(app.on(three, process));
        REQUIRE_THROWS_AS(fails.value(), unexpected);
        process.advance(10ms);
        process[office::shelf].time_out<query>();
        CHECK(fails.done());
        CHECK(text_of([&] { fails.value(); }) == "no reply came in time");
    }
    SECTION("destroyed where it waits, it takes back what it waits for") {
        {
            auto const sleeps = run_task(app.on(three, process));
            auto const asks   = run_task(app.on(three, process));
            process.advance(10ms);
            CHECK(process[office::shelf].pending() == 2);
        }
        CHECK(process[office::shelf].pending() == 0);
        CHECK(process.timers().empty());
        process.advance(2s);  // nothing of it is left to run out
    }
}

TEST_CASE("what background work throws comes out of the call that led to it") {
    office   app;
    recorder process{app};
    app.on(note{"wrong"}, process);
    process.advance(4ms);
    CHECK(text_of([&] { process.advance(1ms); }) == "later");
}

TEST_CASE("events, commands and posts are kept in their order, for peers and for all") {
    office   app;
    recorder process{app};
    app.on(changed{7, 1}, process);
    app.on(changed{8, 2}, process);
    auto const published = process[office::board].sent<changed>();
    REQUIRE(published.size() == 2);
    CHECK(same(published[1], changed{8, 2}));
    CHECK(process[office::twin].sent<changed>().size() == 2);
    CHECK(process[office::shelf].sent<note>().empty());
    process.advance({});
    CHECK(process[office::shelf].sent().size() == 2);
    app.guests.emplace_back(tenon::as_bytes("guest"));
    app.on(note{""}, process);
    CHECK(process[office::desk].sent<changed>().size() == 1);
    CHECK(process[office::desk].sent_to() == app.guests);
}

TEST_CASE("an app that waits for subscribers is called when the test has enough of them subscribe") {
    office   app;
    recorder process{app};
    app.on(tenon::started{}, process);
    auto& board = process[office::board];
    board.add_subscriber<changed>(7);
    CHECK(board.subscribers<changed>(7) == 1);
    CHECK(board.subscribers() == 0);
    board.add_subscriber<changed>(8);
    CHECK_FALSE(app.published);
    board.add_subscriber();
    CHECK(board.subscribers() == 1);
    CHECK(app.published);
}

TEST_CASE("subscriptions by hand are seen") {
    office   app;
    recorder process{app};
    auto&    paper = process[office::paper];
    CHECK_FALSE(paper.is_subscribed<changed>(3));
    app.on(tenon::started{}, process);
    CHECK(paper.is_subscribed<changed>(3));
    CHECK_FALSE(paper.is_subscribed<changed>(4));
    CHECK_FALSE(paper.is_subscribed<changed>());
    paper.unsubscribe<changed>(3);
    CHECK_FALSE(paper.is_subscribed<changed>(3));
}

TEST_CASE("a send may be refused, so that an app's way out is tested") {
    office   app;
    recorder process{app};
    process[office::work].refuse_sends();
    app.on(job{1}, process);
    CHECK(app.failures == std::vector<errc>{errc::would_block});
    process[office::work].refuse_sends(false);
    app.on(job{1}, process);
    CHECK(same(process[office::work].sent<job>().at(0), job{2}));
}

TEST_CASE("links are noted and lead nowhere") {
    server   app;
    recorder process{app};
    auto&    port = process[server::requests];
    REQUIRE_THROWS_AS(port.bound_address(), tenon::error);
    CHECK(port.bind("127.0.0.1:5555") == tenon::address{"127.0.0.1:5555"});
    CHECK(port.bound_address() == tenon::address{"127.0.0.1:5555"});
    port.connect("127.0.0.1:5556");
    CHECK(port.connected().size() == 1);
    port.disconnect("127.0.0.1:5556");
    CHECK(port.connected().empty());
    REQUIRE_THROWS_AS(port.disconnect("127.0.0.1:5556"), tenon::error);
    CHECK(port.counters() == tenon::port_counters{});
}

TEST_CASE("a handler may wait for ever") {
    server   app;
    recorder process{app};
    process.advance(1h);
    bool over = false;
    process.after(std::chrono::hours::max(), [&] { over = true; });
    process.advance(24h);
    CHECK_FALSE(over);
    CHECK(process.timers().size() == 1);
}

// ---- What else a handler may find in its process --------------------------------------------------------------------

namespace {

struct look_up { std::string name; };
struct entry { int number; };
struct register_me { int number; };
using directory = tenon::protocol<tenon::request<look_up, entry>, tenon::command<register_me>>;

/// Looks at the time, at the peer's key and at its observer, and asks again what was not answered.
struct registrar {
    static constexpr auto desk  = tenon::router<"desk", directory>;
    static constexpr auto other = tenon::req<"other", directory, tenon::retry::times<2, 100ms>>;
    static constexpr auto in    = tenon::opaque<tenon::pattern::pull, "in">;
    static constexpr auto ports = tenon::ports(desk, other, in);

    std::string key{};
    errc        reason = errc::ok;
    bool        late   = false;

    void on(register_me const&, auto& process) {
        key              = process[desk].peer_key();
        auto const until = process.context().now() + 3s;
        process.after(4s, [this, until, &process] { late = process.context().now() > until; });
        process[other].request(look_up{key}, 1s, [this](tenon::result<entry> got) { reason = got.error().code; });
        process[in].pause();
        ++process.observer().registered;
    }
    entry on(look_up const&) { return {1}; }
    void  on(decltype(in), tenon::opaque_message auto&) {}
};
struct registrations {
    int  registered = 0;
    void dropped(tenon::incident const&) {}
};

}  // namespace

TEST_CASE("a handler finds the time, the peer's key, its observer and opaque ports in a recorder") {
    registrar                           app;
    recorder<registrar, registrations> process{app};
    process[registrar::desk].authenticate_as("somebody's key");
    app.on(register_me{1}, process);
    CHECK(app.key == "somebody's key");
    CHECK(process.observer().registered == 1);
    CHECK(process[registrar::in].is_paused());
    process.advance(4s);
    CHECK(app.late);
}

TEST_CASE("a request with retries ends when the time of all attempts is over") {
    registrar                           app;
    recorder<registrar, registrations> process{app};
    app.on(register_me{1}, process);
    process.advance(3299ms);  // 1 s, a pause of 100 ms, 1 s, one of 200 ms, 1 s
    CHECK(app.reason == errc::ok);
    process.advance(1ms);
    CHECK(app.reason == errc::timed_out);
}

#include "app.hpp"
#include "catch.hpp"

#include <tenon/testing/catch2.hpp>
#include <tenon/testing/stage.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace app;
using tenon::errc;
using tenon::failure;
using tenon::testing::same;
using tenon::testing::stage;
using tenon::testing::unexpected;

namespace acts {

struct query { std::string text; };
struct found { int hits; };
struct note { std::string text; };
struct changed { int topic; int value; };
struct job { int number; };
struct borrowed { std::string_view text; };

using talk = tenon::protocol<tenon::request<query, found>, tenon::command<note>, tenon::event<changed>>;
using jobs = tenon::protocol<tenon::command<job>, tenon::command<borrowed>>;
using news = tenon::protocol<tenon::event<changed, &changed::topic>>;

using stock = tenon::protocol<tenon::request<query, found>, tenon::command<note>>;

/// Asks a shelf for each query, and tells of it everywhere.
struct shop {
    static constexpr auto counter = tenon::router<"counter", talk>;
    static constexpr auto shelf   = tenon::req<"shelf", stock>;
    static constexpr auto ports   = tenon::ports(counter, shelf);

    struct config {
        std::chrono::milliseconds patience;
    };
    config                   settings;
    std::vector<tenon::peer> guests{};

    auto on(query const& q, auto& process) {
        guests.push_back(process[counter].peer());
        return process[counter].defer(q, [&](tenon::promise<found> answer) {
            auto const pass_on = [](auto& to) {
                return [answer = std::move(to)](tenon::result<found> got) mutable { answer.answer(got); };
            };
            process[shelf].request(q, settings.patience, pass_on(answer));
        });
    }
    void on(note const& n, auto& process) {
        for (auto const& guest : guests) process[counter].send(changed{static_cast<int>(n.text.size()), 1}, guest);
        process[shelf].send(n);
    }
};
using shop_process = tenon::process<shop, tenon::codec::json>;

/// Passes on what arrives: from the line to the line, from the paper to the board.
template <class Sequence>
struct relay {
    static constexpr auto in    = tenon::pull<"in", jobs>;
    static constexpr auto out   = tenon::push<"out", jobs>;
    static constexpr auto paper = tenon::sub<"paper", news, tenon::subscriptions::by_hand, Sequence>;
    static constexpr auto board = tenon::xpub<"board", news, Sequence>;
    static constexpr auto ports = tenon::ports(in, out, paper, board);

    std::uint64_t missed = 0;

    void on(tenon::started const&, auto& process) { process[paper].template subscribe<changed>(1); }
    void on(job const& j, auto& process) { process[out].send(job{j.number + 1}); }
    void on(borrowed const& b, auto& process) { process[out].send(b); }
    void on(changed const& c, auto& process) { process[board].send(c); }
    void on(tenon::gap const& g) { missed += g.missed; }
};
template <class Sequence = tenon::unsequenced>
using relay_process = tenon::process<relay<Sequence>, tenon::codec::binary>;

/// Both sides of a pair: what the one is told, the other is asked.
struct upper {
    static constexpr auto down  = tenon::pair<"down", talk, tenon::client_side>;
    static constexpr auto ports = tenon::ports(down);

    int value = 0, hits = 0;

    void on(changed const& c, auto& process) {
        value = c.value;
        process[down].send(note{"heard"});
        process[down].request(query{"more"}, 1s, [this](tenon::result<found> got) { hits = got ? got->hits : -1; });
    }
};
struct lower {
    static constexpr auto up    = tenon::pair<"up", talk, tenon::server_side>;
    static constexpr auto ports = tenon::ports(up);

    static found on(query const& q) { return {static_cast<int>(q.text.size())}; }
    static void  on(note const&, auto& process) { process[up].send(changed{1, 2}); }
};
struct listener {
    static constexpr auto line  = tenon::dealer<"line", talk>;
    static constexpr auto ports = tenon::ports(line);

    int heard = 0;
    void on(changed const&) { ++heard; }
};

/// Publishes once somebody has subscribed; hears what others publish.
struct ticker {
    static constexpr auto out   = tenon::pub<"out", news>;
    static constexpr auto in    = tenon::xsub<"in", news>;
    static constexpr auto ports = tenon::ports(out, in);

    std::vector<int> heard{};

    void on(tenon::started const&, auto& process) {
        process[out].when_subscribed(1, [&process] { process[out].send(changed{1, 1}); });
    }
    void on(changed const& c) { heard.push_back(c.value); }
};

/// Has a port that no test can play, beside one that it can.
struct sorter {
    static constexpr auto bags    = tenon::opaque<tenon::pattern::pull, "bags">;
    static constexpr auto control = tenon::rep<"control", stock>;
    static constexpr auto ports   = tenon::ports(bags, control);

    void         on(decltype(bags), tenon::opaque_message auto&) {}
    static found on(query const&) { return {1}; }
    static void  on(note const&) {}
};

/// What `call` throws as unmet, up to the diagram below it.
template <class Call>
std::string complaint(Call const& call) {
    try {
        call();
    } catch (unexpected const& e) {
        std::string const text = e.what();
        return text.substr(0, text.find('\n'));
    }
    return "nothing was thrown";
}

}  // namespace acts

using namespace acts;

TEST_CASE("a server on stage is asked and answers, in its production codec") {
    stage<server_process> on;
    on.inject(server::requests, ping{3});
    auto const reply = on.expect<pong>().from(server::requests);
    CHECK_THAT(reply, tenon::testing::equals(pong{3}));
    on.inject(server::requests, ping{4});
    on.expect(pong{4}).from(server::requests);
    on.nothing_more();
    CHECK(on.app().answered == 2);
}

TEST_CASE("time passes only when the test says so, to the nanosecond") {
    stage<server_process> on;
    auto const            begin = on.world().now();
    on.inject(server::requests, slow{5000});
    CHECK(on.world().now() == begin);
    on.advance(5s - 1ns);
    on.disallow<pong>().from(server::requests);
    on.nothing_more();
    on.advance(1ns);
    on.expect(pong{5000}).from(server::requests);
}

TEST_CASE("a failure is an answer like others, and a stop and its exit code are seen") {
    stage<server_process> on;
    on.inject(server::requests, throw_it{});
    CHECK(on.expect<failure>().from(server::requests).code == errc::handler_failed);
    on.inject(server::requests, slow{60});
    on.inject(server::requests, bye{});
    CHECK(on.alive());
    CHECK(on.app().stopping);
    on.advance(60ms);
    on.expect(pong{60}).from(server::requests);
    CHECK_FALSE(on.alive());
    CHECK(on.exit_code() == 7);
}

TEST_CASE("what is not met is said in a sentence, with what came instead") {
    stage<server_process> on;
    auto const&           port = server::requests;
    CHECK(complaint([&] { on.expect<pong>().from(port); }) == "expected pong from port requests, but nothing came");
    on.inject(port, throw_it{});
    on.inject(port, ping{4});
    CHECK(complaint([&] { on.expect<pong>().from(port); }) ==
          "expected pong from port requests, but failure{code: handler failed, text: \"the handler of the request "
          "failed\"}, then pong{count: 4} came");
    auto const refused = complaint([&] { on.disallow<pong>().from(port); });
    CHECK(refused.starts_with("expected no pong from port requests, but failure{"));
    CHECK(on.allow<pong>().from(port) == std::nullopt);
    CHECK(on.allow<failure>().from(port).has_value());
    CHECK(complaint([&] { on.expect(pong{3}).from(port); }) ==
          "expected pong{count: 3} from port requests, but pong.count is 4 and not 3");
    CHECK(complaint([&] { on.nothing_more(); }) == "expected nothing more from port requests, but pong{count: 4} came");
    on.expect<pong>().from(port);
    on.stop();
    CHECK(complaint([&] { on.expect<pong>().from(port); }) ==
          "expected pong from port requests, but nothing came; the process has ended");
}

TEST_CASE("below the sentence stands a diagram of what went to and fro") {
    stage<server_process> on;
    on.inject(server::requests, ping{4});
    std::string text;
    try {
        on.nothing_more();
    } catch (unexpected const& e) {
        text = e.what();
    }
    for (auto const* part : {"server", "peer at requests", " ping ", " pong ", "->", "<-"})
        CHECK(text.find(part) != std::string::npos);
}

TEST_CASE("what a process asks is answered by the test, in any order, or never") {
    stage<shop_process> on{shop::config{1000ms}};
    on.inject(shop::counter, query{"tea"});
    on.inject(shop::counter, query{"milk"});
    auto const tea  = on.expect(query{"tea"}).from(shop::shelf);
    auto const milk = on.expect<query>().from(shop::shelf);
    CHECK(milk->text == "milk");
    CHECK(same(*tea, query{"tea"}));
    milk.answer(found{2});
    on.expect(found{2}).from(shop::counter);
    tea.answer(failure{errc::refused, "sold out"});
    CHECK(same(on.expect<failure>().from(shop::counter), failure{errc::refused, "sold out"}));
    tea.answer(found{1});
    on.nothing_more();
    CHECK(on.process()[shop::shelf].counters().late == 1);

    on.inject(shop::counter, query{"rum"});
    on.expect<query>().from(shop::shelf);
    on.advance(999ms);
    on.nothing_more();
    on.advance(1ms);
    CHECK(on.expect<failure>().from(shop::counter).code == errc::timed_out);
}

TEST_CASE("several peers at one port are told apart") {
    stage<shop_process> on{shop::config{1000ms}};
    auto const          second = on.add_peer(shop::counter);
    on.inject(second, query{"tea"});
    on.expect<query>().from(shop::shelf).answer(found{7});
    on.expect(found{7}).from(second);
    on.inject(shop::counter, note{"four"});
    on.expect(note{"four"}).from(shop::shelf);
    CHECK(complaint([&] { on.nothing_more(); }) ==
          "expected nothing more from port counter to peer 2, but changed{topic: 4, value: 1} came");
    on.expect(changed{4, 1}).from(second);
    on.nothing_more();
}

TEST_CASE("commands and events go through a process on stage") {
    stage<relay_process<>> on;
    using app = relay<tenon::unsequenced>;
    on.inject(app::in, job{1});
    on.expect(job{2}).from(app::out);
    on.inject(app::in, borrowed{"text that is longer than what a string holds in place"});
    auto const text = on.expect<borrowed>().from(app::out);
    on.inject(app::in, borrowed{"another text, which must not lie where that one was"});
    CHECK(text.text == "text that is longer than what a string holds in place");
    on.expect<borrowed>().from(app::out);

    CHECK(on.is_subscribed<changed>(app::paper, 1));
    CHECK_FALSE(on.is_subscribed<changed>(app::paper, 2));
    on.inject(app::paper, changed{2, 5});
    on.nothing_more();
    on.inject(app::paper, changed{1, 5});
    on.expect(changed{1, 5}).from(app::board);
    auto const second = on.add_peer(app::board);
    on.inject(app::paper, changed{1, 6});
    on.expect(changed{1, 6}).from(app::board);
    on.expect(changed{1, 6}).from(second);
}

TEST_CASE("numbered events are numbered by the test, so a lost one is a gap") {
    using app = relay<tenon::sequenced>;
    stage<relay_process<tenon::sequenced>> on;
    on.inject(app::paper, changed{1, 1});
    on.world().drop_next<changed>();
    on.inject(app::paper, changed{1, 2});
    on.inject(app::paper, changed{1, 3});
    CHECK(on.app().missed == 1);
    on.expect(changed{1, 1}).from(app::board);
    on.expect(changed{1, 3}).from(app::board);
}

TEST_CASE("both sides of a pair are played") {
    stage<tenon::process<upper>> high;
    high.inject(upper::down, changed{1, 8});
    CHECK(high.app().value == 8);
    high.expect(note{"heard"}).from(upper::down);
    high.expect(query{"more"}).from(upper::down).answer(found{9});
    CHECK(high.app().hits == 9);

    stage<tenon::process<lower>> low;
    low.inject(lower::up, note{"go"});
    low.inject(lower::up, query{"four"});
    low.expect(changed{1, 2}).from(lower::up);
    low.expect(found{4}).from(lower::up);
}

TEST_CASE("what is published to the first subscriber, and to all, arrives") {
    stage<tenon::process<ticker>> on;
    on.expect(changed{1, 1}).from(ticker::out);
    CHECK(on.is_subscribed<changed>(ticker::in));
    on.inject(ticker::in, changed{2, 3});
    on.inject(ticker::in, changed{4, 5});
    CHECK(on.app().heard == std::vector<int>{3, 5});
    on.nothing_more();
}

TEST_CASE("a port that declares no messages is left alone") {
    stage<tenon::process<sorter>> on;
    on.inject(sorter::control, query{"bags"});
    on.expect(found{1}).from(sorter::control);
    on.nothing_more();
}

TEST_CASE("a question that is allowed is there to be answered, and one that did not come is none") {
    stage<shop_process> on{shop::config{1000ms}};
    CHECK_FALSE(on.allow<query>().from(shop::shelf).has_value());
    on.inject(shop::counter, query{"tea"});
    auto const asked = on.allow<query>().from(shop::shelf);
    REQUIRE(asked.has_value());
    asked->answer(found{1});
    on.expect(found{1}).from(shop::counter);
    CHECK_FALSE(on.allow<query>().from(shop::shelf).has_value());
}

TEST_CASE("messages with the same fields are told apart") {
    stage<shop_process> on{shop::config{1000ms}};
    on.inject(shop::counter, note{"tea"});
    CHECK(complaint([&] { on.expect<query>().from(shop::shelf); }) ==
          "expected query from port shelf, but note{text: \"tea\"} came");
    on.disallow<query>().from(shop::shelf);
    on.expect(note{"tea"}).from(shop::shelf);
}

TEST_CASE("an exception that ended the process is part of the complaint") {
    stage<tenon::process<server, tenon::errors::stop>> on;
    on.inject(server::requests, throw_it{});
    on.expect<failure>().from(server::requests);
    CHECK(complaint([&] { on.expect<pong>().from(server::requests); }) ==
          "expected pong from port requests, but nothing came; the process has ended with an exception: thrown");
}

TEST_CASE("a message that the codec cannot carry is not sent, and named") {
    stage<shop_process> on{shop::config{1000ms}};
    auto const text = complaint([&] { on.inject(shop::counter, query{"\xff"}); });
    CHECK(text.find("cannot be sent to port counter: text is not valid UTF-8") != std::string::npos);
}

TEST_CASE("a process on stage does the same with every compiler") {
    stage<relay_process<>> on;
    using app = relay<tenon::unsequenced>;
    on.inject(app::in, job{1});
    on.inject(app::paper, changed{1, 5});
    CHECK(on.world().hash() == 0xbcc02d5c4108b2bfu);
}

TEST_CASE("a dealer is told events before it has said anything") {
    stage<tenon::process<listener>> on;
    on.inject(listener::line, changed{1, 2});
    CHECK(on.app().heard == 1);
}

TEST_CASE("a process on stage crashes and comes back, and its peers with it") {
    stage<server_process> on;
    on.world().crash(on.resident());
    CHECK_FALSE(on.alive());
    on.world().restart(on.resident());
    on.advance(5s);
    on.inject(server::requests, ping{1});
    on.expect(pong{1}).from(server::requests);
}

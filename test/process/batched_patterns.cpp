// tenon::batched beyond pipelines: events by topic and with numbers, commands beside requests, and a simulated network.
#include "by_hand.hpp"
#include "catch.hpp"
#include "own_links.hpp"

#include <tenon/testing/world.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;
using tenon::testing::world;

namespace in_batches {

std::string batch_of(std::vector<std::string> const& messages) {
    std::string all = "\xc1tb1";
    for (auto const& each : messages) all += std::string{static_cast<char>(each.size()), '\0', '\0', '\0'} + each;
    return all;
}

// ---- Events ---------------------------------------------------------------------------------------------------------

struct price {
    std::string symbol;
    int         cents;
};
struct closing {};
using prices = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<closing>>;

/// Publishes in an order that changes the topic now and then.
struct exchange {
    static constexpr auto out   = tenon::pub<"out", prices, tenon::batched<>, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].template when_subscribed<closing>(2, [&process] {
            for (int i = 1; i <= 6; ++i) process[out].send(price{i % 3 == 0 ? "B" : "A", i});
            process[out].send(closing{});
        });
    }
};

/// Writes down what it hears, subscribed to everything or to one symbol.
template <bool All>
struct viewer {
    static constexpr auto in =
        tenon::sub<"in", prices, tenon::batched<>, tenon::sequenced, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(in);

    static inline std::vector<int>     heard;
    static inline tenon::port_counters counters;

    void on(tenon::started const&, auto& process) {
        heard.clear();
        if constexpr (All) process[in].template subscribe<price>();
        else process[in].template subscribe<price>("B");
        process[in].template subscribe<closing>();
    }
    void on(price const& p) { heard.push_back(p.cents); }
    void on(closing const&, auto& process) {
        counters = process[in].counters();
        process.stop();
    }
};

// ---- A simulated network --------------------------------------------------------------------------------------------

struct ticker {
    static constexpr auto out   = tenon::pub<"out", prices, tenon::batched<4>, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    int sent = 0;

    /// Ten at a time: batches of 4, 4 and 2.
    void on(tenon::started const&, auto& process) {
        process.every(100ms, [this, &process] {
            for (int i = 0; i < 10; ++i) process[out].send(price{"A", ++sent});
        });
    }
};
/// A codec that gets no memory for each third message.
struct short_of_memory : tenon::codec::json {
    int written = 0;

    template <tenon::message M>
    tenon::codec_error write(M const& m, tenon::buffer& out) {
        if (++written % 3 == 0) throw std::bad_alloc{};
        return tenon::codec::json::write(m, out);
    }
};
struct forgetful_ticker {
    static constexpr auto out   = tenon::pub<"out", prices, tenon::batched<4>, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    int sent = 0, thrown = 0;

    void on(tenon::started const&, auto& process) {
        process.every(100ms, [this, &process] {
            for (int i = 0; i < 10; ++i) publish(process);
        });
    }
    void publish(auto& process) {
        try {
            process[out].send(price{"A", sent + 1});
            ++sent;
        } catch (std::bad_alloc const&) {
            ++thrown;
        }
    }
};
struct watcher {
    static constexpr auto in    = tenon::sub<"in", prices, tenon::batched<>, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(in);

    std::vector<int>           seen{};
    std::vector<std::uint64_t> missed{};

    void on(price const& p) { seen.push_back(p.cents); }
    void on(closing const&) {}
    void on(tenon::gap const& g) { missed.push_back(g.missed); }
};

// ---- Commands beside requests ---------------------------------------------------------------------------------------

struct add { int number; };
struct total {};
struct sum { int value; };
using ledger = tenon::protocol<tenon::command<add>, tenon::request<total, sum>>;

struct keeper {
    static constexpr auto in    = tenon::router<"in", ledger, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(in);

    int value = 0;

    static inline tenon::port_counters counters;

    void on(add const& a) { value += a.number; }
    sum  on(total const&, auto& process) {
        counters = process[in].counters();
        return {value};
    }
};
struct customer {
    static constexpr auto out   = tenon::dealer<"out", ledger, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(out);

    static inline std::vector<int> told;

    void on(tenon::started const&, auto& process) {
        told.clear();
        for (int round = 1; round <= 3; ++round) {
            for (int i = 0; i < 1000; ++i) process[out].send(add{1});
            process[out].request(total{}, 10s, [&process](tenon::result<sum> outcome) {
                told.push_back(outcome ? outcome->value : -1);
                if (told.size() == 3) process.stop();
            });
        }
    }
};

template <class App, class... Policies>
using threaded = tenon::process<App, tenon::launch::thread, zmq, Policies...>;

}  // namespace in_batches

using namespace in_batches;

TEST_CASE("batches of events keep the order of all topics, and a subscriber gets what it asked for", "[batched][pub]") {
    auto publisher = tenon::start<threaded<exchange>>(tenon::bind(exchange::out, "127.0.0.1"));
    auto where     = publisher.address(exchange::out);
    auto all       = tenon::start<threaded<viewer<true>>>(tenon::connect(viewer<true>::in, where));
    auto some      = tenon::start<threaded<viewer<false>>>(tenon::connect(viewer<false>::in, where));
    CHECK(all.join() == 0);
    CHECK(some.join() == 0);
    CHECK(viewer<true>::heard == std::vector<int>{1, 2, 3, 4, 5, 6});
    CHECK(viewer<true>::counters == tenon::port_counters{});
    CHECK(viewer<false>::heard == std::vector<int>{3, 6});
    CHECK(viewer<false>::counters == tenon::port_counters{});
    publisher.terminate();
    CHECK(publisher.join() == 0);
}

TEST_CASE("a batch of events is one event to a plain subscriber, with the number of the first", "[batched][pub]") {
    auto         publisher = tenon::start<threaded<exchange>>(tenon::bind(exchange::out, "127.0.0.1"));
    zmq::context context;
    zmq::socket  first{context, tenon::pattern::sub}, second{context, tenon::pattern::sub};
    for (auto* each : {&first, &second}) {
        each->subscribe(tenon::as_bytes(""));
        each->connect(publisher.address(exchange::out));
    }
    auto const one = [](char const* symbol, int cents) {
        return std::string{R"(["price",{"symbol":")"} + symbol + R"(","cents":)" + std::to_string(cents) + "}]";
    };
    struct expected {
        std::string              topic;
        std::vector<std::string> messages;
        char                     number;
    };
    for (auto const& [topic, messages, number] : std::vector<expected>{{"price/A/", {one("A", 1), one("A", 2)}, 1},
                                                                       {"price/B/", {one("B", 3)}, 1},
                                                                       {"price/A/", {one("A", 4), one("A", 5)}, 3},
                                                                       {"price/B/", {one("B", 6)}, 2},
                                                                       {"closing/", {R"(["closing",null])"}, 1}}) {
        auto const parts = by_hand::receive(first);
        REQUIRE(parts.size() == 3);
        CHECK(parts[0] == topic);
        CHECK(parts[1] == batch_of(messages));
        CHECK(parts[2].substr(8) == std::string{number, '\0', '\0', '\0', '\0', '\0', '\0', '\0'});
    }
    publisher.terminate();
    CHECK(publisher.join() == 0);
}

TEST_CASE("batches travel a simulated network, and a gap tells how many events a lost one held", "[batched][sim]") {
    world here{1};
    auto& sends = here.start<tenon::process<ticker>>(tenon::bind(ticker::out, "127.0.0.1"));
    auto& views = here.start<tenon::process<watcher>>(tenon::connect(watcher::in, sends.address(ticker::out)));
    here.advance(350ms);
    auto& app = views.app();
    REQUIRE(app.seen.size() == 30);
    for (std::size_t i = 0; i < app.seen.size(); ++i) CHECK(app.seen[i] == static_cast<int>(i + 1));
    here.drop_next<price>(1);  // of the messages on the network: a batch of four
    here.advance(100ms);
    CHECK(app.seen.size() == 36);
    CHECK(app.seen[30] == 35);
    CHECK(app.missed == std::vector<std::uint64_t>{4});
    CHECK(views.process()[watcher::in].counters().gaps == 4);
}

TEST_CASE("an event that there is no memory for is no gap", "[batched][sim]") {
    world here{1};
    auto& sends = here.start<tenon::process<forgetful_ticker, short_of_memory>>(
        tenon::bind(forgetful_ticker::out, "127.0.0.1"));
    auto& views =
        here.start<tenon::process<watcher>>(tenon::connect(watcher::in, sends.address(forgetful_ticker::out)));
    here.advance(350ms);
    auto& app = views.app();
    CHECK(sends.app().thrown == 10);
    REQUIRE(app.seen.size() == 20);
    for (std::size_t i = 0; i < app.seen.size(); ++i) CHECK(app.seen[i] == static_cast<int>(i + 1));
    CHECK(app.missed.empty());
}

TEST_CASE("a question does not overtake the commands that were packed before it", "[batched]") {
    auto server = tenon::start<threaded<keeper>>(tenon::bind(keeper::in, "127.0.0.1"));
    auto client = tenon::start<threaded<customer>>(tenon::connect(customer::out, server.address(keeper::in)));
    CHECK(client.join() == 0);
    CHECK(customer::told == std::vector<int>{1000, 2000, 3000});
    CHECK(keeper::counters == tenon::port_counters{});
    server.terminate();
    CHECK(server.join() == 0);
}

TEST_CASE("a router unpacks commands of plain peers, and nobody is answered from within a batch", "[batched][hazard]") {
    auto         server = tenon::start<threaded<keeper>>(tenon::bind(keeper::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::dealer};
    peer.connect(server.address(keeper::in));
    by_hand::send(peer, {"7", "", batch_of({R"(["add",2])", R"(["total",null])", "garbage", R"(["add",3])"})});
    by_hand::send(peer, {"8", "", R"(["total",null])"});
    CHECK(by_hand::receive(peer) == by_hand::frames{"8", "", R"(["sum",5])"});
    CHECK(keeper::counters.wrong_frames == 1);
    CHECK(keeper::counters.undecodable == 1);
    CHECK(keeper::counters.failures_sent == 0);
    server.terminate();
    CHECK(server.join() == 0);
}

// PUB and SUB ports: topics, subscriptions that come and go, publishers that wait for them, and peers by hand.
#include "pub_sub.hpp"

#include "by_hand.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using namespace market;

namespace {

using texts = std::vector<std::string>;

texts seen;  ///< What the app of a test has noted; a test begins with none.

/// Tells what it was told, in words.
std::string words(std::string_view what, std::string_view topic) {
    return std::string{what} + " " + std::string{topic};
}

struct complaints {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const& what) {
        seen.push_back(std::string{what.port} + ": " + std::string{tenon::describe(what.reason)});
    }
};

template <class App, class... Policies>
int run() {
    seen.clear();
    return tenon::run<tenon::process<App, zmq, Policies...>>(tenon::bind(App::out, "127.0.0.1"),
                                                             tenon::unlinked(App::in));
}

/// Publishes to three ports of its own; each has to get all.
struct patient_app {
    static constexpr auto out    = tenon::pub<"out", prices>;
    static constexpr auto in     = tenon::sub<"in", prices>;
    static constexpr auto second = tenon::sub<"second", prices>;
    static constexpr auto third  = tenon::xsub<"third", prices>;
    static constexpr auto ports  = tenon::ports(out, in, second, third);

    static constexpr std::uint64_t count = 300;
    std::uint64_t arrived = 0, sum = 0, closed = 0;

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[out].when_subscribed(3, [&process] {
            for (std::uint64_t i = 0; i < count; ++i) CHECK(process[out].send(price{"AAPL", i}));
            CHECK(process[out].send(closing{}));
        });
        // Whoever comes late is waited for.
        process[in].connect(process[out].bound_address());
        process.after(20ms, [&process] {
            CHECK(process[out].subscribers() < 3);
            process[second].connect(process[out].bound_address());
            process[third].connect(process[out].bound_address());
        });
    }
    void on(price const& p) {
        ++arrived;
        sum += p.serial;
    }
    void on(reading const&) { CHECK(false); }
    void on(closing const&, auto& process) {
        if (++closed < 3) return;
        CHECK(arrived == 3 * count);
        CHECK(sum == 3 * (count * (count - 1) / 2));
        process.stop();
    }
};

}  // namespace

TEMPLATE_TEST_CASE("PUB drops and slow joiner: a publisher that waits for its subscribers loses nothing",
                   "[process][pub][hazard]", tenon::codec::json, tenon::codec::msgpack, tenon::codec::binary) {
    using process = tenon::process<patient_app, zmq, TestType>;
    CHECK(tenon::run<process>(tenon::bind(patient_app::out, "127.0.0.1"), tenon::unlinked(patient_app::in),
                              tenon::unlinked(patient_app::second), tenon::unlinked(patient_app::third)) == 0);
}

namespace {

/// Changes its subscriptions while events are published, and notes which ones arrive.
struct choosing_app {
    static constexpr auto out   = tenon::pub<"out", prices>;
    static constexpr auto in    = tenon::sub<"in", prices, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(out, in);

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bound_address());
        CHECK(process[out].template subscribers<price>("AAPL") == 0);
        process[in].template subscribe<price>("AAPL");
        process[in].template subscribe<closing>();
        process[out].template when_subscribed<closing>(1, [this, &process] { first(process); });
    }
    static void publish(auto& process, std::uint64_t serial) {
        for (auto const* symbol : {"AAPL", "AAPLX", "AAP", "AAPL/X", "SAP", ""})
            process[out].send(price{symbol, serial});
        process[out].send(reading{serial, {}});
        process[out].send(closing{});
    }
    void first(auto& process) {
        CHECK(process[out].template subscribers<price>() == 0);
        CHECK(process[out].template subscribers<price>("AAPL") == 1);
        CHECK(process[out].template subscribers<price>("SAP") == 0);
        CHECK(process[out].template subscribers<closing>() == 1);
        CHECK(process[out].subscribers() == 0);
        publish(process, 1);
    }
    void on(price const& p) { seen.push_back(p.symbol + std::to_string(p.serial)); }
    void on(reading const& r) { seen.push_back("reading" + std::to_string(r.serial)); }
    void on(closing const&, auto& process) {
        switch (++round) {
            case 1:
                process[in].template unsubscribe<price>("AAPL");
                process[in].template subscribe<price>(std::string{"AAPL/X"});
                process[in].template subscribe<price>("");
                once(process, [&process] { return process[out].template subscribers<price>("AAPL") == 0; },
                     [&process] { publish(process, 2); });
                break;
            case 2:
                process[in].template subscribe<price>();
                process[in].template subscribe<reading>();
                process[out].when_subscribed(1, [&process] { publish(process, 3); });
                break;
            default: process.stop();
        }
    }
    int round = 0;
};

}  // namespace

TEST_CASE("a subscriber gets what it chose by type and key, and changes its mind while it runs", "[process][pub]") {
    CHECK(run<choosing_app>() == 0);
    CHECK(seen == texts{"AAPL1", "AAPL/X2", "2", "AAPL3", "AAPLX3", "AAP3", "AAPL/X3", "SAP3", "3", "reading3"});
}

namespace {

/// Subscribes twice to the same, and takes it back once and twice.
struct counting_app : deaf {
    using deaf::on;
    static constexpr auto out   = tenon::pub<"out", prices>;
    static constexpr auto in    = tenon::sub<"in", prices, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(out, in);

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bound_address());
        process[in].template subscribe<price>();
        process[in].template subscribe<price>();
        process[in].template unsubscribe<price>();
        process[in].template unsubscribe<reading>();
        process[in].template subscribe<closing>();
        process[out].template when_subscribed<closing>(1, [&process] {
            CHECK(process[out].template subscribers<price>() == 1);
            process[in].template unsubscribe<price>();
            once(process, [&process] { return process[out].template subscribers<price>() == 0; },
                 [&process] { no_more(process); });
        });
    }
    static void no_more(auto& process) {
        process[out].template when_subscribed<price>(1, [] { CHECK(false); });
        seen.push_back("before");
        process[out].template when_subscribed<closing>(1, [&process] {  // it is there already
            seen.push_back("in a turn of its own");
            process.stop();
        });
        seen.push_back("after");
    }
};

/// Asks for what cannot be.
struct confused_app : deaf {
    using deaf::on;
    struct trade {
        std::uint8_t tier;
    };
    using trades = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<trade, &trade::tier>>;
    static constexpr auto out   = tenon::pub<"out", trades>;
    static constexpr auto in    = tenon::sub<"in", trades>;
    static constexpr auto ports = tenon::ports(out, in);

    static tenon::errc reason(auto const& f) {
        try {
            f();
            return tenon::errc::ok;
        } catch (tenon::error const& e) {
            return e.code();
        }
    }
    void on(tenon::started const&, auto& process) {
        std::string const endless(255, 'x');
        CHECK(reason([&] { process[in].template subscribe<price>(endless); }) == tenon::errc::too_large);
        CHECK(reason([&] { process[in].template unsubscribe<price>(endless); }) == tenon::errc::too_large);
        CHECK(reason([&] { process[in].template subscribe<trade>(256); }) == tenon::errc::out_of_range);
        CHECK(reason([&] { process[out].template when_subscribed<trade>(1, [] {}, -1); }) ==
              tenon::errc::out_of_range);

        CHECK(!process[out].send(price{endless, 1}));
        CHECK(process[out].counters().undeliverable == 1);
        CHECK(process[out].send(price{endless.substr(7), 1}));
        CHECK(!process[out].send(price{"\xff", 1}));
        CHECK(process[out].counters().undeliverable == 2);
        process.stop();
    }
    void on(trade const&) {}
};

}  // namespace

TEST_CASE("subscriptions to the same are counted, and one that was not made is not taken back", "[process][pub]") {
    CHECK(run<counting_app>() == 0);
    CHECK(seen == texts{"before", "after", "in a turn of its own"});
}

TEST_CASE("a topic that no event can have is refused, on both sides", "[process][pub]") {
    CHECK(run<confused_app, complaints>() == 0);
    CHECK(seen == texts{"out: larger than the limit", "out: text is not valid UTF-8"});
}

namespace {

/// Notes what an xpub port tells it, and sends a late joiner the last value at once.
struct last_value_app {
    static constexpr auto out   = tenon::xpub<"out", prices>;
    static constexpr auto in    = tenon::sub<"in", prices, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(out, in);

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bound_address());
        process[out].send(price{"AAPL", 7});  // nobody hears it
        process[in].template subscribe<price>("AAPL");
    }
    void on(tenon::subscribed const& s, auto& process) {
        seen.push_back(words("subscribed", s.topic));
        CHECK(s.port == "out");
        if (s.topic == "price/AAPL/") process[out].send(price{"AAPL", 7});
        else throw std::runtime_error{"told on purpose"};
    }
    void on(decltype(out), tenon::unsubscribed const& s, auto& process) {
        seen.push_back(words("unsubscribed", s.topic));
        if (s.topic != "closing/") process[in].template unsubscribe<closing>();
        else process.stop();
    }
    void on(price const& p, auto& process) {
        CHECK(p.serial == 7);
        process[in].template subscribe<closing>();
        process[in].template unsubscribe<price>("AAPL");
    }
    void on(reading const&) {}
    void on(closing const&) {}
};

}  // namespace

TEST_CASE("an xpub port tells its app of subscriptions, and minds what the app throws", "[process][pub]") {
    CHECK(run<last_value_app, complaints>() == 0);
    CHECK(seen == texts{"subscribed price/AAPL/", "subscribed closing/", "out: handler failed",
                        "unsubscribed price/AAPL/", "unsubscribed closing/"});
}

namespace {

/// Publishes when it is told so by hand, and tells its own counters.
struct listed {
    std::uint64_t prices, all, wrong_frames;
};
struct how_many {};
struct publish {
    std::string   symbol;
    std::uint64_t serial;
};
struct done {};
using control = tenon::protocol<tenon::request<how_many, listed>, tenon::request<publish, done>>;

template <class... Options>
struct obeying_app {
    static constexpr auto out   = tenon::pub<"out", prices, Options...>;
    static constexpr auto desk  = tenon::rep<"desk", control>;
    static constexpr auto ports = tenon::ports(out, desk);

    listed on(how_many const&, auto& process) {
        auto& end = process[out];
        return {end.template subscribers<price>(), end.subscribers(), end.counters().wrong_frames};
    }
    done on(publish const& p, auto& process) {
        if (!process[out].send(price{p.symbol, p.serial})) throw std::runtime_error{"not sent"};
        return {};
    }
};

/// An obeying app in a thread, and a context for peers by hand.
template <class... Options>
struct publisher {
    using app     = obeying_app<Options...>;
    using process = tenon::process<app, tenon::launch::thread, zmq>;

    tenon::child<process> child =
        tenon::start<process>(tenon::bind(app::out, "127.0.0.1"), tenon::bind(app::desk, "127.0.0.1"));
    tenon::client<control, tenon::codec::json, zmq> desk{child.address(app::desk)};
    zmq::context                                    context{};

    zmq::socket peer(tenon::pattern p) {
        zmq::socket made{context, p};
        made.connect(child.address(app::out));
        return made;
    }
    /// Asks until the answer is as expected.
    template <class Ready>
    listed until(Ready const& ready) {
        auto now = desk.request(how_many{});
        for (int i = 0; i < 100000 && !ready(now); ++i) now = desk.request(how_many{});
        CHECK(ready(now));
        return now;
    }
};

}  // namespace

TEST_CASE("an event travels as its topic and its body", "[process][pub][wire]") {
    publisher<> from;
    auto        sub = from.peer(tenon::pattern::sub);
    sub.subscribe(tenon::as_bytes("price/"));
    from.until([](listed const& l) { return l.prices == 1; });
    from.desk.request(publish{"BRK/B", 3});
    CHECK(by_hand::receive(sub) == by_hand::frames{"price/BRK%2FB/", R"(["price",{"symbol":"BRK/B","serial":3}])"});
}

TEST_CASE("a numbered event has a third frame: who published it, as which one of its topic", "[process][pub][wire]") {
    publisher<tenon::sequenced> from;
    auto                        sub = from.peer(tenon::pattern::sub);
    sub.subscribe({});
    from.until([](listed const& l) { return l.all == 1; });
    from.desk.request(publish{"AAPL", 3});
    from.desk.request(publish{"SAP", 4});
    from.desk.request(publish{"AAPL", 5});
    auto const        first = by_hand::receive(sub), second = by_hand::receive(sub), third = by_hand::receive(sub);
    std::string const id = first.at(2).substr(0, 8);
    CHECK(first == by_hand::frames{"price/AAPL/", R"(["price",{"symbol":"AAPL","serial":3}])",
                                   id + std::string{"\1\0\0\0\0\0\0\0", 8}});
    CHECK(second.at(2) == id + std::string{"\1\0\0\0\0\0\0\0", 8});
    CHECK(third.at(2) == id + std::string{"\2\0\0\0\0\0\0\0", 8});
    CHECK(id != std::string(8, '\0'));
}

TEST_CASE("the count of subscribers follows peers that come, unsubscribe and go", "[process][pub]") {
    publisher<> from;
    auto        one = from.peer(tenon::pattern::sub), two = from.peer(tenon::pattern::sub);
    one.subscribe(tenon::as_bytes("price/"));
    two.subscribe(tenon::as_bytes("pri"));
    from.until([](listed const& l) { return l.prices == 2; });
    one.subscribe({});
    CHECK(from.until([](listed const& l) { return l.all == 1; }).prices == 3);
    one.unsubscribe(tenon::as_bytes("price/"));
    from.until([](listed const& l) { return l.prices == 2; });
    two.close();
    from.until([](listed const& l) { return l.prices == 1; });
    one.close();
    CHECK(from.until([](listed const& l) { return l.prices == 0; }).all == 0);
}

TEST_CASE("what a hostile subscriber says is bounded and counted, and harms nobody", "[process][pub][hazard]") {
    publisher<> from;
    auto        hostile = from.peer(tenon::pattern::xsub), good = from.peer(tenon::pattern::sub);
    good.subscribe(tenon::as_bytes("price/"));
    from.until([](listed const& l) { return l.prices == 1; });
    by_hand::send(hostile, {"\2what is this"});
    by_hand::send(hostile, {""});
    by_hand::send(hostile, {"\1" + std::string(256, 'x')});
    by_hand::send(hostile, {"\1" + std::string(100000, 'x')});
    by_hand::send(hostile, {"\1" + std::string(255, 'x')});  // a long one, but a good one
    by_hand::send(hostile, {"\1price/"});
    CHECK(from.until([](listed const& l) { return l.prices == 2; }).wrong_frames == 4);
    by_hand::send(hostile, {"several", "frames", "are", "none"});
    by_hand::send(hostile, {"\1pri"});
    CHECK(from.until([](listed const& l) { return l.prices == 3; }).wrong_frames > 4);
    from.desk.request(publish{"AAPL", 3});
    CHECK(by_hand::receive(good).at(0) == "price/AAPL/");
    hostile.close();
    from.until([](listed const& l) { return l.prices == 1; });
    from.desk.request(publish{"AAPL", 4});
    CHECK(by_hand::receive(good).at(0) == "price/AAPL/");
}

namespace {

/// Is published to by hand.
template <class... Options>
struct listening_app {
    static constexpr auto in    = tenon::sub<"in", prices, Options...>;
    static constexpr auto ports = tenon::ports(in);

    void on(price const& p) { seen.push_back(p.symbol + std::to_string(p.serial)); }
    void on(reading const& r) { seen.push_back("reading" + std::to_string(r.serial)); }
    void on(tenon::gap const& g) {
        seen.push_back(words("gap", g.topic) + std::to_string(g.missed) + "<" + std::to_string(g.next));
    }
    void on(closing const&, auto& process) {
        auto const& c = process[in].counters();
        seen.push_back(std::to_string(c.wrong_frames) + " wrong, " + std::to_string(c.undecodable) + " undecodable, " +
                       std::to_string(c.gaps) + " missed");
        process.stop();
    }
};

/// Publishes `messages` to a listening app, as a peer of another kind would; then the event that ends it.
template <class... Options>
void publish_by_hand(std::vector<by_hand::frames> const& messages) {
    seen.clear();
    zmq::context context;
    zmq::socket  pub{context, tenon::pattern::xpub};
    using app     = listening_app<Options...>;
    using process = tenon::process<app, tenon::launch::thread, zmq>;
    auto child    = tenon::start<process>(tenon::connect(app::in, pub.bind("127.0.0.1")));
    texts subscriptions;
    for (int i = 0; i < 3; ++i) subscriptions.push_back(by_hand::receive(pub).at(0));
    CHECK(subscriptions == texts{"\1price/", "\1reading/", "\1closing/"});
    for (auto const& frames : messages) by_hand::send(pub, frames);
    by_hand::send(pub, {"closing/", R"(["closing",null])"});
    CHECK(child.join() == 0);
}

std::string number(char publisher, char count) {
    return std::string(8, publisher) + count + std::string(7, '\0');
}
by_hand::frames numbered(std::string const& symbol, char publisher, char count) {
    std::string const body = R"(["price",{"symbol":")" + symbol + R"(","serial":)" + std::to_string(count) + "}]";
    return {"price/" + symbol + "/", body, number(publisher, count)};
}

}  // namespace

TEST_CASE("what a publisher sends is decoded by its body, and refused if it is no event", "[process][sub][hazard]") {
    std::string const body = R"(["price",{"symbol":"AAPL","serial":1}])";
    publish_by_hand<>({
        {"price/AAPL/", body},
        {"price/", body},                   // the topic only chooses
        {"closing/", R"(["reading",{"serial":2,"noise":""}])"},
        {"price/AAPL/", body, number('a', 1)},
        {"price/AAPL/"},
        {"price/AAPL/", body, "16 bytes are it"},
        {"price/AAPL/", body, number('\0', 1)},
        {"price/AAPL/", body, number('a', 1), number('a', 1)},
        {"price/" + std::string(250, 'x'), body},
        {"price/AAPL/", "[\"price\""},
        {"price/AAPL/", R"(["unknown",null])"},
        {"price/AAPL/", ""},
    });
    CHECK(seen == texts{"AAPL1", "AAPL1", "reading2", "AAPL1", "5 wrong, 3 undecodable, 0 missed"});
}

TEST_CASE("a sequenced subscriber tells the app what is missing, topic by topic", "[process][sub]") {
    publish_by_hand<tenon::sequenced>({
        numbered("A", 'x', 5),
        numbered("A", 'x', 6),
        numbered("B", 'x', 1),
        numbered("A", 'x', 9),
        numbered("B", 'x', 2),
        numbered("A", 'y', 70),  // another publisher, or the same after a restart
        numbered("A", 'x', 10),
        numbered("A", 'y', 72),
        {"price/A/", R"(["price",{"symbol":"A","serial":0}])"},  // without a number it is taken as it is
        numbered("A", 'x', 11),
    });
    CHECK(seen == texts{"A5", "A6", "B1", "gap price/A/2<9", "A9", "B2", "A70", "A10", "gap price/A/1<72", "A72", "A0",
                        "A11", "0 wrong, 0 undecodable, 3 missed"});
}

TEST_CASE("numbers mean nothing to a subscriber that is not sequenced", "[process][sub]") {
    publish_by_hand<>({numbered("A", 'x', 5), numbered("A", 'x', 9)});
    CHECK(seen == texts{"A5", "A9", "0 wrong, 0 undecodable, 0 missed"});
}

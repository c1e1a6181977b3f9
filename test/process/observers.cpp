// Observers: what they are told of messages, incidents and connections; the one that counts, and several at once.
#include "catch.hpp"
#include "counting_new.hpp"
#include "ping_pong.hpp"

#include <tenon/process/observer/all.hpp>
#include <tenon/process/observer/counting.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using app::client;
using app::forget_me;
using app::misbehave;
using app::ping;
using app::plzdiekthxbye;
using app::throw_it_away;
using tenon::errc;
using tenon::observer::counting;
using zmq = tenon::transport::zmq;

namespace {

/// What an observer was told. Written by the process's thread, read when it has been joined.
std::vector<std::string> told;

void note(std::initializer_list<std::string_view> words) {
    std::string line;
    for (std::string_view const word : words) line.append(line.empty() ? "" : " ").append(word);
    told.push_back(line);
}
bool was_told(std::string_view line) {
    for (std::string const& each : told)
        if (each == line) return true;
    return false;
}

struct noting {
    using policy_kind = tenon::kind::observer;
    void attached(tenon::observed_process const& p) {
        note({"attached", p.app, p.codec, p.ports[0].name, name_of(p.ports[0].pattern)});
        first = p.clock.now();
    }
    void dropped(tenon::incident const& i) noexcept { note({"dropped", i.port, i.message, describe(i.reason)}); }
    void sent(tenon::traffic const& t) noexcept { note({"sent", t.port, t.message, tenon::as_text(t.body)}); }
    void received(tenon::traffic const& t) noexcept { note({"received", t.port, t.message, tenon::as_text(t.body)}); }
    void handled(tenon::traffic const& t, std::chrono::nanoseconds time) noexcept {
        note({"handled", t.port, t.message, time.count() >= 0 ? "" : "in no time"});
    }
    void connection(tenon::connection_event const& e) noexcept { note({e.port, name_of(e.what)}); }
    std::chrono::nanoseconds first{};
};

/// Has nothing but what it must have.
struct deaf {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const&) noexcept { ++drops; }
    int  drops = 0;
};

/// Gives the counts to the test when it stops.
struct counted_server : app::server {
    static inline counting counts;
    void on(tenon::stopping const&, auto& process) { counts = process.observer(); }
    using app::server::on;
};

template <class Process>
void converse() {
    auto     child = tenon::start<Process>(tenon::bind(app::server::requests, "127.0.0.1"));
    client<> peer{child.address(app::server::requests)};
    for (int i = 0; i < 3; ++i) peer.request(ping{i});
    peer.send(forget_me{});
    peer.send(throw_it_away{});
    REQUIRE_THROWS_AS(peer.request(misbehave{"throw"}), tenon::error);
    REQUIRE_THROWS_AS(peer.request(misbehave{"refuse"}), tenon::error);
    peer.request(misbehave{"no"});
    zmq::context context;
    zmq::socket  stranger{context, tenon::pattern::dealer};
    stranger.connect(child.address(app::server::requests));
    zmq::frame delimiter, nonsense{tenon::as_bytes("[\"nonsense\",1]")};
    REQUIRE(stranger.send(delimiter, true) == tenon::transport::io::done);
    REQUIRE(stranger.send(nonsense, false) == tenon::transport::io::done);
    REQUIRE(zmq::wait(stranger, POLLIN, 10s));  // it is refused, so it has been seen
    peer.send(plzdiekthxbye{});
    CHECK(child.join() == 0);
}

}  // namespace

TEST_CASE("an observer is told what a process receives, handles, sends and drops, and who comes and goes",
          "[observer]") {
    told.clear();
    converse<app::server_process<tenon::launch::thread, tenon::codec::json, noting>>();
    REQUIRE(!told.empty());
    CHECK(told[0] == "attached server json requests REP");
    CHECK(was_told("received requests ping [\"ping\",2]"));
    CHECK(was_told("handled requests ping "));
    CHECK(was_told("sent requests pong [\"pong\",2]"));
    CHECK(was_told("received requests forget_me [\"forget_me\",null]"));
    CHECK(was_told("dropped requests throw_it_away handler failed"));
    CHECK(!was_told("handled requests throw_it_away "));
    CHECK(was_told("sent requests failure [\"failure\",{\"code\":101,\"text\":\"not today\"}]"));
    CHECK(was_told("dropped requests  unknown message"));
    CHECK(was_told("requests listening"));
    CHECK(was_told("requests accepted"));
    CHECK(was_told("requests handshake_succeeded"));
    for (std::string const& line : told) CHECK(line.find("in no time") == std::string::npos);
}

TEST_CASE("the counting observer counts by port and message, and says why something was dropped", "[observer]") {
    using process = tenon::process<counted_server, tenon::launch::thread, tenon::codec::json, zmq, counting>;
    counted_server::counts = {};
    converse<process>();
    auto const& all = counted_server::counts;
    auto const  of  = [&](std::string_view message) -> auto const& { return all.counts("requests", message); };
    CHECK(of("ping").received == 3);
    CHECK(of("ping").sent == 0);
    CHECK(of("ping").handling.count == 3);
    CHECK(of("ping").handling.longest >= of("ping").handling.mean());
    CHECK(of("ping").handling.mean().count() > 0);
    CHECK(of("pong").sent == 3);
    CHECK(of("throw_it_away").received == 1);
    CHECK(of("throw_it_away").failures == 1);
    CHECK(of("throw_it_away").dropped() == 0);
    CHECK(of("throw_it_away").handling.count == 0);
    CHECK(of("misbehave").received == 3);
    CHECK(of("misbehave").failures == 1);
    CHECK(of("failure").sent == 3);
    CHECK(of("done").sent == 1);
    CHECK(of("").dropped(errc::unknown_message) == 1);
    CHECK(of("").dropped() == 1);
    CHECK(of("never heard of").received == 0);
    CHECK(all.counts("another port", "ping").received == 0);

    std::string const table = to_string(all);
    CHECK(table.find("mean us") != std::string::npos);
    CHECK(table.find("\nrequests         ping                          3          0        0        0") !=
          std::string::npos);
    CHECK(table.find("1x unknown message") != std::string::npos);
}

TEST_CASE("the counting observer allocates nothing once it has seen each kind of message", "[observer]") {
    counting             counts;
    tenon::traffic const one{"requests", "a message whose name does not fit into a std::string", {}};
    tenon::traffic const other{"requests", "ping", {}};
    auto const           round = [&] {
        for (auto const& each : {one, other}) {
            counts.received(each);
            counts.sent(each);
            counts.handled(each, 5us);
            counts.dropped({each.port, each.message, errc::late, {}});
            counts.dropped({each.port, each.message, errc::handler_failed, {}});
        }
    };
    round();
    std::size_t const before = allocations;
    for (int i = 0; i < 1000; ++i) round();
    std::size_t const after = allocations;
    CHECK(after == before);
    CHECK(counts.counts("requests", one.message).received == 1001);
    CHECK(counts.counts("requests", "ping").dropped(errc::late) == 1001);
    CHECK(counts.rows().size() == 2);
}

TEST_CASE("durations are counted in bins of powers of two", "[observer]") {
    tenon::observer::duration_counts counts;
    CHECK(counts.mean() == 0ns);
    CHECK(counts.quantile(0.5) == 0ns);
    for (int i = 0; i < 99; ++i) counts.add(100ns);
    counts.add(1ms);
    CHECK(counts.count == 100);
    CHECK(counts.longest == 1ms);
    CHECK(counts.mean() == 10'099ns);
    CHECK(counts.histogram[7] == 99);  // 64 to 127 ns
    CHECK(counts.quantile(0.5) == 127ns);
    CHECK(counts.quantile(0.99) == 127ns);
    CHECK(counts.quantile(1) == 1ms);
    counts.add(1h);  // beyond the last bin
    counts.add(-1ns);  // a clock that went back
    CHECK(counts.histogram.back() == 1);
    CHECK(counts.histogram.front() == 1);
    CHECK(counts.quantile(1) == 1h);
}

namespace {

/// zmq, with a clock that counts how often it is read.
struct clocked {
    using policy_kind = tenon::kind::transport;
    using clock       = zmq::clock;
    using frame       = zmq::frame;
    using socket      = zmq::socket;
    using poll_item   = zmq::poll_item;
    struct context : zmq::context {
        static inline int reads = 0;
        clock::time_point now() const noexcept {
            ++reads;
            return zmq::context::now();
        }
    };
};

/// How often a process with this observer reads the clock for so many requests.
template <class Observer>
int clock_reads(int requests) {
    clocked::context::reads = 0;
    using process = tenon::process<app::server, tenon::launch::thread, tenon::codec::json, clocked, Observer>;
    auto     child = tenon::start<process>(tenon::bind(app::server::requests, "127.0.0.1"));
    client<> peer{child.address(app::server::requests)};
    for (int i = 0; i < requests; ++i) peer.request(ping{i});
    child.terminate();
    CHECK(child.join() == 0);
    return clocked::context::reads;
}

}  // namespace

TEST_CASE("the clock is read for an observer that asks for it, and not for others", "[observer]") {
    // Once at the stop, perhaps twice.
    CHECK(clock_reads<tenon::observer::none>(100) < 10);
    CHECK(clock_reads<deaf>(100) < 10);
    CHECK(clock_reads<counting>(100) >= 200);
}

TEST_CASE("several observers have the members that one of them has, and each is told its part", "[observer]") {
    using tenon::observer::all;
    using namespace tenon::detail;
    using quiet = all<deaf, tenon::observer::none>;
    static_assert(is_observer<quiet> && !sees_sent<quiet> && !sees_received<quiet> && !sees_handled<quiet> &&
                  !sees_connections<quiet> && !sees_process<quiet>);
    using some = all<deaf, counting>;
    static_assert(sees_sent<some> && sees_received<some> && sees_handled<some>);
    static_assert(!sees_connections<some> && !sees_process<some>);
    using everything = all<some, noting>;
    static_assert(sees_connections<everything> && sees_process<everything> && sees_sent<everything>);

    told.clear();
    everything observer;
    observer.sent({"p", "m", tenon::as_bytes("body")});
    observer.dropped({"p", "m", errc::late, {}});
    observer.connection({"p", tenon::connection_change::accepted, {}, 0});
    CHECK(told == std::vector<std::string>{"sent p m body", "dropped p m reply came too late", "p accepted"});
    CHECK(observer.get<some>().get<deaf>().drops == 1);
    CHECK(observer.get<some>().get<counting>().counts("p", "m").sent == 1);
}

TEST_CASE("what happened is put into sentences", "[observer]") {
    using tenon::to_string;
    using enum tenon::connection_change;
    CHECK(to_string(tenon::incident{"requests", "ping", errc::handler_failed, "no such account"}) ==
          "port requests: message ping: handler failed: no such account");
    CHECK(to_string(tenon::incident{"requests", "", errc::malformed, "malformed message at byte 3"}) ==
          "port requests: malformed message at byte 3");
    CHECK(to_string(tenon::incident{{}, {}, errc::handler_failed, "a timer"}) == "handler failed: a timer");
    CHECK(to_string(tenon::connection_event{"requests", accepted, "tcp://127.0.0.1:5555", 0}) ==
          "port requests: accepted: tcp://127.0.0.1:5555");
    CHECK(to_string(tenon::connection_event{"requests", handshake_failed_auth, "tcp://127.0.0.1:5555", 400}) ==
          "port requests: handshake_failed_auth: tcp://127.0.0.1:5555: not authorised (400)");
    CHECK(to_string(tenon::connection_event{"requests", accept_failed, "tcp://127.0.0.1:5555", EMFILE}) ==
          "port requests: accept_failed: tcp://127.0.0.1:5555: Too many open files");
}

namespace {

struct how_many {};
struct seen {
    std::uint64_t accepted, disconnected, handshake_failures, handler_failed;
};
using conversation = tenon::protocol<tenon::request<how_many, seen>>;

/// Counts its peers by itself.
struct host {
    static constexpr auto door  = tenon::rep<"door", conversation>;
    static constexpr auto other = tenon::rep<"other", conversation>;
    static constexpr auto ports = tenon::ports(door, other);

    std::uint64_t accepted = 0, disconnected = 0;

    seen on(how_many const&, auto& process) {
        auto const& counters = process[door].counters();
        return {accepted, disconnected, counters.handshake_failures, counters.handler_failed};
    }
    void on(tenon::connection_event const& event, auto& process) {
        if (event.port != door.name) return;
        bool const here = event.endpoint == process[door].bound_address().to_string();
        if (event.what == tenon::connection_change::accepted && here) ++accepted;
        if (event.what == tenon::connection_change::disconnected) ++disconnected;
        if (is_handshake_failure(event.what)) throw tenon::error{errc::refused, "who was that?"};
    }
};

/// Listens at one of its ports only, and without the process.
struct listener {
    static constexpr auto door  = tenon::rep<"door", conversation>;
    static constexpr auto other = tenon::rep<"other", conversation>;
    static constexpr auto ports = tenon::ports(door, other);

    seen on(how_many const&) { return {}; }
    void on(decltype(door), tenon::connection_event const&) {}
};

/// A handler that takes anything is not meant for what ports tell.
struct taker_of_anything {
    static constexpr auto door = tenon::rep<"door", conversation>;

    seen on(how_many const&) { return {}; }
    void on(auto const&) {}
};

template <class App, class Port>
constexpr bool hears = tenon::detail::app_hears_connections<App, std::remove_const_t<Port>,
                                                            tenon::process<App, tenon::launch::thread, zmq>>();

}  // namespace

TEST_CASE("an app hears of its connections in the same loop, and peers that are not let in are counted", "[observer]") {
    static_assert(hears<host, decltype(host::door)> && hears<host, decltype(host::other)>);
    static_assert(hears<listener, decltype(listener::door)> && !hears<listener, decltype(listener::other)>);
    static_assert(!hears<taker_of_anything, decltype(taker_of_anything::door)>);
    static_assert(!hears<app::server, decltype(app::server::requests)>);

    told.clear();
    using process    = tenon::process<host, tenon::launch::thread, zmq, noting>;
    auto       child = tenon::start<process>(tenon::bind(host::door, "127.0.0.1"),
                                             tenon::bind(host::other, "127.0.0.1"));
    auto const where = child.address(host::door);
    using asking     = tenon::client<conversation, tenon::codec::json, zmq>;
    asking at_other{child.address(host::other)};
    CHECK(at_other.request(how_many{}).accepted == 0);
    {
        asking peer{where};
        while (peer.request(how_many{}).accepted < 1) {}
    }
    while (at_other.request(how_many{}).disconnected < 1) {}

    zmq::context context;
    zmq::socket  stranger{context, tenon::pattern::dealer};
    REQUIRE(zmq_setsockopt(stranger.native_handle(), ZMQ_PLAIN_USERNAME, "me", 2) == 0);
    REQUIRE(zmq_setsockopt(stranger.native_handle(), ZMQ_PLAIN_PASSWORD, "me", 2) == 0);
    stranger.connect(where);
    // The handler throws then, which is counted and told like any other.
    while (at_other.request(how_many{}).handler_failed < 1) {}
    CHECK(at_other.request(how_many{}).handshake_failures >= 1);
    stranger.close();
    child.terminate();
    CHECK(child.join() == 0);
    CHECK(was_told("dropped door connection_event request refused"));
    // It depends on which end finds out first that they do not suit each other.
    CHECK((was_told("door handshake_failed_protocol") || was_told("door handshake_failed")));
}

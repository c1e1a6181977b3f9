// What an orderly stop does with what was accepted: nothing of it is lost, pattern by pattern.
#include "by_hand.hpp"
#include "catch.hpp"
#include "own_links.hpp"

#include <tenon/tenon.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;

namespace {

constexpr int many = 700;  // below the high-water mark of 1000

struct job { int number; };
struct ask { int number; };
struct told { int number; };
using talk = tenon::protocol<tenon::request<ask, told>, tenon::command<job>, tenon::event<told>>;
using jobs = tenon::protocol<tenon::command<job>>;
using asks = tenon::protocol<tenon::request<ask, told>>;
using news = tenon::protocol<tenon::event<job>>;

/// Counts what was handed to the transport.
struct counting {
    using policy_kind = tenon::kind::observer;
    static inline int all_sent;

    void sent(tenon::traffic const&) noexcept { ++all_sent; }
    void dropped(tenon::incident const&) noexcept {}
};

template <class App>
using here = tenon::process<App, tenon::launch::here, zmq, counting, tenon::drain::within<30s, 30s>>;

/// A plain socket of the process's own context, linked to one of its ports by inproc: what it has sent has arrived.
template <class Process, class Port>
std::unique_ptr<zmq::socket> neighbour(Process& process, Port port, tenon::pattern pattern) {
    static int number = 0;
    auto const where  = process[port].bind(tenon::address{"inproc://neighbour-" + std::to_string(++number)});
    auto       socket = std::make_unique<zmq::socket>(process.context(), pattern);
    socket->connect(where);
    return socket;
}

/// Gets everything before it has handled anything, and stops at the first.
template <class App, class Port>
void accept_and_stop(App& app, auto& process, Port port, tenon::pattern pattern) {
    app.other = neighbour(process, port, pattern);
    for (int i = 0; i < many; ++i) app.say(i);
    process.after(0ms, [&process] { process.stop(); });
}

struct puller {
    static constexpr auto in    = tenon::pull<"in", jobs>;
    static constexpr auto ports = tenon::ports(in);
    static inline int     handled;

    std::unique_ptr<zmq::socket> other{};

    void on(tenon::started const&, auto& process) { accept_and_stop(*this, process, in, tenon::pattern::push); }
    void say(int i) { by_hand::send(*other, {"[\"job\"," + std::to_string(i) + "]"}); }
    void on(job const&) { ++handled; }
};

template <tenon::pattern Pattern>
struct answerer {
    static constexpr auto in    = tenon::port<Pattern, "in", asks>{};
    static constexpr auto ports = tenon::ports(in);

    std::unique_ptr<zmq::socket> other{};

    void on(tenon::started const&, auto& process) { accept_and_stop(*this, process, in, tenon::pattern::dealer); }
    void say(int i) { by_hand::send(*other, {"", "[\"ask\"," + std::to_string(i) + "]"}); }
    told on(ask const& a) { return {a.number}; }
};

struct paired {
    static constexpr auto in    = tenon::pair<"in", asks, tenon::server_side>;
    static constexpr auto ports = tenon::ports(in);

    std::unique_ptr<zmq::socket> other{};

    void on(tenon::started const&, auto& process) { accept_and_stop(*this, process, in, tenon::pattern::pair); }
    void say(int i) { by_hand::send(*other, {"me", "", "[\"ask\"," + std::to_string(i) + "]"}); }
    told on(ask const& a) { return {a.number}; }
};

}  // namespace

TEST_CASE("a stop handles all that a pull port has accepted", "[stop][pull]") {
    puller::handled = 0;
    CHECK(tenon::run<here<puller>>(tenon::unlinked(puller::in)) == 0);
    CHECK(puller::handled == many);
}

TEMPLATE_TEST_CASE("a stop answers all that a rep, router or pair port has accepted", "[stop][rep][router][pair]",
                   answerer<tenon::pattern::rep>, answerer<tenon::pattern::router>, paired) {
    counting::all_sent = 0;
    CHECK(tenon::run<here<TestType>>(tenon::unlinked(TestType::in)) == 0);
    CHECK(counting::all_sent == many);
}

namespace {

/// Subscribes, gets everything before it has handled anything, and stops.
struct listener {
    static constexpr auto in    = tenon::sub<"in", news>;
    static constexpr auto ports = tenon::ports(in);
    static inline int     handled;

    std::unique_ptr<zmq::socket> other{};

    void on(tenon::started const&, auto& process) {
        other = neighbour(process, in, tenon::pattern::xpub);
        wait_for_subscription(process);
    }
    void on(job const&) { ++handled; }

    /// The port has to turn until its neighbour has heard of it.
    void wait_for_subscription(auto& process) {
        process.after(1ms, [this, &process] {
            zmq::frame subscription;
            if (other->receive(subscription) != tenon::transport::io::done) return wait_for_subscription(process);
            for (int i = 0; i < many; ++i) by_hand::send(*other, {"job/", "[\"job\"," + std::to_string(i) + "]"});
            process.stop();
        });
    }
};

/// Waits for its subscriber, says a lot and stops at once.
struct publisher {
    static constexpr auto out   = tenon::pub<"out", news>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].when_subscribed(1, [&process] {
            for (int i = 0; i < many; ++i) process[out].send(job{i});
            process.stop();
        });
    }
};

}  // namespace

TEST_CASE("a stop handles all that a sub port has accepted", "[stop][sub]") {
    listener::handled = 0;
    CHECK(tenon::run<here<listener>>(tenon::unlinked(listener::in)) == 0);
    CHECK(listener::handled == many);
}

TEST_CASE("a stop sees off all that a pub port has sent", "[stop][pub]") {
    zmq::context context;
    zmq::socket  ear{context, tenon::pattern::sub};
    auto const   where = ear.bind("127.0.0.1");
    ear.subscribe(tenon::as_bytes("job/"));
    auto child = tenon::start<tenon::process<publisher, tenon::launch::thread, zmq>>(
        tenon::connect(publisher::out, where));
    for (int i = 0; i < many; ++i)
        REQUIRE(by_hand::receive(ear) == by_hand::frames{"job/", "[\"job\"," + std::to_string(i) + "]"});
    CHECK(child.join() == 0);
}

namespace {

/// Says a lot and stops at once.
template <tenon::pattern Pattern, class... Options>
struct speaker {
    using protocol = std::conditional_t<Pattern == tenon::pattern::push, jobs, talk>;
    static constexpr auto out   = tenon::port<Pattern, "out", protocol, Options...>{};
    static constexpr auto ports = tenon::ports(out);
    static inline int     outcomes, said;

    void on(tenon::started const&, auto& process) {
        for (int i = 0; i < many; ++i) said += process[out].send(job{i});
        if constexpr (Pattern != tenon::pattern::push)
            process[out].request(ask{1}, 1h, [](tenon::result<told> outcome) {
                outcomes += outcome.error().code == tenon::errc::stopped;
            });
        process.stop();
    }
    void on(told const&) {}
};

template <class App>
void speak_and_stop(tenon::pattern listener) {
    zmq::context context;
    zmq::socket  ear{context, listener};
    auto const   where = ear.bind("127.0.0.1");
    App::said = App::outcomes = 0;
    CHECK(tenon::run<here<App>>(tenon::connect(App::out, where)) == 0);
    CHECK(App::said == many);
    for (int i = 0; i < many; ++i)
        REQUIRE(by_hand::receive(ear).back() == "[\"job\"," + std::to_string(i) + "]");
}

}  // namespace

TEST_CASE("a stop sees off all that a push port has sent", "[stop][push]") {
    speak_and_stop<speaker<tenon::pattern::push>>(tenon::pattern::pull);
}

TEST_CASE("a stop sees off all that a dealer or pair port has sent, and ends its requests once",
          "[stop][dealer][pair]") {
    using dealer = speaker<tenon::pattern::dealer>;
    using pair   = speaker<tenon::pattern::pair, tenon::client_side>;
    speak_and_stop<dealer>(tenon::pattern::router);
    CHECK(dealer::outcomes == 1);
    speak_and_stop<pair>(tenon::pattern::pair);
    CHECK(pair::outcomes == 1);
}

namespace {

/// Has more to say than the transport takes, and stops: the rest waits in the port.
struct overflowing {
    static constexpr auto out =
        tenon::push<"out", jobs, tenon::overload::drop_oldest<1000>, tenon::high_water_mark<5>>;
    static constexpr auto ports = tenon::ports(out);

    static inline std::size_t waited;

    void on(tenon::started const&, auto& process) {
        for (int i = 0; i < many; ++i) process[out].send(job{i});
        waited = process[out].waiting_to_leave();
        process.stop();
    }
};

}  // namespace

TEST_CASE("a stop lets go what waits in a port as soon as there is room", "[stop][overload]") {
    zmq::context                     context;
    tenon::transport::socket_options options;
    options.receive_hwm = 5;
    zmq::socket ear{context, tenon::pattern::pull, options};
    auto const  where = ear.bind("127.0.0.1");
    using patient = tenon::drain::within<30s, 30s>;  // a busy machine takes more than a second over queues of five
    auto child    = tenon::start<tenon::process<overflowing, tenon::launch::thread, zmq, patient>>(
        tenon::connect(overflowing::out, where));
    for (int i = 0; i < many; ++i)
        REQUIRE(by_hand::receive(ear).back() == "[\"job\"," + std::to_string(i) + "]");
    CHECK(child.join() == 0);
    CHECK(overflowing::waited > 0);
}

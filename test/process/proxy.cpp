// Brokers and other proxies: nothing lost, nothing mixed up, steered by messages.
#include "by_hand.hpp"
#include "catch.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/launch/thread.hpp>
#include <tenon/process/proxy.hpp>
#include <tenon/tenon.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;
namespace proxy = tenon::proxy;

namespace proxy_test {

struct ask { int client; int number; };
struct told { int client; int number; int worker; };
struct get_count {};
struct count { int asked; };
using talk  = tenon::protocol<tenon::request<ask, told>>;
using check = tenon::protocol<tenon::request<get_count, count>>;

struct rep_worker {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto ports    = tenon::ports(requests);
    struct config { int worker; };

    config self;

    told on(ask const& a) { return {a.client, a.number, self.worker}; }
};

/// Answers two requests at a time, or a lonely one after a moment; the later one first.
struct router_worker {
    static constexpr auto requests = tenon::router<"requests", talk>;
    static constexpr auto ports    = tenon::ports(requests);
    struct config { int worker; };
    struct waiting_ask { ask asked; tenon::promise<told> later; };

    config                   self;
    std::vector<waiting_ask> waiting{};

    auto on(ask const& a, auto& process) {
        return process[requests].defer(a, [&](tenon::promise<told> later) {
            waiting.push_back({a, std::move(later)});
            if (waiting.size() == 2) return answer();
            process.after(5ms, [this] { answer(); });
        });
    }
    void answer() {
        for (; !waiting.empty(); waiting.pop_back()) {
            auto& last = waiting.back();
            last.later.answer(told{last.asked.client, last.asked.number, self.worker});
        }
    }
};

/// Takes requests and never answers.
struct black_hole {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto checks   = tenon::rep<"checks", check>;
    static constexpr auto ports    = tenon::ports(requests, checks);

    std::vector<tenon::promise<told>> waiting{};

    auto on(ask const& a, auto& process) {
        return process[requests].defer(a, [&](tenon::promise<told> later) { waiting.push_back(std::move(later)); });
    }
    count on(get_count const&) { return {static_cast<int>(waiting.size())}; }
};

}  // namespace proxy_test

namespace {

using namespace proxy_test;

template <class App>
using in_thread = tenon::process<App, tenon::launch::thread, zmq>;

auto start_broker() {
    return tenon::start<in_thread<tenon::broker>>(tenon::bind(tenon::broker::front, "127.0.0.1"),
                                                  tenon::bind(tenon::broker::back, "127.0.0.1"),
                                                  tenon::bind(tenon::broker::control, "127.0.0.1"));
}
template <class Worker>
auto start_worker(int number, tenon::address const& where) {
    return tenon::start<in_thread<Worker>>(typename Worker::config{number}, tenon::connect(Worker::requests, where));
}

std::string asked(int client, int number) {
    return R"(["ask",{"client":)" + std::to_string(client) + R"(,"number":)" + std::to_string(number) + "}]";
}
std::string answered(int client, int number, int worker) {
    return R"(["told",{"client":)" + std::to_string(client) + R"(,"number":)" + std::to_string(number) +
           R"(,"worker":)" + std::to_string(worker) + "}]";
}

}  // namespace

TEST_CASE("64 clients get 200 replies each through a broker, every one its own, from all 4 workers", "[proxy]") {
    constexpr std::size_t clients = 64, requests = 200;
    auto       broker = start_broker();
    auto const back   = broker.address(tenon::broker::back);
    auto       one    = start_worker<rep_worker>(0, back);
    auto       two    = start_worker<rep_worker>(1, back);
    auto       three  = start_worker<router_worker>(2, back);
    auto       four   = start_worker<router_worker>(3, back);

    zmq::context             context;
    std::vector<zmq::socket> sockets;
    for (std::size_t c = 0; c < clients; ++c) {
        sockets.emplace_back(context, tenon::pattern::dealer);
        sockets.back().connect(broker.address(tenon::broker::front));
    }
    for (std::size_t n = 0; n < requests; ++n)
        for (std::size_t c = 0; c < clients; ++c)
            by_hand::send(sockets[c], {std::to_string(n), "", asked(static_cast<int>(c), static_cast<int>(n))});

    std::array<std::size_t, 4> by_worker{};
    for (std::size_t c = 0; c < clients; ++c) {
        std::vector<int> replies(requests);
        for (std::size_t i = 0; i < requests; ++i) {
            auto const reply = by_hand::receive(sockets[c]);
            REQUIRE(reply.size() == 3);
            int const n      = std::stoi(reply[0]);
            int const worker = reply[2][reply[2].size() - 3] - '0';
            REQUIRE((worker >= 0 && worker < 4));
            REQUIRE(reply[2] == answered(static_cast<int>(c), n, worker));
            ++replies[static_cast<std::size_t>(n)];
            ++by_worker[static_cast<std::size_t>(worker)];
        }
        REQUIRE(replies == std::vector<int>(requests, 1));
    }
    for (std::size_t const each : by_worker) CHECK(each > 0);

    tenon::client<proxy::control> control{broker.address(tenon::broker::control)};
    auto const seen = control.request(proxy::get_statistics{});
    CHECK(seen.to_back.messages == clients * requests);
    CHECK(seen.to_front.messages == clients * requests);
    CHECK(seen.to_back.dropped + seen.to_front.dropped == 0);
    CHECK(seen.to_back.bytes > seen.to_back.messages * 30);
    control.send(proxy::terminate{});
    CHECK(broker.join() == 0);
}

TEST_CASE("envelopes pass a row of three brokers whole", "[proxy]") {
    auto first  = start_broker();
    auto behind = [](auto const& ahead) {
        return tenon::start<in_thread<tenon::broker>>(tenon::connect(tenon::broker::front, ahead),
                                                      tenon::bind(tenon::broker::back, "127.0.0.1"),
                                                      tenon::unlinked(tenon::broker::control));
    };
    // A broker may connect to the one before it just as well as the other way round.
    auto second = behind(first.address(tenon::broker::back));
    auto third  = behind(second.address(tenon::broker::back));
    auto worker = start_worker<rep_worker>(7, third.address(tenon::broker::back));

    tenon::client<talk> client{first.address(tenon::broker::front)};
    for (int i = 0; i < 100; ++i) {
        auto const reply = client.request(ask{1, i});
        REQUIRE((reply.number == i && reply.worker == 7));
    }
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::dealer};
    plain.connect(first.address(tenon::broker::front));
    by_hand::send(plain, {"hop", "", asked(2, 3)});
    CHECK(by_hand::receive(plain) == by_hand::frames{"hop", "", answered(2, 3, 7)});
}

TEST_CASE("a paused proxy passes nothing on, and everything after it is resumed", "[proxy]") {
    auto broker = start_broker();
    auto worker = start_worker<rep_worker>(0, broker.address(tenon::broker::back));
    tenon::client<proxy::control> control{broker.address(tenon::broker::control)};
    tenon::client<talk>           client{broker.address(tenon::broker::front)};
    REQUIRE(client.request(ask{0, 0}).worker == 0);

    CHECK(control.request(proxy::pause{}).paused);
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::dealer};
    plain.connect(broker.address(tenon::broker::front));
    for (int i = 0; i < 10; ++i) by_hand::send(plain, {"", asked(1, i)});
    CHECK(client.try_request(ask{0, 1}, 100ms).error().code == tenon::errc::timed_out);
    auto const held = control.request(proxy::get_statistics{});
    CHECK(held.paused);
    CHECK((held.to_back.messages == 1 && held.to_front.messages == 1));

    CHECK(!control.request(proxy::resume{}).paused);
    for (int i = 0; i < 10; ++i) CHECK(by_hand::receive(plain) == by_hand::frames{"", answered(1, i, 0)});
    CHECK(client.request(ask{0, 2}).number == 2);
    auto const after = control.request(proxy::get_statistics{});
    CHECK(after.to_back.messages == 13);
    CHECK(after.to_front.messages == 13);
    CHECK(client.late_replies() == 1);
}

TEST_CASE("a broker counts replies that nobody waits for, and goes on", "[proxy][hazard]") {
    auto         broker = start_broker();
    zmq::context context;
    zmq::socket  worker{context, tenon::pattern::dealer};
    worker.connect(broker.address(tenon::broker::back));
    by_hand::send(worker, {"nobody", "", "x"});
    by_hand::send(worker, {"no envelope"});
    zmq::socket client{context, tenon::pattern::dealer};
    client.connect(broker.address(tenon::broker::front));
    by_hand::send(client, {"", "question"});
    auto const question = by_hand::receive(worker);
    REQUIRE(question.size() == 3);
    by_hand::send(worker, {question[0], "", "answer"});
    CHECK(by_hand::receive(client) == by_hand::frames{"", "answer"});

    tenon::client<proxy::control> control{broker.address(tenon::broker::control)};
    auto const seen = control.request(proxy::get_statistics{});
    CHECK(seen.to_front.dropped == 2);
    CHECK(seen.to_front.messages == 1);
    CHECK(seen.to_front.bytes == 5 + 6);  // the first frame of a ROUTER's message is an id of 5 bytes
    CHECK(seen.to_back.dropped == 0);
}

namespace {

/// Sends requests, all at once, that are repeated if no reply comes.
struct persistent {
    static constexpr auto server = tenon::req<"server", talk, tenon::retry::times<50, 10ms, 20ms>>;
    static constexpr auto ports  = tenon::ports(server);

    static constexpr int           wanted = 20;
    static inline std::vector<int> replies, failures;

    void on(tenon::started const&, auto& process) {
        for (int i = 0; i < wanted; ++i)
            process[server].request(ask{0, i}, 300ms, [this, &process, i](tenon::result<told> const& outcome) {
                ++(outcome && outcome->number == i ? replies : failures)[static_cast<std::size_t>(i)];
                if (++outcomes == wanted) process.stop();
            });
    }

    int outcomes = 0;
};

}  // namespace

TEST_CASE("a worker is killed behind a broker, and repeated requests have one outcome each", "[proxy][hazard]") {
    persistent::replies.assign(persistent::wanted, 0);
    persistent::failures.assign(persistent::wanted, 0);
    auto       broker = start_broker();
    auto const back   = broker.address(tenon::broker::back);
    using spawned     = tenon::process<black_hole, tenon::launch::spawn, zmq>;
    auto hole         = tenon::start<spawned>(tenon::connect(black_hole::requests, back),
                                              tenon::bind(black_hole::checks, "127.0.0.1"));
    auto asker = tenon::start<in_thread<persistent>>(
        tenon::connect(persistent::server, broker.address(tenon::broker::front)));
    {
        tenon::client<check> checks{hole.address(black_hole::checks)};
        while (checks.request(get_count{}).asked < persistent::wanted) {}
    }
    hole.kill();
    hole.join();
    auto worker = start_worker<rep_worker>(1, back);
    CHECK(asker.join() == 0);
    CHECK(persistent::replies == std::vector<int>(persistent::wanted, 1));
    CHECK(persistent::failures == std::vector<int>(persistent::wanted, 0));
}

namespace {

template <tenon::pattern Front, tenon::pattern Back, class... BackOptions>
using narrow = tenon::proxy_app<tenon::opaque_port<Front, "front", tenon::high_water_mark<5>>,
                                tenon::opaque_port<Back, "back", tenon::high_water_mark<5>, BackOptions...>>;

tenon::transport::socket_options narrow_options() {
    tenon::transport::socket_options options;
    options.send_hwm = options.receive_hwm = 5;
    options.publisher_waits                = true;
    return options;
}

// Large, so that the buffers of TCP hold few of them.
constexpr std::size_t large = 100'000;

zmq::frame numbered(int number) {
    zmq::frame made{large};
    std::fill_n(made.data(), large, std::byte{'x'});
    auto const digits = std::to_string(number) + " ";
    std::copy(digits.begin(), digits.end(), reinterpret_cast<char*>(made.data()));
    return made;
}
int number_of(std::string const& frame) { return frame.size() == large ? std::stoi(frame) : -1; }

}  // namespace

TEST_CASE("a streamer holds up its senders when nobody reads, and loses nothing", "[proxy][hazard]") {
    using app  = narrow<tenon::pattern::pull, tenon::pattern::push>;
    auto child = tenon::start<in_thread<app>>(tenon::bind(app::front, "127.0.0.1"), tenon::bind(app::back, "127.0.0.1"),
                                              tenon::bind(app::control, "127.0.0.1"));
    zmq::context context;
    zmq::socket  source{context, tenon::pattern::push, narrow_options()};
    zmq::socket  sink{context, tenon::pattern::pull, narrow_options()};
    source.connect(child.address(app::front));
    sink.connect(child.address(app::back));

    constexpr int most = 2000;
    int           sent = 0;
    for (zmq::frame part = numbered(0); sent < most && zmq::wait(source, POLLOUT, 100ms);)
        if (source.send(part) == tenon::transport::io::done) part = numbered(++sent);
    CHECK(sent < most);
    for (int i = 0; i < sent; ++i) REQUIRE(number_of(by_hand::receive(sink).front()) == i);
    REQUIRE(zmq::wait(source, POLLOUT, 10s));
    by_hand::send(source, {"last"});
    CHECK(by_hand::receive(sink) == by_hand::frames{"last"});
    tenon::client<proxy::control> control{child.address(app::control)};
    auto const seen = control.request(proxy::get_statistics{});
    CHECK(seen.to_back.messages == static_cast<std::uint64_t>(sent) + 1);
    CHECK(seen.to_back.bytes == static_cast<std::uint64_t>(sent) * large + 4);
}

TEST_CASE("a forwarder whose subscribers set the pace loses no event to a slow one", "[proxy][hazard]") {
    using app  = narrow<tenon::pattern::xsub, tenon::pattern::xpub, tenon::overload::fail>;
    auto child = tenon::start<in_thread<app>>(tenon::bind(app::front, "127.0.0.1"), tenon::bind(app::back, "127.0.0.1"),
                                              tenon::unlinked(app::control));
    zmq::context context;
    zmq::socket  source{context, tenon::pattern::xpub, narrow_options()};
    zmq::socket  sink{context, tenon::pattern::sub, narrow_options()};
    source.connect(child.address(app::front));
    sink.connect(child.address(app::back));
    sink.subscribe({});
    REQUIRE(by_hand::receive(source) == by_hand::frames{"\1"});

    // The subscriber reads only when the publisher cannot go on.
    constexpr int many = 1000;
    int           read = 0, full = 0;
    auto const    read_one = [&] { return number_of(by_hand::receive(sink).front()) == read++; };
    for (int i = 0; i < many; ++i) {
        zmq::frame part = numbered(i);
        while (source.send(part) != tenon::transport::io::done) {
            static_cast<void>(zmq::wait(source, POLLOUT, 0ms));  // libzmq notices room when it is asked
            if (source.send(part) == tenon::transport::io::done) break;
            ++full;
            if (read < i) REQUIRE(read_one());
        }
    }
    while (read < many) REQUIRE(read_one());
    CHECK(full > 0);
}

TEST_CASE("a forwarder passes subscriptions once each, and events in all their parts", "[proxy]") {
    auto child = tenon::start<in_thread<tenon::forwarder>>(tenon::bind(tenon::forwarder::front, "127.0.0.1"),
                                                           tenon::bind(tenon::forwarder::back, "127.0.0.1"),
                                                           tenon::unlinked(tenon::forwarder::control));
    zmq::context                     context;
    tenon::transport::socket_options verbose;
    verbose.all_subscriptions = true;
    zmq::socket source{context, tenon::pattern::xpub, verbose};
    source.connect(child.address(tenon::forwarder::front));
    zmq::socket one{context, tenon::pattern::sub};
    one.connect(child.address(tenon::forwarder::back));
    one.subscribe(tenon::as_bytes("a"));
    CHECK(by_hand::receive(source) == by_hand::frames{"\1a"});
    {
        zmq::socket two{context, tenon::pattern::sub};
        two.connect(child.address(tenon::forwarder::back));
        two.subscribe(tenon::as_bytes("a"));
        two.subscribe(tenon::as_bytes("b"));
        CHECK(by_hand::receive(source) == by_hand::frames{"\1b"});

        by_hand::send(source, {"c", "for nobody"});
        by_hand::send(source, {"a1", "", "x", "y"});
        by_hand::send(source, {"b1"});
        CHECK(by_hand::receive(one) == by_hand::frames{"a1", "", "x", "y"});
        CHECK(by_hand::receive(two) == by_hand::frames{"a1", "", "x", "y"});
        CHECK(by_hand::receive(two) == by_hand::frames{"b1"});
        one.unsubscribe(tenon::as_bytes("a"));
        one.subscribe(tenon::as_bytes("d"));
        CHECK(by_hand::receive(source) == by_hand::frames{"\1d"});
    }
    // The last one to want them is gone without a word.
    std::vector<std::string> gone{by_hand::receive(source).front(), by_hand::receive(source).front()};
    std::sort(gone.begin(), gone.end());
    CHECK(gone == std::vector<std::string>{std::string{"\0a", 2}, std::string{"\0b", 2}});
}

namespace {

/// A plain socket of the process's own context, linked to one of its ports by inproc: what it has sent has arrived.
template <class Process, class Port>
std::unique_ptr<zmq::socket> neighbour(Process& process, Port port, tenon::pattern pattern) {
    auto const where  = process[port].bind(tenon::address{"inproc://neighbour"});
    auto       socket = std::make_unique<zmq::socket>(process.context(), pattern);
    socket->connect(where);
    return socket;
}

/// Has 700 messages waiting in front when it stops, more than go out at once; perhaps paused.
struct stopping_streamer : narrow<tenon::pattern::pull, tenon::pattern::push> {
    using base = narrow<tenon::pattern::pull, tenon::pattern::push>;
    using base::on;

    static constexpr int many = 700;
    static inline bool   pauses;

    std::unique_ptr<zmq::socket> source{};

    void on(tenon::started const&, auto& process) {
        source = neighbour(process, front, tenon::pattern::push);
        if (pauses) pause(process);
        for (int i = 0; i < many; ++i) by_hand::send(*source, {std::to_string(i), "job"});
        process.after(0ms, [&process] { process.stop(); });
    }
};

}  // namespace

TEST_CASE("a stop passes on what a proxy has accepted, paused or not", "[proxy][stop]") {
    stopping_streamer::pauses = GENERATE(false, true);
    zmq::context context;
    zmq::socket  sink{context, tenon::pattern::pull, narrow_options()};
    auto const   where = sink.bind("127.0.0.1");
    auto child = tenon::start<in_thread<stopping_streamer>>(tenon::unlinked(stopping_streamer::front),
                                                            tenon::connect(stopping_streamer::back, where),
                                                            tenon::unlinked(stopping_streamer::control));
    for (int i = 0; i < stopping_streamer::many; ++i)
        REQUIRE(by_hand::receive(sink) == by_hand::frames{std::to_string(i), "job"});
    CHECK(child.join() == 0);
}

namespace {

/// Sees what is given up.
struct dropping {
    using policy_kind = tenon::kind::observer;
    static inline std::vector<tenon::errc> seen;

    void dropped(tenon::incident const& what) { seen.push_back(what.reason); }
};

/// Has accepted a request, and there is no worker.
struct lonely_broker : tenon::broker {
    using tenon::broker::on;

    std::unique_ptr<zmq::socket> source{};

    void on(tenon::started const&, auto& process) {
        source = neighbour(process, front, tenon::pattern::dealer);
        by_hand::send(*source, {"", "anybody?"});
        process.after(0ms, [&process] { process.stop(); });
    }
};

}  // namespace

TEST_CASE("a proxy that stops with nobody to pass a message on to gives it up and says so", "[proxy][stop]") {
    dropping::seen.clear();
    using process = tenon::process<lonely_broker, tenon::launch::here, zmq, dropping>;
    CHECK(tenon::run<process>(tenon::unlinked(tenon::broker::front), tenon::unlinked(tenon::broker::back),
                              tenon::unlinked(tenon::broker::control)) == 0);
    CHECK(dropping::seen == std::vector<tenon::errc>{tenon::errc::stopped});
}

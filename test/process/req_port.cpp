// Requests from inside a process: a req port asks, many at once, each with exactly one outcome.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using app::ping;
using app::pong;
using app::server;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

/// What an asking process saw. The tests run it in this thread with launch::here, so it is there when it has ended.
std::vector<std::string> seen;

std::string text_of(tenon::result<pong> const& outcome) {
    return outcome ? "pong " + std::to_string(outcome->count) : std::string{describe(outcome.error().code)};
}

struct asking_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    int asked = 0, answered = 0;

    void on(tenon::started const&, auto& process) {
        for (; asked < 100; ++asked)
            process[server].request(ping{asked}, 10s, [this, &process, i = asked](tenon::result<pong> outcome) {
                if (text_of(outcome) != "pong " + std::to_string(i)) seen.push_back(text_of(outcome));
                // A handler of a reply may ask again.
                if (++answered == 100)
                    process[server].request(ping{1000}, 10s, [&process](tenon::result<pong> last) {
                        seen.push_back(text_of(last));
                        process.stop();
                    });
            });
    }
};

using asking_process = tenon::process<asking_app, tenon::launch::here, tenon::transport::zmq>;

auto serve() {
    return tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
}

}  // namespace

TEST_CASE("a process asks many requests at once through its req port", "[req]") {
    seen.clear();
    auto child = serve();
    CHECK(tenon::run<asking_process>(tenon::connect(asking_app::server, child.address(server::requests))) == 0);
    CHECK(seen == std::vector<std::string>{"pong 1000"});
}

namespace {

struct impatient_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        process[server].request(ping{1}, 20ms, [&process](tenon::result<pong> outcome) {
            seen.push_back(text_of(outcome));
            seen.push_back(std::to_string(process[server].counters().timed_out));
            process.stop();
        });
        process[server].request(ping{2}, 1h, [](tenon::result<pong> outcome) { seen.push_back(text_of(outcome)); });
        process[server].request(app::misbehave{"\xff"}, 1h, [](tenon::result<app::done> outcome) {
            seen.push_back(std::string{describe(outcome.error().code)});
        });
        seen.push_back("asked " + std::to_string(process[server].pending()));
    }
};

}  // namespace

TEST_CASE("every request ends: at its deadline, at a stop, or at once if it cannot be encoded", "[req]") {
    seen.clear();
    zmq::context silent_context;
    zmq::socket  silent{silent_context, tenon::pattern::rep};
    auto const   where = silent.bind("127.0.0.1");
    using process      = tenon::process<impatient_app, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(impatient_app::server, where)) == 0);
    CHECK(seen == std::vector<std::string>{"asked 3", "text is not valid UTF-8", "timed out", "1", "stopped"});
}

namespace {

/// Asks a server by hand in the same thread: the loop watches its socket beside the ports.
struct late_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        process[server].request(ping{1}, 1ms, [this, &process](tenon::result<pong> outcome) {
            seen.push_back(text_of(outcome));
            ask_on(process);
        });
    }
    void ask_on(auto& process) {
        process[server].request(ping{2}, 10s, [this, &process](tenon::result<pong> outcome) {
            seen.push_back(text_of(outcome));
            ask_last(process);
        });
    }
    void ask_last(auto& process) {
        process[server].request(ping{3}, 10s, [&process](tenon::result<pong> outcome) {
            seen.push_back(text_of(outcome));
            seen.push_back("undecodable " + std::to_string(process[server].counters().undecodable));
            seen.push_back("late " + std::to_string(process[server].counters().late));
            seen.push_back("wrong frames " + std::to_string(process[server].counters().wrong_frames));
            process.stop();
        });
    }
};

}  // namespace

TEST_CASE("late and malformed replies are dropped and counted", "[req]") {
    seen.clear();
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::router};
    auto const   where = peer.bind("127.0.0.1");
    peer.disown();
    std::thread server{[&] {
        std::vector<std::vector<zmq::frame>> requests;
        auto const receive_until = [&](std::size_t count) {
            while (requests.size() < count) {
                std::vector<zmq::frame> frames;
                do {
                    frames.emplace_back();
                    while (peer.receive(frames.back()) != tenon::transport::io::done) zmq::wait(peer, POLLIN, 10s);
                } while (frames.back().more());
                requests.push_back(std::move(frames));
            }
        };
        receive_until(2);
        auto const send = [&](std::vector<zmq::frame> frames) {
            for (std::size_t i = 0; i < frames.size(); ++i) peer.send(frames[i], i + 1 < frames.size());
        };
        auto const reply = [&](std::size_t to, char const* body) {
            std::vector<zmq::frame> frames;
            for (int i = 0; i < 3; ++i) frames.emplace_back(requests[to][static_cast<std::size_t>(i)].view());
            frames.emplace_back(tenon::as_bytes(body));
            return frames;
        };
        send(reply(0, R"(["pong",1])"));
        auto odd = reply(0, R"(["pong",1])");
        odd.pop_back();
        send(std::move(odd));
        send(reply(1, R"(["pong",2])"));
        send(reply(1, R"(["pong",2])"));
        receive_until(3);
        send(reply(2, "garbage"));
        peer.disown();
    }};
    using process = tenon::process<late_app, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(late_app::server, where)) == 0);
    server.join();
    CHECK(seen == std::vector<std::string>{"timed out", "pong 2", "malformed message", "undecodable 1", "late 2",
                                           "wrong frames 1"});
}

namespace {

/// A middleman: it answers at one port what it asks at another. The command goes straight through.
struct telling_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        REQUIRE(process[server].send(app::forget_me{}));
        REQUIRE(process[server].send(app::plzdiekthxbye{}));
        process.stop();
    }
};

}  // namespace

TEST_CASE("commands sent before a stop arrive", "[req]") {
    auto child    = serve();
    using process = tenon::process<telling_app, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(telling_app::server, child.address(server::requests))) == 0);
    CHECK(child.join(10s).has_value());
}

namespace {

/// Asks again whenever it is refused, as long as that is accepted; the third refusal stops it.
struct stubborn_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    int refused = 0;

    void on(tenon::started const&, auto& process) { ask(process); }
    void ask(auto& process) {
        auto const accepted = process[server].request(ping{1}, 1ms, [this, &process](tenon::result<pong> outcome) {
            seen.push_back(text_of(outcome));
            if (++refused == 2) process.stop();
            ask(process);
        });
        if (!accepted) seen.push_back("not accepted");
    }
};

/// What a silent server is: it is connected to, and never answers.
struct silent_server {
    zmq::context   context;
    zmq::socket    socket{context, tenon::pattern::rep};
    tenon::address where = socket.bind("127.0.0.1");
};

}  // namespace

TEST_CASE("asking again on every failure does not keep a process from stopping", "[req]") {
    seen.clear();
    silent_server server;
    using process = tenon::process<stubborn_app, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(stubborn_app::server, server.where)) == 0);
    CHECK(seen == std::vector<std::string>{"timed out", "timed out", "stopped", "not accepted"});
}

namespace {

int asked = 0, ended = 0;

/// Asks one server for each request of another; the first request stops it.
struct relay_app {
    static constexpr auto out   = tenon::req<"out", app::ping_pong>;
    static constexpr auto in    = tenon::rep<"in", app::ping_pong>;
    static constexpr auto ports = tenon::ports(out, in);

    pong on(ping const& p, auto& process) {
        ++asked;
        process[out].request(ping{p.count}, 1h, [](tenon::result<pong>) { ++ended; });
        process.stop();
        return {p.count};
    }
    app::done     on(app::misbehave const&) { return {}; }
    app::counters on(app::how_are_you const&) { return {}; }
    void          on(app::forget_me const&) {}
    void          on(app::throw_it_away const&) {}
    void          on(app::plzdiekthxbye const&) {}
};

}  // namespace

TEST_CASE("what the last handlers ask while a process stops has an outcome too", "[req]") {
    asked = ended = 0;
    silent_server nobody;
    auto child = tenon::start<tenon::process<relay_app, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::connect(relay_app::out, nobody.where), tenon::bind(relay_app::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::dealer};
    peer.connect(child.address(relay_app::in));
    for (int i = 0; i < 300; ++i) {
        zmq::frame delimiter, part{tenon::as_bytes(R"(["ping",1])")};
        while (peer.send(delimiter, true) != tenon::transport::io::done) REQUIRE(zmq::wait(peer, POLLOUT, 10s));
        REQUIRE(peer.send(part, false) == tenon::transport::io::done);
    }
    CHECK(child.join() == 0);
    CHECK(asked >= 1);
    CHECK(ended == asked);
}

namespace {

/// Throws wherever it is called back; a timer that is not disturbed by that ends it.
struct thrower_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        process[server].request(ping{1}, 1ms, [](tenon::result<pong> outcome) {
            static_cast<void>(outcome.value());  // throws: there is no reply
        });
        process.post([] { throw 1; });
        process.after(2ms, [&process] {
            process.after(1ms, [&process] {
                seen.push_back("failed " + std::to_string(process[server].counters().handler_failed));
                process.stop();
            });
            throw std::runtime_error{"in a timer"};
        });
    }
};

struct listener {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const& what) { seen.push_back(std::string{what.text}); }
};

}  // namespace

TEST_CASE("a callback that throws is told to the observer, and the process goes on", "[req][errors]") {
    seen.clear();
    silent_server server;
    using process = tenon::process<thrower_app, tenon::launch::here, tenon::transport::zmq, listener>;
    CHECK(tenon::run<process>(tenon::connect(thrower_app::server, server.where)) == 0);
    auto const told = [](char const* text) { return std::count(seen.begin(), seen.end(), text); };
    CHECK(told("an exception that is no std::exception") == 1);
    CHECK(told("no reply came in time") == 1);
    CHECK(told("in a timer") == 1);
    CHECK(told("failed 1") == 1);

    using strict = tenon::process<thrower_app, tenon::launch::here, tenon::transport::zmq, tenon::errors::stop>;
    CHECK(tenon::run<strict>(tenon::connect(thrower_app::server, server.where)) == 1);
}

namespace {

/// Waits for a reply that never comes, and throws in a timer.
struct failing_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        process[server].request(ping{1}, 1h, [](tenon::result<pong> outcome) { seen.push_back(text_of(outcome)); });
        process.after(1ms, [] { throw std::runtime_error{"in a timer"}; });
    }
};

}  // namespace

TEST_CASE("a process that ends by an exception gives its requests an outcome first", "[req][errors]") {
    seen.clear();
    silent_server server;
    using process = tenon::process<failing_app, tenon::launch::here, tenon::transport::zmq, tenon::errors::stop>;
    CHECK(tenon::run<process>(tenon::connect(failing_app::server, server.where)) == 1);
    CHECK(seen == std::vector<std::string>{"stopped"});
}

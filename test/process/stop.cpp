// Ways to stop, and what a stop does with what was accepted.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/launch/spawn.hpp>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::client;
using app::server;
using zmq = tenon::transport::zmq;

namespace {

enum class way { handler, timer, other_thread, post, signal_int, signal_term };

/// Stops itself in the way it is told, once it is running.
struct self_stopper {
    struct config { int how; };
    config settings;

    std::jthread helper{};

    void on(tenon::started const&, auto& process) {
        switch (static_cast<way>(settings.how)) {
            case way::handler: return process.stop(3);
            case way::timer: process.after(1ms, [&process] { process.stop(3); }); return;
            case way::other_thread: helper = std::jthread{[&process] { process.stop(); }}; return;
            case way::post:
                helper = std::jthread{[&process] { process.post([&process] { process.stop(3); }); }};
                return;
            case way::signal_int: ::kill(::getpid(), SIGINT); return;
            case way::signal_term: ::kill(::getpid(), SIGTERM); return;
        }
    }
};

}  // namespace

TEST_CASE("a process stops from a handler, a timer, another thread, a post or a signal", "[stop]") {
    auto const how =
        GENERATE(way::handler, way::timer, way::other_thread, way::post, way::signal_int, way::signal_term);
    using process  = tenon::process<self_stopper, tenon::launch::fork, tenon::transport::zmq>;
    auto child     = tenon::start<process>(self_stopper::config{static_cast<int>(how)});
    bool const with_code = how == way::handler || how == way::timer || how == way::post;
    CHECK(child.join() == (with_code ? 3 : 0));
}

TEST_CASE("signals sent to a child process stop it in good order", "[stop]") {
    auto const signal = GENERATE(SIGINT, SIGTERM);
    auto child = tenon::start<app::server_process<tenon::launch::spawn>>(tenon::bind(server::requests, "127.0.0.1"));
    client<> peer{child.address(server::requests)};
    REQUIRE(peer.request(app::ping{1}).count == 1);
    REQUIRE(::kill(child.pid(), signal) == 0);
    CHECK(child.join() == 0);
}

TEST_CASE("a thread's process leaves the program's signals alone", "[stop]") {
    auto child = tenon::start<app::server_process<tenon::launch::thread>>(tenon::bind(server::requests, "127.0.0.1"));
    sigset_t now;
    REQUIRE(::pthread_sigmask(SIG_SETMASK, nullptr, &now) == 0);
    CHECK(sigismember(&now, SIGINT) == 0);
    CHECK(sigismember(&now, SIGTERM) == 0);
    child.terminate();
    CHECK(child.join() == 0);
}

namespace {

struct job { int number; };
struct job_done { int number; };
using jobs = tenon::protocol<tenon::request<job, job_done>>;

/// How many jobs the app below has handled, in order.
int handled = 0;

/// Fills its own queue before its loop runs, over inproc, where a message that is sent has arrived. The first job that
/// it handles stops it.
struct quitter {
    static constexpr auto requests = tenon::rep<"requests", jobs>;
    static constexpr auto ports    = tenon::ports(requests);
    static constexpr int  count    = 300;  // more than the loop takes from a socket in one turn

    std::optional<zmq::socket> peer{};

    void on(tenon::started const&, auto& process) {
        peer.emplace(process.context(), tenon::pattern::dealer);
        peer->connect(process[requests].bind("inproc://requests"));
        for (int i = 0; i < count; ++i) {
            zmq::frame delimiter, part{tenon::as_bytes("[\"job\"," + std::to_string(i) + "]")};
            REQUIRE(peer->send(delimiter, true) == tenon::transport::io::done);
            REQUIRE(peer->send(part, false) == tenon::transport::io::done);
        }
    }
    job_done on(job const& j, auto& process) {
        handled = j.number == handled ? handled + 1 : -1;
        process.stop();
        return {j.number};
    }
};

/// Waits until the child is really stopped by SIGSTOP.
void freeze(pid_t child) {
    REQUIRE(::kill(child, SIGSTOP) == 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
    REQUIRE(WIFSTOPPED(status));
}

}  // namespace

TEST_CASE("what was accepted before a stop is handled", "[stop][hazard]") {
    handled = 0;
    using process = tenon::process<quitter, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::bind(quitter::requests, "127.0.0.1")) == 0);
    CHECK(handled == quitter::count);
}

TEST_CASE("what was accepted before a stop is answered and flushed", "[stop][hazard]") {
    auto child = tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    constexpr int requests = 300;
    zmq::context  context;
    zmq::socket   peer{context, tenon::pattern::dealer};
    peer.connect(child.address(server::requests));
    auto const send = [&](std::string const& body) {
        zmq::frame delimiter, part{tenon::as_bytes(body)};
        while (peer.send(delimiter, true) != tenon::transport::io::done) REQUIRE(zmq::wait(peer, POLLOUT, 10s));
        REQUIRE(peer.send(part, false) == tenon::transport::io::done);
    };
    // The stop comes last on an ordered stream: all requests are handled before it, and then the child ends, perhaps
    // with most of the answers still in its queues.
    for (int i = 0; i < requests; ++i) send("[\"ping\"," + std::to_string(i) + "]");
    send(R"(["plzdiekthxbye",null])");
    int answered = 0;
    while (answered < requests) {
        zmq::frame part;
        if (peer.receive(part) != tenon::transport::io::done) {
            REQUIRE(zmq::wait(peer, POLLIN, 10s));
            continue;
        }
        if (!part.more()) CHECK(tenon::as_text(part.view()) == "[\"pong\"," + std::to_string(answered++) + "]");
    }
    CHECK(child.join() == 0);
}

TEST_CASE("a second signal while a process stops does not kill it", "[stop]") {
    auto child = tenon::start<app::server_process<tenon::launch::fork>>(tenon::bind(server::requests, "127.0.0.1"));
    freeze(child.pid());
    REQUIRE(::kill(child.pid(), SIGINT) == 0);
    REQUIRE(::kill(child.pid(), SIGTERM) == 0);
    REQUIRE(::kill(child.pid(), SIGCONT) == 0);
    CHECK(child.join() == 0);
}

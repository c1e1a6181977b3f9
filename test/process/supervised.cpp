// Processes that are started again when they crash: their addresses, their clients, their configuration.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/launch/spawn.hpp>
#include <tenon/launch/supervised.hpp>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <string>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::client;
using app::server;
namespace launch = tenon::launch;

namespace {

constexpr launch::restart eager{.times = launch::restart::unlimited, .backoff = 1ms, .backoff_max = 20ms};

/// Lets a test wait for restarts.
struct counting {
    static void crashed(launch::restart_report const&) {}
    static void gave_up(launch::restart_report const&) {}
    static void restarted(launch::restart_report const&) {
        std::lock_guard const lock{mutex};
        ++restarts;
        changed.notify_all();
    }

    static bool wait(int count) {
        std::unique_lock lock{mutex};
        return changed.wait_for(lock, 20s, [&] { return restarts >= count; });
    }
    static void clear() {
        std::lock_guard const lock{mutex};
        restarts = 0;
    }

    static inline std::mutex              mutex;
    static inline std::condition_variable changed;
    static inline int                     restarts = 0;
};

template <class Inner, class... More>
using supervised_server = app::server_process<launch::supervised<Inner, eager, counting>, tenon::codec::json, More...>;

/// Repeats a request whose server may be about to come up again, as a client of a crashing server has to.
bool answers(client<>& peer) {
    auto const deadline = std::chrono::steady_clock::now() + 20s;
    for (int i = 1; std::chrono::steady_clock::now() < deadline; ++i) {
        auto const got = peer.try_request(app::ping{i}, 200ms);
        if (got) return got->count == i;
    }
    return false;
}

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) == -1; }

}  // namespace

TEMPLATE_TEST_CASE("a client keeps talking to a server that is killed and started again", "[process][hazard]",
                   launch::fork, launch::spawn) {
    counting::clear();
    {
        auto       child = tenon::start<supervised_server<TestType>>(tenon::bind(server::requests, "127.0.0.1"));
        auto const where = child.address(server::requests);
        client<>   peer{where};
        for (int crash = 1; crash <= 5; ++crash) {
            REQUIRE(answers(peer));
            REQUIRE(::kill(child.pid(), SIGKILL) == 0);
            REQUIRE(counting::wait(crash));
        }
        CHECK(answers(peer));
        CHECK(child.alive());
        CHECK(child.restarts() == 5);
        CHECK(child.address(server::requests) == where);
        peer.send(app::plzdiekthxbye{});  // an end of its own will is none to be undone
        CHECK(child.join() == 0);
    }
    CHECK(no_children());
}

TEST_CASE("a process that is started again keeps all of its addresses", "[process]") {
    counting::clear();
    std::string const socket = "ipc:///tmp/tenon-supervised-" + std::to_string(::getpid()) + ".sock";
    auto child = tenon::start<supervised_server<launch::fork>>(
        tenon::bind(server::requests, "127.0.0.1"), tenon::bind(server::requests, socket),
        tenon::bind(server::requests, "127.0.0.1"));
    auto const all = child.addresses(server::requests);
    REQUIRE(all.size() == 3);
    REQUIRE(::kill(child.pid(), SIGKILL) == 0);
    REQUIRE(counting::wait(1));
    for (auto const& where : all) {
        client<> peer{where};
        CHECK(answers(peer));
    }
}

TEST_CASE("a process that ends by an exception is started again", "[process]") {
    counting::clear();
    auto child = tenon::start<supervised_server<launch::fork, tenon::errors::stop>>(
        tenon::bind(server::requests, "127.0.0.1"));
    client<> peer{child.address(server::requests)};
    peer.send(app::throw_it_away{});
    REQUIRE(counting::wait(1));
    CHECK(answers(peer));
    child.terminate();
    CHECK(child.join() == 0);
}

namespace {

/// Binds an address of its own besides those of its plan, and ends with the code that it is asked for.
struct end_with { int code; };
struct greet {};
struct greeting { std::string text; };
using conversation = tenon::protocol<tenon::request<greet, greeting>, tenon::command<end_with>>;

struct greeter {
    struct config { std::string text; };
    config settings;

    static constexpr auto requests = tenon::rep<"requests", conversation>;
    static constexpr auto ports    = tenon::ports(requests);

    void on(tenon::started const&, auto& process) { process[requests].bind("127.0.0.1"); }
    greeting on(greet const&) { return {settings.text}; }
    void on(end_with const& end, auto& process) { process.stop(end.code); }
};

}  // namespace

TEMPLATE_TEST_CASE("a process that is started again has the configuration of its first start", "[process]",
                   launch::fork, launch::spawn) {
    counting::clear();
    using process  = tenon::process<greeter, launch::supervised<TestType, eager, counting>, tenon::transport::zmq>;
    using asker    = tenon::client<conversation, tenon::codec::json, tenon::transport::zmq>;
    auto child     = tenon::start<process>(greeter::config{"Moin"}, tenon::bind(greeter::requests, "127.0.0.1"));
    REQUIRE(child.addresses(greeter::requests).size() == 2);
    asker{child.address(greeter::requests)}.send(end_with{3});
    REQUIRE(counting::wait(1));
    asker peer{child.address(greeter::requests)};
    CHECK(peer.request(greet{}).text == "Moin");
    peer.send(end_with{0});
    CHECK(child.join() == 0);
}

namespace {

/// Takes the child's address between its crash and the next attempt, and gives it back when that has failed.
struct address_taker {
    static void crashed(launch::restart_report const& report) {
        std::lock_guard const lock{mutex};
        if (report.attempt == 1) {
            listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in at{};
            at.sin_family      = AF_INET;
            at.sin_port        = htons(port);
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            int const on       = 1;
            ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            taken = ::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 && ::listen(listener, 1) == 0;
        } else {
            refused = report.text;
            ::close(listener);
        }
    }
    static void gave_up(launch::restart_report const&) {}
    static void restarted(launch::restart_report const& report) { counting::restarted(report); }

    static inline std::mutex    mutex;
    static inline std::uint16_t port     = 0;
    static inline int           listener = -1;
    static inline bool          taken    = false;
    static inline std::string   refused;
};

}  // namespace

TEST_CASE("an address that somebody else takes after a crash is tried again", "[process]") {
    counting::clear();
    using process = app::server_process<launch::supervised<launch::fork, eager, address_taker>>;
    auto child    = tenon::start<process>(tenon::bind(server::requests, "127.0.0.1"));
    client<> peer{child.address(server::requests)};
    REQUIRE(answers(peer));
    {
        std::lock_guard const lock{address_taker::mutex};
        address_taker::port = child.address(server::requests).port().value();
    }
    REQUIRE(::kill(child.pid(), SIGKILL) == 0);
    REQUIRE(counting::wait(1));
    CHECK(answers(peer));
    CHECK(child.restarts() == 1);
    std::lock_guard const lock{address_taker::mutex};
    CHECK(address_taker::taken);
    CHECK(address_taker::refused.find("in use") != std::string::npos);
}

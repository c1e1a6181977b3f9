// The same process by every launch policy and with every codec.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/launch/spawn.hpp>

#include <chrono>
#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::client;
using app::server;
using app::server_process;

namespace {

template <class Launch, class Codec>
struct combination {
    using launch = Launch;
    using codec  = Codec;
};

}  // namespace

TEMPLATE_TEST_CASE("a started process answers requests and stops when it is told", "[process]",
                   (combination<tenon::launch::thread, tenon::codec::json>),
                   (combination<tenon::launch::fork, tenon::codec::json>),
                   (combination<tenon::launch::fork, tenon::codec::json_triple>),
                   (combination<tenon::launch::fork, tenon::codec::msgpack>),
                   (combination<tenon::launch::fork, tenon::codec::binary>),
                   (combination<tenon::launch::spawn, tenon::codec::json>),
                   (combination<tenon::launch::spawn, tenon::codec::binary>)) {
    using process = server_process<typename TestType::launch, typename TestType::codec>;
    auto child    = tenon::start<process>(tenon::bind(server::requests, "127.0.0.1"));
    REQUIRE(child.alive());
    REQUIRE(child.address(server::requests).port().value() != 0);

    client<typename TestType::codec> peer{child.address(server::requests)};
    for (int i = 0; i < 20; ++i) REQUIRE(peer.request(app::ping{i}).count == i);
    CHECK_FALSE(child.join(0ms).has_value());

    peer.send(app::plzdiekthxbye{});
    CHECK(child.join(std::chrono::hours::max()) == 0);
    CHECK(child.join() == 0);
    CHECK_FALSE(child.alive());
}

TEMPLATE_TEST_CASE("a process that cannot bind fails in the parent, in its own words", "[process]",
                   tenon::launch::thread, tenon::launch::fork, tenon::launch::spawn) {
    auto first = tenon::start<server_process<TestType>>(tenon::bind(server::requests, "127.0.0.1"));
    auto const taken = first.address(server::requests);
    try {
        auto second = tenon::start<server_process<TestType>>(tenon::bind(server::requests, taken));
        FAIL("two processes are bound to " << taken.to_string());
    } catch (tenon::error const& e) {
        CHECK(e.code() == tenon::errc::address_in_use);
        CHECK(std::string{e.what()}.find(taken.to_string()) != std::string::npos);
        CHECK(std::string{e.what()}.find("in use") != std::string::npos);
    }
    client<> peer{taken};
    CHECK(peer.request(app::ping{1}).count == 1);
}

TEMPLATE_TEST_CASE("a child ends when its handle does, and leaves no zombie", "[process]", tenon::launch::thread,
                   tenon::launch::fork, tenon::launch::spawn) {
    tenon::address where{"127.0.0.1"};
    {
        auto child = tenon::start<server_process<TestType>>(tenon::bind(server::requests, "127.0.0.1"));
        where      = child.address(server::requests);
    }
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    client<> peer{where};
    CHECK(peer.try_request(app::ping{1}, 50ms).error().code == tenon::errc::timed_out);
}

namespace {

int times_started = 0, times_stopped = 0;

/// An app without ports.
struct one_shot {
    void on(tenon::started const&, auto& process) {
        ++times_started;
        process.after(1ms, [&process] { process.stop(7); });
    }
    void on(tenon::stopping const&) { ++times_stopped; }
};

}  // namespace

TEST_CASE("a process runs in the calling thread with run, and start by launch::here returns when it has ended",
          "[process]") {
    using process = tenon::process<one_shot, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>() == 7);
    CHECK(tenon::start<process>().join() == 7);
    CHECK(times_started == 2);
    CHECK(times_stopped == 2);
}

namespace {

/// An app that is made from a configuration.
struct greeter_config {
    std::string              greeting;
    std::vector<std::string> names;
};
struct whom { std::uint32_t index; };
struct greeting { std::string text; };

struct greeter {
    using config = greeter_config;
    config settings;

    using conversation             = tenon::protocol<tenon::request<whom, greeting>>;
    static constexpr auto requests = tenon::rep<"requests", conversation>;
    static constexpr auto ports    = tenon::ports(requests);

    greeting on(whom const& who) { return {settings.greeting + " " + settings.names.at(who.index)}; }
};

}  // namespace

TEMPLATE_TEST_CASE("the configuration travels to the process", "[process]", tenon::launch::thread, tenon::launch::fork,
                   tenon::launch::spawn) {
    using process = tenon::process<greeter, TestType, tenon::transport::zmq>;
    auto child    = tenon::start<process>(greeter_config{"Moin", {"Stefan", "Wörld"}},
                                       tenon::bind(greeter::requests, "127.0.0.1"));
    tenon::client<greeter::conversation, tenon::codec::json, tenon::transport::zmq> peer{
        child.address(greeter::requests)};
    CHECK(peer.request(whom{1}).text == "Moin Wörld");
    auto const refused = peer.try_request(whom{2});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == tenon::errc::handler_failed);
}

TEST_CASE("a port can be bound to several addresses of several transports", "[process]") {
    std::string const socket = "ipc:///tmp/tenon-test-" + std::to_string(::getpid()) + ".sock";
    auto child = tenon::start<server_process<tenon::launch::fork>>(tenon::bind(server::requests, "127.0.0.1"),
                                                                   tenon::bind(server::requests, socket));
    REQUIRE(child.addresses(server::requests).size() == 2);
    for (auto const& where : child.addresses(server::requests)) {
        client<> peer{where};
        CHECK(peer.request(app::ping{1}).count == 1);
    }
}

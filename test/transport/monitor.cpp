// The socket monitor: what it tells of connections that come, fail and go, and in what order things may be closed.
#include "support.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace support;
using tenon::connection_change;

namespace {

struct event {
    connection_change what;
    std::string       endpoint;
    int               reason;
};

event wait_for(zmq::monitor& monitor, connection_change what) {
    while (zmq::wait(monitor.socket(), POLLIN, patience))
        while (auto const got = monitor.next())
            if (got->what == what) return {got->what, std::string{got->endpoint}, got->reason};
    FAIL("it was never told: " << std::string{name_of(what)});
    return {};
}

/// A TCP connection without ZeroMQ.
struct raw_connection {
    explicit raw_connection(tenon::address const& to) {
        std::string const text = to.to_string();
        sockaddr_in       where{};
        where.sin_family      = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        where.sin_port        = htons(static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1))));
        REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
    }
    raw_connection(raw_connection const&)            = delete;
    raw_connection& operator=(raw_connection const&) = delete;
    ~raw_connection() { ::close(fd); }
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
};

void set_text(zmq::socket& s, int option, std::string_view text) {
    REQUIRE(zmq_setsockopt(s.native_handle(), option, text.data(), text.size()) == 0);
}

}  // namespace

TEST_CASE("a monitor tells the life of a connection at both ends", "[monitor]") {
    zmq::context context;
    zmq::socket  server{context, pattern::router};
    zmq::monitor at_server{context, server};
    auto const   where = server.bind(tenon::address{"127.0.0.1"});

    auto const listening = wait_for(at_server, connection_change::listening);
    CHECK(listening.endpoint == where.to_string());
    CHECK(listening.reason == 0);
    {
        zmq::socket  client{context, pattern::dealer};
        zmq::monitor at_client{context, client};
        client.connect(where);
        CHECK(wait_for(at_client, connection_change::connected).endpoint == where.to_string());
        CHECK(wait_for(at_client, connection_change::handshake_succeeded).reason == 0);
        CHECK(wait_for(at_server, connection_change::accepted).endpoint == where.to_string());
        wait_for(at_server, connection_change::handshake_succeeded);
    }
    CHECK(wait_for(at_server, connection_change::disconnected).endpoint == where.to_string());
    server.unbind(where);
    wait_for(at_server, connection_change::closed);
    CHECK(!at_server.next());
}

TEST_CASE("a monitor tells that a peer is not there, and how long until the next try", "[monitor]") {
    zmq::context   context;
    zmq::socket    gone{context, pattern::router};
    auto const     where = gone.bind(tenon::address{"127.0.0.1"});
    socket_options options;
    options.reconnect_interval = 20ms;
    zmq::socket  client{context, pattern::dealer, options};
    zmq::monitor monitor{context, client};
    gone.unbind(where);
    client.connect(where);
    wait_for(monitor, connection_change::connect_delayed);
    auto const retried = wait_for(monitor, connection_change::connect_retried);
    CHECK(retried.reason > 0);
    CHECK(retried.reason < 1000);
}

TEST_CASE("a monitor tells why a handshake failed: peers that go, that speak something else, that may not come in",
          "[monitor][hazard]") {
    zmq::context context;
    zmq::socket  server{context, pattern::router};

    SECTION("the peer went before it had said anything") {
        zmq::monitor monitor{context, server};
        auto const   where = server.bind(tenon::address{"127.0.0.1"});
        { raw_connection const silent{where}; }
        auto const failed = wait_for(monitor, connection_change::handshake_failed);
        CHECK(failed.endpoint == where.to_string());
        CHECK(failed.reason != 0);
    }
    SECTION("the peer wants another mechanism") {
        zmq::monitor monitor{context, server};
        auto const   where = server.bind(tenon::address{"127.0.0.1"});
        raw_connection const client{where};
        // RFC 23/ZMTP: signature, version 3.0, mechanism, and what is 0; 64 bytes in all.
        std::string greeting("\xff\0\0\0\0\0\0\0\0\x7f\x03\0CHARM", 17);
        greeting.resize(64);
        REQUIRE(::write(client.fd, greeting.data(), greeting.size()) == 64);
        auto const failed = wait_for(monitor, connection_change::handshake_failed_protocol);
        CHECK(failed.reason == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH);
    }
    SECTION("the peer has the wrong password") {
        zmq::socket judge{context, pattern::rep};
        REQUIRE(zmq_bind(judge.native_handle(), "inproc://zeromq.zap.01") == 0);
        int const yes = 1;
        REQUIRE(zmq_setsockopt(server.native_handle(), ZMQ_PLAIN_SERVER, &yes, sizeof yes) == 0);
        set_text(server, ZMQ_ZAP_DOMAIN, "tests");
        zmq::monitor monitor{context, server};
        auto const   where = server.bind(tenon::address{"127.0.0.1"});
        zmq::socket  client{context, pattern::dealer};
        set_text(client, ZMQ_PLAIN_USERNAME, "me");
        set_text(client, ZMQ_PLAIN_PASSWORD, "wrong");
        client.connect(where);

        auto const asked = receive_all(judge);  // RFC 27/ZAP: version, request id, domain, address, ...
        REQUIRE(asked.size() > 2);
        for (std::string const& part : {asked[0], asked[1], std::string{"400"}, std::string{"no"}, std::string{}})
            must_send(judge, part, true);
        must_send(judge, "");
        CHECK(wait_for(monitor, connection_change::handshake_failed_auth).reason == 400);
    }
}

TEST_CASE("events that nobody reads bring no connection to a standstill", "[monitor][hazard]") {
    zmq::context context;
    zmq::socket  server{context, pattern::router};
    zmq::monitor monitor{context, server};
    // More than any high-water mark: each of these makes two events.
    constexpr int rounds = 2500;  // of two events each: more than two queues of 1000 have room for
    for (int i = 0; i < rounds; ++i) server.unbind(server.bind(tenon::address{"127.0.0.1"}));

    auto const  where = server.bind(tenon::address{"127.0.0.1"});
    zmq::socket client{context, pattern::dealer};
    client.connect(where);
    must_send(client, "hello");
    receive(server);
    CHECK(receive(server) == "hello");
    int told = 0;
    while (monitor.next()) ++told;
    CHECK(told > rounds);
}

TEST_CASE("a monitor may come after the connections, and go before its socket", "[monitor]") {
    zmq::context context;
    zmq::socket  server{context, pattern::pull};
    auto const   where = server.bind(tenon::address{"127.0.0.1"});
    for (int i = 0; i < 20; ++i) {
        auto        monitor = std::make_unique<zmq::monitor>(context, server);
        zmq::socket client{context, pattern::push};
        client.connect(where);
        must_send(client, "hello");
        CHECK(receive(server) == "hello");
        wait_for(*monitor, connection_change::accepted);
        monitor.reset();  // with events that nobody has read
    }
}

TEST_CASE("a context ends although a monitor is still there", "[monitor][hazard]") {
    auto         context = std::make_unique<zmq::context>();
    zmq::socket  server{*context, pattern::router};
    zmq::monitor monitor{*context, server};
    server.bind(tenon::address{"127.0.0.1"});
    context.reset();
    while (monitor.next()) {}
    CHECK(!monitor.next());
}

TEST_CASE("a forked child leaves an inherited monitor alone", "[monitor][hazard]") {
    zmq::context context;
    zmq::socket  server{context, pattern::router};
    auto         monitor = std::make_unique<zmq::monitor>(context, server);
    pid_t const  child   = ::fork();
    if (child == 0) {
        monitor.reset();
        ::_exit(0);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    server.bind(tenon::address{"127.0.0.1"});
    wait_for(*monitor, connection_change::listening);
}

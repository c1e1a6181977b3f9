// The conformance suite on the ZeroMQ transport: the same outcome over every scheme.
#include <tenon/testing/transport_laws.hpp>
#include <tenon/transport/zmq.hpp>

#include "catch.hpp"

#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using tenon::scheme;
using tenon::testing::check_transport;
using tenon::testing::transport_abilities;
using zmq    = tenon::transport::zmq;
using on_zmq = tenon::testing::blocking_bench<zmq>;

static_assert(tenon::testing::transport_bench<on_zmq>);

TEST_CASE("ZeroMQ keeps the laws of a transport over tcp") {
    // [conformance]
    std::vector<std::string> const broken = tenon::testing::check_transport<zmq>(tenon::scheme::tcp);
    for (auto const& sentence : broken) std::puts(sentence.c_str());
    // [/conformance]
    CHECK(broken == std::vector<std::string>{});
}

TEST_CASE("ZeroMQ keeps the laws of a transport over ipc") {
    CHECK(check_transport<zmq>(scheme::ipc) == std::vector<std::string>{});
}

TEST_CASE("ZeroMQ keeps the laws of a transport over inproc, but for those about what a connection could limit") {
    CHECK(check_transport<zmq>(scheme::inproc, transport_abilities::of_inproc()) == std::vector<std::string>{});
}

TEST_CASE("each law has a name of its own") {
    auto const                       names = tenon::testing::transport_law_names<on_zmq>();
    std::set<std::string_view> const different{names.begin(), names.end()};
    CHECK(names.size() >= 100);
    CHECK(different.size() == names.size());
}

TEST_CASE("a transport that leaves something out is tried without it") {
    using tenon::testing::transport_law_names;
    auto const left_out = [](transport_abilities const& can) {
        return transport_law_names<on_zmq>().size() - transport_law_names<on_zmq>(can).size();
    };
    CHECK(left_out({}) == 0);
    CHECK(left_out({.reconnects = false}) == 3);
    CHECK(left_out({.size_limit = false}) == 1);
    CHECK(left_out({.immediate = false}) == 1);
    CHECK(left_out({.linger_unconnected = false}) == 2);
    CHECK(left_out({.threads = false}) == 2);
    CHECK(left_out({.descriptors = false}) == 1);
}

TEST_CASE("a law can be tried alone") {
    auto const strict = [](std::string_view only) {  // inproc has no connections that could break
        return tenon::testing::check_transport_on<on_zmq>({}, only, scheme::inproc, std::chrono::seconds{1});
    };
    CHECK(strict("a PAIR talks both ways") == std::vector<std::string>{});
    auto const broken = strict("with immediate nothing is queued before there is a connection");
    REQUIRE(broken.size() == 1);
    CHECK(broken[0] == "with immediate nothing is queued before there is a connection: "
                       "sending before there is a connection: it says done, not again");
}

// Ports: ends of a protocol, their sides, and what arrives at them.
#include "catch.hpp"

#include <tenon/protocol/check.hpp>
#include <tenon/protocol/port.hpp>

#include <set>
#include <string_view>
#include <type_traits>
#include <variant>

namespace {

using tenon::pattern;

struct ping {
    int count;
};
struct pong {
    int count;
};
struct plzdiekthxbye {};
struct price {
    double value;
};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;
using prices    = tenon::protocol<tenon::event<price>>;

struct two_ended_app {
    static constexpr auto serves = tenon::rep<"serves", ping_pong>;
    static constexpr auto asks   = tenon::req<"asks", ping_pong>;
    static constexpr auto ports  = tenon::ports(serves, asks);
};
struct app_without_ports {};

TEST_CASE("a port has a name, a pattern and a side") {
    using serves = decltype(two_ended_app::serves);
    CHECK(serves::name == "serves");
    CHECK(serves::pattern == pattern::rep);
    CHECK(serves::is_server);
    CHECK(std::is_same_v<serves::protocol_type, ping_pong>);

    using asks = decltype(two_ended_app::asks);
    CHECK(asks::name == "asks");
    CHECK(asks::pattern == pattern::req);
    CHECK(!asks::is_server);
}

TEST_CASE("ports are the same only if name, pattern and protocol are") {
    CHECK(std::is_same_v<decltype(tenon::rep<"a", ping_pong>), decltype(tenon::rep<"a", ping_pong>)>);
    CHECK(!std::is_same_v<decltype(tenon::rep<"a", ping_pong>), decltype(tenon::rep<"b", ping_pong>)>);
    CHECK(!std::is_same_v<decltype(tenon::rep<"a", ping_pong>), decltype(tenon::req<"a", ping_pong>)>);
    CHECK(!std::is_same_v<decltype(tenon::rep<"a", ping_pong>), decltype(tenon::rep<"a", prices>)>);
}

TEST_CASE("a server's port takes questions and commands, a client's takes events") {
    CHECK(std::is_same_v<tenon::incoming<decltype(two_ended_app::serves)>,
                         std::variant<ping, plzdiekthxbye>>);
    CHECK(std::is_same_v<tenon::incoming<decltype(two_ended_app::asks)>, std::variant<std::monostate>>);
    CHECK(std::is_same_v<tenon::incoming<tenon::port<pattern::sub, "in", prices>>, std::variant<price>>);
    CHECK(std::is_same_v<tenon::incoming<tenon::port<pattern::pub, "out", prices>>,
                         std::variant<std::monostate>>);
}

TEST_CASE("the ports of an app are a list with positions") {
    using list = tenon::detail::ports_of_t<two_ended_app>;
    CHECK(list::size == 2);
    CHECK(list::index_of<decltype(two_ended_app::serves)> == 0);
    CHECK(list::index_of<decltype(two_ended_app::asks)> == 1);
    CHECK(list::index_of<tenon::port<pattern::rep, "other", ping_pong>> == tenon::detail::npos);
    CHECK(std::is_same_v<list::at<1>, std::remove_const_t<decltype(two_ended_app::asks)>>);
}

TEST_CASE("an app that names no ports has none") {
    CHECK(tenon::detail::ports_of_t<app_without_ports>::size == 0);
}

TEST_CASE("an app whose ports are well formed passes the checks") {
    CHECK(tenon::detail::check_ports<two_ended_app>::value);
    CHECK(tenon::detail::check_ports<app_without_ports>::value);
}

// zmq_socket(3): who stands where. Servers are those that others ask, tell or listen to.
TEST_CASE("each pattern stands on its side and carries what ZeroMQ carries over it") {
    struct expected {
        pattern p;
        bool    server, requests, commands, events;
    };
    expected const table[] = {
        {pattern::req, false, true, true, false},    {pattern::rep, true, true, true, false},
        {pattern::dealer, false, true, true, true},  {pattern::router, true, true, true, true},
        {pattern::sub, false, false, false, true},   {pattern::xsub, false, false, false, true},
        {pattern::pub, true, false, false, true},    {pattern::xpub, true, false, false, true},
        {pattern::push, false, false, true, false},  {pattern::pull, true, false, true, false},
        {pattern::pair, true, true, true, true},
    };
    for (auto const& row : table) {
        auto const rules = tenon::detail::rules_of(row.p);
        INFO(name_of(row.p));
        CHECK(rules.server == row.server);
        CHECK(rules.requests == row.requests);
        CHECK(rules.commands == row.commands);
        CHECK(rules.events == row.events);
    }
}

}  // namespace

// pair ports: both sides of one conversation between two processes and no more.
#include "by_hand.hpp"
#include "catch.hpp"
#include "own_links.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;

namespace {

struct ask { int number; };
struct told { int number; };
struct hint { std::string text; };
struct progress { int percent; };
using talk = tenon::protocol<tenon::request<ask, told>, tenon::command<hint>, tenon::event<progress>>;

struct left {
    static constexpr auto other = tenon::pair<"other", talk, tenon::client_side>;
    static constexpr auto ports = tenon::ports(other);

    static inline std::vector<int> seen;

    void on(tenon::started const&, auto& process) {
        process[other].send(hint{"soon"});
        process[other].request(ask{1}, 10s, [&process](tenon::result<told> t) {
            seen.push_back(t.value().number);
            process.stop();
        });
    }
    void on(progress const& p) { seen.push_back(p.percent); }
};

struct right {
    static constexpr auto other = tenon::pair<"other", talk, tenon::server_side>;
    static constexpr auto ports = tenon::ports(other);

    std::string last{};

    told on(ask const& a, auto& process) {
        for (int p = 0; p <= 100; p += 50) process[other].send(progress{p});
        process.stop();
        return {last == "soon" ? a.number + 1 : -1};
    }
    void on(hint const& h) { last = h.text; }
};

}  // namespace

TEMPLATE_TEST_CASE("two processes talk both ways over a pair", "[pair]", tenon::codec::json, tenon::codec::msgpack,
                   tenon::codec::binary) {
    left::seen.clear();
    auto child = tenon::start<tenon::process<right, tenon::launch::thread, TestType, tenon::transport::zmq>>(
        tenon::bind(right::other, "127.0.0.1"));
    using process = tenon::process<left, tenon::launch::here, TestType, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(left::other, child.address(right::other))) == 0);
    CHECK(left::seen == std::vector<int>{0, 50, 100, 2});
    CHECK(child.join() == 0);
}

TEST_CASE("a plain PAIR peer asks with or without an envelope", "[pair]") {
    auto child = tenon::start<tenon::process<right, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::bind(right::other, "127.0.0.1"));
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::pair};
    plain.connect(child.address(right::other));
    by_hand::send(plain, {R"(["hint","soon"])"});
    by_hand::send(plain, {"x", "y"});
    CHECK(by_hand::receive(plain).back().find("\"failure\"") != std::string::npos);
    by_hand::send(plain, {"me", "", R"(["ask",4])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["progress",0])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["progress",50])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["progress",100])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"me", "", R"(["told",5])"});
    CHECK(child.join() == 0);
}

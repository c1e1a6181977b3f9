// push and pull ports: commands that nobody answers, with Tenon and with plain peers.
#include "by_hand.hpp"
#include "catch.hpp"
#include "own_links.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;

namespace {

struct job { int number; };
struct finish { std::string word; };
using work = tenon::protocol<tenon::command<job>, tenon::command<finish>>;

/// Gives jobs to itself.
struct self_employed {
    static constexpr auto out   = tenon::push<"out", work>;
    static constexpr auto in    = tenon::pull<"in", work>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::vector<int> done;
    static inline bool             all_sent = true;

    void on(tenon::started const&, auto& process) {
        own_links::link(process, in, out);
        for (int i = 0; i < 500; ++i) all_sent = process[out].send(job{i}) && all_sent;
        all_sent = process[out].send(finish{"now"}) && all_sent;
    }
    void on(job const& j) { done.push_back(j.number); }
    void on(finish const& f, auto& process) {
        if (f.word == "now") process.stop();
    }
};

}  // namespace

TEMPLATE_TEST_CASE("commands that are pushed arrive once each, in order", "[push]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    self_employed::done.clear();
    self_employed::all_sent = true;
    using process = tenon::process<self_employed, tenon::launch::here, TestType, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(self_employed::out), tenon::unlinked(self_employed::in)) == 0);
    CHECK(self_employed::all_sent);
    REQUIRE(self_employed::done.size() == 500);
    for (int i = 0; i < 500; ++i) CHECK(self_employed::done[static_cast<std::size_t>(i)] == i);
}

namespace {

/// Tells how it came out what a plain peer pushes.
struct picky {
    static constexpr auto in    = tenon::pull<"in", work>;
    static constexpr auto ports = tenon::ports(in);

    static inline tenon::port_counters seen;
    static inline std::vector<int>     done;

    void on(job const& j) {
        if (j.number < 0) throw std::runtime_error{"no such job"};
        done.push_back(j.number);
    }
    void on(finish const&, auto& process) {
        seen = process[in].counters();
        process.stop();
    }
};

}  // namespace

TEST_CASE("what a plain peer pushes is handled, and what is none of it is dropped and counted", "[push][hazard]") {
    picky::done.clear();
    auto child = tenon::start<tenon::process<picky, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::bind(picky::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::push};
    peer.connect(child.address(picky::in));
    for (by_hand::frames const& message : std::vector<by_hand::frames>{{R"(["job",1])"},
                                                                       {"garbage"},
                                                                       {R"(["job",1])", "and more"},
                                                                       {R"(["job","one"])"},
                                                                       {R"(["job",-1])"},
                                                                       {"", R"(["job",1])"},
                                                                       {R"(["job",2])"},
                                                                       {R"(["finish","x"])"}})
        by_hand::send(peer, message);
    CHECK(child.join() == 0);
    CHECK(picky::done == std::vector<int>{1, 2});
    CHECK(picky::seen.undecodable == 2);
    CHECK(picky::seen.wrong_frames == 2);
    CHECK(picky::seen.handler_failed == 1);
}

namespace {

struct teller {
    static constexpr auto out   = tenon::push<"out", work>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].send(job{7});
        process[out].send(finish{"x"});
        process.stop();
    }
};

}  // namespace

TEST_CASE("a pushed command is one frame that any peer can read", "[push]") {
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::pull};
    auto const   where = peer.bind("127.0.0.1");
    using process      = tenon::process<teller, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(teller::out, where)) == 0);
    CHECK(by_hand::receive(peer) == by_hand::frames{R"(["job",7])"});
    CHECK(by_hand::receive(peer) == by_hand::frames{R"(["finish","x"])"});
}

#include "app.hpp"
#include "catch.hpp"
#include "counting_new.hpp"

#include <tenon/testing/world.hpp>

#include <poll.h>

#include <string>
#include <type_traits>

using namespace app;
using tenon::errc;
using tenon::testing::simulated;
using tenon::testing::world;
using tenon::testing::world_options;
using tenon::transport::sim;

static_assert(std::is_same_v<simulated<server_process>, tenon::process<server, tenon::codec::msgpack, sim>>);
static_assert(std::is_same_v<simulated<tenon::process<server, tenon::errors::stop>>,
                             tenon::process<server, tenon::errors::stop, sim>>);

namespace {

struct pair_of {
    explicit pair_of(world& in, int rounds = 10, std::chrono::milliseconds pause = 0ms)
        : server_side{in.start<server_process>(tenon::bind(server::requests, "127.0.0.1"))},
          asker_side{in.start<asker_process<>>(asker<>::config{rounds, 1000ms, pause},
                                               tenon::connect(asker<>::out, server_side.address(server::requests)))} {}

    tenon::testing::resident_process<simulated<server_process>>&  server_side;
    tenon::testing::resident_process<simulated<asker_process<>>>& asker_side;
};

}  // namespace

TEST_CASE("processes of production talk in a world") {
    world   here{1};
    pair_of both{here};
    CHECK(both.server_side.name() == "server");
    CHECK(both.asker_side.name() == "asker");
    CHECK(here.run_until([&] { return both.asker_side.app().outcomes() == 10; }));
    CHECK(both.asker_side.app().answered == 10);
    CHECK(both.server_side.app().answered == 10);
    CHECK(here.now() > 1ms);
    CHECK(here.now() < 15ms);
}

TEST_CASE("a world of one seed is always the same, on every compiler, and that of another seed is not") {
    auto const hash_of = [](std::uint64_t seed) {
        world   here{seed};
        pair_of both{here, 100};
        REQUIRE(here.run_until([&] { return both.asker_side.app().outcomes() == 100; }));
        return here.hash();
    };
    CHECK(hash_of(1) == hash_of(1));
    CHECK(hash_of(1) != hash_of(2));
    CHECK(hash_of(1) == 0xe40cc1d19fcd6d47u);
}

TEST_CASE("a request without a server times out after its time, to the nanosecond, and takes no real time") {
    world here{1};
    auto& lonely = here.start<asker_process<>>(asker<>::config{1000, 1000ms, 0ms},
                                               tenon::connect(asker<>::out, "127.0.0.1:1"));
    here.advance(1s - 1ns);
    CHECK(lonely.app().outcomes() == 0);
    here.advance(1ns);
    CHECK(lonely.app().outcomes() == 1);
    here.advance(999s);
    CHECK(lonely.app().outcomes() == 1000);
    CHECK(lonely.app().failures.back() == errc::timed_out);
    CHECK(here.now() == 1000s);
}

TEST_CASE("a world settles when no message is on its way, though timers wait") {
    world   here{1};
    pair_of both{here, 5, 1000ms};
    CHECK(here.settle());
    CHECK(both.asker_side.app().outcomes() == 1);
    CHECK(here.now() < 10ms);
    CHECK(here.settle());
    CHECK(both.asker_side.app().outcomes() == 1);
    here.advance(1s);
    CHECK(here.settle());
    CHECK(both.asker_side.app().outcomes() == 2);
}

TEST_CASE("a stop is orderly: the app is told, what was put off is answered, and the exit code comes out") {
    world here{1};
    auto& serves = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
    sim::context me{here.network()};
    sim::socket  dealer{me, tenon::pattern::dealer};
    dealer.connect(serves.address(server::requests));
    tenon::codec::msgpack codec;
    auto const send = [&](auto const& m) {
        tenon::buffer body;
        REQUIRE(!codec.write(m, body));
        REQUIRE(dealer.send(tenon::as_bytes(""), true) == tenon::transport::io::done);
        REQUIRE(dealer.send(body.view()) == tenon::transport::io::done);
    };
    send(slow{300});
    send(bye{});
    sim::poll_item item{dealer, POLLIN};
    CHECK(me.wait({&item, 1}, 299ms) == 0);
    CHECK(serves.alive());
    CHECK(serves.app().stopping);
    CHECK(me.wait({&item, 1}, 10ms) == 1);
    sim::frame delimiter, body;
    CHECK(dealer.receive(delimiter) == tenon::transport::io::done);
    CHECK(dealer.receive(body) == tenon::transport::io::done);
    pong answer{};
    auto opened = codec.open<tenon::message_set<pong>>(body.view());
    REQUIRE(!codec.read(opened, answer));
    CHECK(answer.count == 300);
    CHECK_FALSE(serves.alive());
    CHECK(serves.exit_code() == 7);
    CHECK(serves.error_text().empty());
}

TEST_CASE("what is put off longer than a process may take to stop is refused") {
    world here{1};
    auto& serves = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
    auto& asks   = here.start<asker_process<>>(asker<>::config{0, 1s, 0ms},
                                             tenon::connect(asker<>::out, serves.address(server::requests)));
    errc  got    = errc::ok;
    asks.process()[asker<>::out].request(slow{60'000}, 1h, [&](tenon::result<pong> r) { got = r.error().code; });
    here.advance(100ms);
    serves.stop();
    CHECK(serves.alive());
    here.advance(999ms);
    CHECK(serves.alive());
    here.advance(2ms);
    CHECK_FALSE(serves.alive());
    CHECK(serves.exit_code() == 0);
    here.settle();
    CHECK(got == errc::stopped);
}

TEST_CASE("an exception that ends a process is its exit code 1 and its text, and the asker has an outcome") {
    using strict = tenon::process<server, tenon::codec::msgpack, tenon::errors::stop, tenon::transport::zmq>;
    world here{1};
    auto& serves = here.start<strict>(tenon::bind(server::requests, "127.0.0.1"));
    auto& asks   = here.start<asker_process<>>(asker<>::config{0, 1s, 0ms},
                                             tenon::connect(asker<>::out, serves.address(server::requests)));
    errc  got    = errc::ok;
    asks.process()[asker<>::out].request(throw_it{}, 1s, [&](tenon::result<pong> r) { got = r.error().code; });
    CHECK(here.run_until([&] { return got != errc::ok; }));
    CHECK(got == errc::handler_failed);
    CHECK_FALSE(serves.alive());
    CHECK(serves.exit_code() == 1);
    CHECK(serves.error_text() == "thrown");
    REQUIRE_THROWS_AS(serves.process(), tenon::error);
}

TEST_CASE("a process that cannot come up throws out of start, and its place stays empty") {
    world here{1};
    auto& first = here.start<server_process>(tenon::bind(server::requests, "127.0.0.1:5555"));
    errc  got   = errc::ok;
    try {
        here.start<server_process>(tenon::bind(server::requests, "127.0.0.1:5555"));
    } catch (tenon::error const& e) {
        got = e.code();
    }
    CHECK(got == errc::address_in_use);
    CHECK(first.alive());
    CHECK(here.residents().size() == 2);
    CHECK_FALSE(here.residents()[1]->alive());
    CHECK(here.residents()[1]->name() == "server.2");
}

TEST_CASE("a process that asks for more without letting time pass is named, instead of running for ever") {
    world_options options;
    options.network.most_turns_at_once = 1000;
    world   here{1, options};
    pair_of both{here, 0};
    struct again {
        decltype(both.asker_side.process())& process;
        void operator()() const { process.post(*this); }
    };
    both.asker_side.process().post(again{both.asker_side.process()});
    std::string text;
    try {
        here.advance(1s);
    } catch (tenon::error const& e) {
        text = e.what();
    }
    CHECK(text.find("'asker' is called again and again") != std::string::npos);
}

TEST_CASE("the trace of a world reads like what has happened") {
    world_options options;
    options.keep_trace = true;
    world   here{1, options};
    pair_of both{here, 1};
    here.settle();
    auto const text = here.trace_text();
    INFO(text);
    std::size_t at = 0;
    for (auto const* line : {"0.000 us  server: started\n", "asker.out: sent ping, ", "asker.out: connected (server)\n",
                             "server.requests: received ping, ", "server.requests: sent pong, ",
                             "asker.out: received pong, "}) {
        auto const found = text.find(line, at);
        CHECK(found != std::string::npos);
        if (found != std::string::npos) at = found;
    }
    CHECK(world{1}.trace_text().empty());
}

TEST_CASE("once a world runs, its messages allocate nothing") {
    world   here{1};
    pair_of both{here, 1'000'000};
    here.run_until([&] { return both.asker_side.app().outcomes() == 5000; });
    auto const before = allocations.load();
    here.run_until([&] { return both.asker_side.app().outcomes() == 10'000; });
    CHECK(allocations.load() == before);
}

// Small parts on the clock: dispatch, envelopes, timers. The codecs are in codecs/micro.cpp. Figures of a busy machine
// are worth nothing: benchmarks/instructions tells more.
#define CATCH_CONFIG_ENABLE_BENCHMARKING
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif

#include "dispatch.hpp"
#include "end_to_end/raw.hpp"

#include <tenon/loop/timers.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;

/// The time of 4096 messages, so that the clock and the loop around them do not count.
template <std::size_t N>
void measure_dispatch() {
    auto const        messages = dispatching::over<std::make_index_sequence<N>>::some();
    dispatching::app  to;
    std::string const title = std::to_string(N) + " types, 4096 messages, ";
    BENCHMARK(title + "tenon") {
        for (auto const& each : messages) dispatching::dispatch(to, each);
        return to.sum;
    };
    BENCHMARK(title + "switch") {
        for (auto const& each : messages) dispatching::by_hand(to, each);
        return to.sum;
    };
}

struct answering_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(halt const&) {}
};
using answering = tenon::process<answering_app, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;

/// A DEALER that asks behind an envelope of `hops` frames, as if it came by way of as many proxies.
std::int64_t ask(void* socket, int hops, std::int64_t count) {
    char body[by_hand::size_of<ping>];
    by_hand::write(body, ping{count});
    for (int i = 0; i < hops; ++i) by_hand::check(zmq_send(socket, "route", 5, ZMQ_SNDMORE) >= 0, "send");
    by_hand::check(zmq_send(socket, nullptr, 0, ZMQ_SNDMORE) >= 0, "send");
    by_hand::check(zmq_send(socket, body, sizeof body, 0) >= 0, "send");
    return count;
}
bool has_answer(void* socket, int hops, std::int64_t count) {
    char body[by_hand::size_of<pong>];
    int  size = 0;
    for (int i = 0; i < hops + 2; ++i) size = zmq_recv(socket, body, sizeof body, ZMQ_DONTWAIT);
    pong answer{};
    return size > 0 && by_hand::read(body, static_cast<std::size_t>(size), answer) && answer.count == count;
}

using clock_type = std::chrono::steady_clock;
using timers     = tenon::loop::timers<clock_type>;

}  // namespace

TEST_CASE("dispatch") {
    measure_dispatch<2>();
    measure_dispatch<8>();
    measure_dispatch<32>();
    measure_dispatch<128>();
}

TEST_CASE("envelopes: a request over inproc is answered in the same thread") {
    auto const where = tenon::address{"inproc://requests"};
    answering  process{tenon::detail::make_plan<answering_app>(tenon::bind(answering_app::requests, where)), false};
    process.begin();
    void* const client = zmq_socket(process.context().native_handle(), ZMQ_DEALER);
    by_hand::check(zmq_connect(client, "inproc://requests") == 0, "connect");
    std::int64_t count = 0;
    for (int const hops : {0, 1, 4, 12})
        BENCHMARK("behind " + std::to_string(hops) + " hops") {
            ask(client, hops, ++count);
            process.turn(10s);
            by_hand::check(has_answer(client, hops, count), "the answer");
        };
    zmq_close(client);
    process.begin_stop();
    REQUIRE(process.end() == 0);
}

TEST_CASE("timers") {
    for (std::uint32_t const size : {1U, 64U, 4096U}) {
        std::string const         others = " among " + std::to_string(size);
        timers                    all;
        clock_type::time_point    now{};
        std::chrono::nanoseconds const period{size};
        std::uint64_t             ran = 0;
        for (std::uint32_t i = 0; i < size; ++i) all.add(now + std::chrono::nanoseconds{i}, period, [&] { ++ran; });
        BENCHMARK("a periodic one is due" + others) { return all.run_due(now += 1ns, [] { return false; }); };
        BENCHMARK("added and cancelled" + others) { return all.cancel(all.add(now + 1s, 0ns, [&] { ++ran; })); };
        BENCHMARK("a look at the next" + others) { return all.next(); };
    }
}

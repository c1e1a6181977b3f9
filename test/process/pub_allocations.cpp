// Publishing and receiving an event allocates nothing in the steady state, on either side.
#include "counting_malloc.hpp"
#include "pub_sub.hpp"

#include <cstdint>
#include <memory>
#include <string>

using namespace std::chrono_literals;
using namespace market;

namespace {

/// An event that fits into a frame in every codec, with a key and text of its own.
struct tick {
    std::string s;
    int         n;
};
using ticks = tenon::protocol<tenon::event<tick, &tick::s>, tenon::event<closing>>;

/// Publishes to itself, in rounds of some symbols each; counts from the second half on.
template <class... Options>
struct steady_app {
    static constexpr auto out   = tenon::pub<"out", ticks, Options...>;
    static constexpr auto in    = tenon::sub<"in", ticks, Options...>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr int rounds = 2000;

    tick          events[4] = {{"A", 0}, {"SAP", 0}, {"BRK/B", 0}, {"", 0}};
    int           round = 0, arrived = 0;
    std::uint64_t before = 0;

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bound_address());
        process[out].when_subscribed(1, [this, &process] { publish(process); });
    }
    void publish(auto& process) {
        if (++round == rounds / 2) before = allocations;
        bool sent = true;
        for (tick& each : events) {
            each.n = round;
            sent   = process[out].send(each) && sent;
        }
        if (!sent) process.stop(1);
    }
    void on(tick const& t, auto& process) {
        if (t.n != round) process.stop(2);
        if (++arrived % 4 != 0) return;
        if (round < rounds) return publish(process);
        auto const used = allocations - before;
        CHECK(used == 0);
        CHECK(process[in].counters() == tenon::port_counters{});
        process.stop();
    }
    void on(closing const&) {}
};

}  // namespace

TEMPLATE_TEST_CASE("an event on its way allocates nothing, numbered or not", "[allocations]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    using plain    = steady_app<>;
    using numbered = steady_app<tenon::sequenced>;
    CHECK(tenon::run<tenon::process<plain, zmq, TestType>>(tenon::bind(plain::out, "127.0.0.1"),
                                                           tenon::unlinked(plain::in)) == 0);
    CHECK(tenon::run<tenon::process<numbered, zmq, TestType>>(tenon::bind(numbered::out, "127.0.0.1"),
                                                              tenon::unlinked(numbered::in)) == 0);

    // The counter counts: otherwise all of this would mean nothing.
    auto const before = allocations;
    auto const text   = std::make_unique<std::string>(100, 'x');
    CHECK(allocations - before == (COUNTED ? 2 : 0));
}

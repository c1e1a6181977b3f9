// What becomes of events when subscribers are too slow: nothing is lost unseen.
#include "pub_sub.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace std::chrono_literals;
using namespace market;

namespace {

/// Publishes far more to itself than the queues hold, without reading meanwhile; then single events until it is up to
/// date again.
template <class... Overload>
struct flooding_app {
    static constexpr auto out   = tenon::pub<"out", prices, tenon::sequenced, tenon::high_water_mark<10>, Overload...>;
    static constexpr auto in    = tenon::sub<"in", prices, tenon::sequenced, tenon::high_water_mark<10>>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr std::uint64_t flood     = 4000;
    static constexpr std::size_t   size      = 10000;  // more in all than the kernel's buffers hold
    static constexpr bool          by_option = sizeof...(Overload) > 0;

    std::uint64_t sent = 0, arrived = 0, gaps = 0, missed = 0;
    bool          flooded = false;

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bound_address());
        process[out].when_subscribed(1, [this, &process] {
            while (sent < flood) CHECK(process[out].send(reading{++sent, std::string(size, 'x')}));
            flooded = true;
            process.every(1ms, [this, &process] { process[out].send(reading{++sent, {}}); });
        });
    }
    void on(reading const& r, auto& process) {
        REQUIRE(flooded);
        // The sum is right with each event that arrives, so no number is ever wrong.
        ++arrived;
        CHECK(arrived + missed == r.serial);
        CHECK(process[in].counters().gaps == missed);
        // At the last one that was sent, all that is missing has been told.
        if (r.serial <= flood || r.serial != sent) return;
        CHECK(missed > 0);
        CHECK(gaps > 0);
        if (by_option) CHECK(process[out].counters().dropped == missed);
        else CHECK(process[out].counters() == tenon::port_counters{});
        process.stop();
    }
    void on(tenon::gap const& g) {
        CHECK(g.port == "in");
        CHECK(g.topic == "reading/");
        CHECK(g.next == arrived + missed + g.missed + 1);
        ++gaps;
        missed += g.missed;
    }
    void on(price const&) {}
    void on(closing const&) {}
};

template <class App>
int run() {
    return tenon::run<tenon::process<App, zmq, tenon::codec::binary>>(tenon::bind(App::out, "127.0.0.1"),
                                                                      tenon::unlinked(App::in));
}

}  // namespace

TEST_CASE("PUB drops: the gap callback sees the exact number lost at a high-water mark of 10", "[process][hazard]") {
    CHECK(run<flooding_app<>>() == 0);
}

TEMPLATE_TEST_CASE("what an overload option of a pub port drops is counted there, and is a gap at the subscriber",
                   "[process][pub]", tenon::overload::drop_oldest<20>, tenon::overload::drop_newest<20>) {
    CHECK(run<flooding_app<TestType>>() == 0);
}

namespace {

/// Publishes a lot at once, and is held up by subscribers who do not follow.
struct patient_app {
    static constexpr auto out =
        tenon::pub<"out", prices, tenon::sequenced, tenon::high_water_mark<10>, tenon::overload::block<10s>>;
    static constexpr auto ports = tenon::ports(out);

    static constexpr std::uint64_t count = 3000;
    std::uint64_t                  sent  = 0;

    void on(tenon::started const&, auto& process) {
        process[out].when_subscribed(2, [this, &process] {
            std::string const noise(1000, 'x');
            bool              right = true;
            while (right && sent < count) right = process[out].send(reading{++sent, noise});
            right = right && process[out].send(closing{}) && process[out].counters() == tenon::port_counters{};
            if (!right) process.stop(1);
        });
    }
};

struct reading_app {
    static constexpr auto in    = tenon::sub<"in", prices, tenon::sequenced, tenon::high_water_mark<10>>;
    static constexpr auto ports = tenon::ports(in);

    std::uint64_t arrived = 0, in_order = 0;

    void on(reading const& r) { in_order += r.serial == ++arrived; }
    void on(price const&) {}
    void on(closing const&, auto& process) {
        bool const all = arrived == patient_app::count && in_order == arrived;
        process.stop(all && process[in].counters() == tenon::port_counters{} ? 0 : 1);
    }
};

}  // namespace

TEST_CASE("a pub port that blocks waits for its slowest subscriber and loses nothing", "[process][pub]") {
    using publishing = tenon::process<patient_app, tenon::launch::thread, zmq>;
    using subscribed = tenon::process<reading_app, tenon::launch::thread, zmq>;
    auto publisher   = tenon::start<publishing>(tenon::bind(patient_app::out, "127.0.0.1"));
    auto const where = tenon::connect(reading_app::in, publisher.address(patient_app::out));
    auto first       = tenon::start<subscribed>(where);
    auto second      = tenon::start<subscribed>(where);
    CHECK(first.join() == 0);
    CHECK(second.join() == 0);
    CHECK(publisher.alive());
    publisher.terminate();
    CHECK(publisher.join() == 0);
}

namespace {

/// Follows a publisher that goes and comes back.
struct loyal_app {
    static constexpr auto in    = tenon::sub<"in", prices, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(in);

    std::uint64_t arrived = 0;

    void on(price const&) { ++arrived; }
    void on(reading const&) {}
    void on(closing const&, auto& process) {
        process.stop(arrived == 6 && process[in].counters() == tenon::port_counters{} ? 0 : 1);
    }
};

/// Publishes three prices to its first subscriber, and goes.
struct passing_app {
    struct config {
        bool last;
    };
    static constexpr auto out   = tenon::pub<"out", prices, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);
    config                options;

    void on(tenon::started const&, auto& process) {
        process[out].when_subscribed(1, [this, &process] {
            for (std::uint64_t i = 0; i < 3; ++i) process[out].send(price{"AAPL", i});
            if (options.last) process[out].send(closing{});
            process.stop();
        });
    }
};

}  // namespace

TEST_CASE("a publisher that starts again starts its numbers again, and that is no gap", "[process][pub]") {
    using publishing = tenon::process<passing_app, tenon::launch::thread, zmq>;
    auto first       = tenon::start<publishing>(passing_app::config{false}, tenon::bind(passing_app::out, "127.0.0.1"));
    auto const link  = tenon::connect(loyal_app::in, first.address(passing_app::out));
    auto subscriber  = tenon::start<tenon::process<loyal_app, tenon::launch::thread, zmq>>(link);
    CHECK(first.join() == 0);
    // Another one at the same address: the subscriber connects to it by itself.
    auto const again = tenon::bind(passing_app::out, first.address(passing_app::out));
    auto second      = tenon::start<publishing>(passing_app::config{true}, again);
    CHECK(second.join() == 0);
    CHECK(subscriber.join() == 0);
}

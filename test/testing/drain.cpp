// How long a process that was asked to stop goes on for what it has accepted, in virtual time.
#include "catch.hpp"

#include <tenon/testing/stage.hpp>
#include <tenon/tenon.hpp>

#include <chrono>

using namespace std::chrono_literals;

namespace acts {

struct order { int minutes; };
struct meal { int minutes; };
using kitchen_talk = tenon::protocol<tenon::request<order, meal>>;

/// Answers when the time that the order names has passed.
struct kitchen {
    static constexpr auto hatch = tenon::rep<"hatch", kitchen_talk>;
    static constexpr auto ports = tenon::ports(hatch);

    static tenon::deferred<meal> on(order const& o, auto& process) {
        return process[hatch].defer(o, [&](tenon::promise<meal> later) {
            process.after(std::chrono::minutes{o.minutes},
                          [later = std::move(later), o]() mutable { later.answer(meal{o.minutes}); });
        });
    }
};

}  // namespace acts

using acts::kitchen;
using acts::meal;
using acts::order;

TEST_CASE("a stop waits for answers as long as the drain policy says, and no longer than it needs") {
    tenon::testing::stage<tenon::process<kitchen, tenon::drain::within<3min>>> on;
    on.inject(kitchen::hatch, order{1});
    on.inject(kitchen::hatch, order{2});
    on.stop();
    on.advance(1min);
    on.expect(meal{1}).from(kitchen::hatch);
    CHECK(on.alive());
    on.advance(1min);
    on.expect(meal{2}).from(kitchen::hatch);
    CHECK(on.exit_code() == 0);
}

TEST_CASE("a drain policy may have the longest time that there is") {
    tenon::testing::stage<tenon::process<kitchen, tenon::drain::within<std::chrono::nanoseconds::max()>>> on;
    on.advance(1min);
    on.inject(kitchen::hatch, order{5});
    on.stop();
    on.advance(5min);
    on.expect(meal{5}).from(kitchen::hatch);
    CHECK(on.exit_code() == 0);
}

TEST_CASE("what takes longer than the drain policy allows ends with a word") {
    tenon::testing::stage<tenon::process<kitchen, tenon::drain::within<3min>>> on;
    on.inject(kitchen::hatch, order{4});
    on.stop();
    on.advance(3min - 1ns);
    on.nothing_more();
    CHECK(on.alive());
    on.advance(1ns);
    CHECK(on.expect<tenon::failure>().from(kitchen::hatch).code == tenon::errc::stopped);
    CHECK(on.exit_code() == 0);
}

TEST_CASE("the drain policy sets the linger time of the ports' sockets") {
    using process = tenon::process<kitchen, tenon::transport::sim, tenon::drain::within<3min, 1500us>>;
    static_assert(process::drain_type::time == 3min);
    CHECK(process::drain_type::linger == 2ms);  // ZeroMQ counts in milliseconds, and no less than was asked for
    using unspoken = tenon::process<kitchen, tenon::transport::sim>;
    static_assert(unspoken::drain_type::time == 1s && unspoken::drain_type::linger == 1s);
}

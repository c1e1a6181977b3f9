// A proxy allocates nothing per message. Counted at malloc itself, in its own thread; libzmq's I/O threads are not
// ours.
#include "by_hand.hpp"
#include "catch.hpp"
#include "counting_malloc.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/process/proxy.hpp>
#include <tenon/tenon.hpp>

#include <cstdint>
#include <string>

using by_hand::zmq;

namespace {

struct how_many {};
struct allocated { std::uint64_t until_now; };
using counting = tenon::protocol<tenon::request<how_many, allocated>>;

/// A broker with a port of its own.
struct counting_broker : tenon::broker {
    using tenon::broker::on;
    static constexpr auto counter = tenon::rep<"counter", counting>;
    static constexpr auto ports   = tenon::ports(front, back, control, counter);

    allocated on(how_many const&) { return {allocations}; }
};

}  // namespace

TEST_CASE("a message that passes a broker allocates nothing in it", "[proxy][allocations]") {
    auto child = tenon::start<tenon::process<counting_broker, tenon::launch::thread, zmq>>(
        tenon::bind(counting_broker::front, "127.0.0.1"), tenon::bind(counting_broker::back, "127.0.0.1"),
        tenon::unlinked(counting_broker::control), tenon::bind(counting_broker::counter, "127.0.0.1"));
    zmq::context context;
    zmq::socket  asker{context, tenon::pattern::dealer}, worker{context, tenon::pattern::router};
    asker.connect(child.address(counting_broker::front));
    worker.connect(child.address(counting_broker::back));
    tenon::client<counting> counter{child.address(counting_broker::counter)};

    std::string const large(1000, 'x');
    auto const        talk = [&](int rounds, int at_once) {
        for (int i = 0; i < rounds; ++i) {
            for (int k = 0; k < at_once; ++k) by_hand::send(asker, {"id", "", large});
            for (int k = 0; k < at_once; ++k) by_hand::send(worker, by_hand::receive(worker));
            for (int k = 0; k < at_once; ++k) CHECK(by_hand::receive(asker) == by_hand::frames{"id", "", large});
        }
    };
    // libzmq's queues between threads come in chunks of 256 frames, and keep one in reserve: now and then it takes two.
    talk(300, 10);
    auto const before = counter.request(how_many{}).until_now;
    talk(300, 10);
    auto const used = counter.request(how_many{}).until_now - before;
    CHECK(used < 60);  // of 6000 messages that passed, each of five frames
}

// On the way of a message nothing allocates in the steady state. Counted at malloc itself, in the threads of the client
// and of the process; libzmq's own I/O threads are not ours.
#include "catch.hpp"
#include "counting_malloc.hpp"
#include "ping_pong.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace {

struct how_many {};
struct allocated { std::uint64_t until_now; };
struct ping { int count; };
struct pong { int count; };
struct words { std::string text; };
struct numbers { std::vector<int> values; };
struct length { std::size_t size; };

using conversation = tenon::protocol<tenon::request<ping, pong>, tenon::request<words, length>,
                                     tenon::request<numbers, length>, tenon::request<how_many, allocated>>;

struct counting_app {
    static constexpr auto requests = tenon::rep<"requests", conversation>;
    static constexpr auto ports    = tenon::ports(requests);

    pong      on(ping const& p) { return {p.count}; }
    length    on(words const& w) { return {w.text.size()}; }
    length    on(numbers const& n) { return {n.values.size()}; }
    allocated on(how_many const&) { return {allocations}; }
};

}  // namespace

TEMPLATE_TEST_CASE("the way of a message allocates nothing, on both sides", "[allocations]", tenon::codec::json,
                   tenon::codec::binary, tenon::codec::msgpack) {
    using process = tenon::process<counting_app, tenon::launch::thread, TestType, tenon::transport::zmq>;
    auto child    = tenon::start<process>(tenon::bind(counting_app::requests, "127.0.0.1"));
    tenon::client<conversation, TestType, tenon::transport::zmq> peer{child.address(counting_app::requests)};

    // A frame of up to 33 bytes lives inside zmq_msg_t; for a larger one libzmq allocates once, and nobody else does.
    words const   in_frame{std::string(18, 'x')};
    words const   large{std::string(1000, 'x')};
    numbers const some{{1, 2, 3}};
    auto const    talk = [&](int rounds, words const& w) {
        std::uint64_t wrong = 0;
        for (int i = 0; i < rounds; ++i) {
            // The types take turns: strings and vectors keep their memory while another message is in the variant.
            wrong += peer.request(ping{i}).count != i;
            wrong += peer.request(w).size != w.text.size();
            wrong += peer.request(some).size != 3;
        }
        return wrong;
    };
    REQUIRE(talk(2000, in_frame) == 0);
    auto const    there = peer.request(how_many{}).until_now;
    auto const    here  = allocations;
    auto const    wrong = talk(2000, in_frame);
    auto const    used  = allocations - here;
    CHECK(used == 0);
    CHECK(peer.request(how_many{}).until_now - there == 0);
    CHECK(wrong == 0);

    REQUIRE(talk(10, large) == 0);
    auto const there_large = peer.request(how_many{}).until_now;
    auto const here_large  = allocations;
    auto const wrong_large = talk(1000, large);
    auto const used_large  = allocations - here_large;
    CHECK(used_large == (COUNTED ? 1000 : 0));
    CHECK(peer.request(how_many{}).until_now - there_large == 0);
    CHECK(wrong_large == 0);

    // The counter counts: otherwise all of this would mean nothing.
    auto const before = allocations;
    auto const text = std::make_unique<std::string>(100, 'x');
    CHECK(allocations - before == (COUNTED ? 2 : 0));
}

// Topologies: links as values, and what is checked of them.
#include "catch.hpp"

#include <tenon/process/sound.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/sim.hpp>
#include <tenon/transport/zmq.hpp>

#include <boost/hana/front.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace {

using tenon::pattern;

struct ping { int count; };
struct pong { int count; };
struct bye {};
struct price { double value; };

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<bye>>;
using prices    = tenon::protocol<tenon::event<price>>;
using hints     = tenon::protocol<tenon::command<bye>, tenon::event<price>>;

struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto news     = tenon::pub<"news", prices>;
    static constexpr auto ports    = tenon::ports(requests, news);

    pong on(ping const& p) { return {p.count}; }
    void on(bye const&, auto& process) { process.stop(); }
};
struct ping_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto seen  = tenon::sub<"seen", prices>;
    static constexpr auto ports = tenon::ports(out, seen);

    void on(price const&) {}
};
struct left_app {
    static constexpr auto across = tenon::pair<"across", hints, tenon::client_side>;
    static constexpr auto ports  = tenon::ports(across);

    void on(price const&) {}
};
struct right_app {
    static constexpr auto across = tenon::pair<"across", hints, tenon::server_side>;
    static constexpr auto ports  = tenon::ports(across);

    void on(bye const&) {}
};
struct relay_app {
    static constexpr auto front = tenon::opaque<pattern::router, "front">;
    static constexpr auto ports = tenon::ports(front);

    void on(decltype(front), tenon::opaque_message auto&, auto&) {}
};

using ping_process = tenon::process<ping_app>;
using pong_process = tenon::process<pong_app>;

constexpr auto ping_proc = tenon::participant<ping_process, "PingProc">;
constexpr auto pong_proc = tenon::participant<pong_process>;
constexpr auto pings     = ping_proc[ping_app::out] >> pong_proc[pong_app::requests];
constexpr auto news      = ping_proc[ping_app::seen] >> pong_proc[pong_app::news];
constexpr auto two       = tenon::topology(pings, news);
static_assert(tenon::sound(two));

TEST_CASE("a topology lists its links, ends and participants, each once", "[topology]") {
    using wired = std::remove_const_t<decltype(two)>;
    CHECK(wired::link_list::size == 2);
    CHECK(wired::end_list::size == 4);
    CHECK(wired::role_list::size == 2);
    CHECK(wired::open_list::size == 0);
    // The same as Hana tuples, for computing over them.
    constexpr auto first = boost::hana::front(wired::links());
    CHECK(std::is_same_v<decltype(first)::type, std::remove_const_t<decltype(pings)>>);
}

TEST_CASE("a participant is called as it is given, or as its app", "[topology]") {
    CHECK(ping_proc.name == "PingProc");
    CHECK(pong_proc.name == "pong_app");
    CHECK(!ping_proc.is_many);
    CHECK(tenon::participants<pong_process>.is_many);
}

TEST_CASE("the arrow points to the end that binds, and the ports know who is the client", "[topology]") {
    using link = std::remove_const_t<decltype(pings)>;
    CHECK(std::is_same_v<link::from::port_type, std::remove_const_t<decltype(ping_app::out)>>);
    CHECK(std::is_same_v<link::to::port_type, std::remove_const_t<decltype(pong_app::requests)>>);
    CHECK(std::is_same_v<link::client, link::from>);

    using turned = decltype(pong_proc[pong_app::requests] >> ping_proc[ping_app::out]);
    CHECK(std::is_same_v<turned::client, turned::to>);
    CHECK(std::is_same_v<turned::protocol_type, ping_pong>);
}

// As libzmq's handshake has it; rows and columns in the order of `pattern`.
TEST_CASE("socket types are paired as ZeroMQ pairs them", "[topology]") {
    constexpr std::string_view table[] = {
        // req rep dealer router pub sub xpub xsub push pull pair
        ".x.x.......",  // req
        "x.x........",  // rep
        ".xxx.......",  // dealer
        "x.xx.......",  // router
        ".....x.x...",  // pub
        "....x.x....",  // sub
        ".....x.x...",  // xpub
        "....x.x....",  // xsub
        ".........x.",  // push
        "........x..",  // pull
        "..........x",  // pair
    };
    for (int a = 0; a < 11; ++a)
        for (int b = 0; b < 11; ++b) {
            INFO(name_of(static_cast<pattern>(a)) << " and " << name_of(static_cast<pattern>(b)));
            bool const expected = table[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] == 'x';
            CHECK(tenon::detail::connects(static_cast<pattern>(a), static_cast<pattern>(b)) == expected);
        }
}

TEST_CASE("a topology of many processes, strangers, open ends and codecs of one format is sound", "[topology]") {
    constexpr auto many    = tenon::participants<ping_process, "asker">;
    constexpr auto lenient = tenon::participant<tenon::process<ping_app, tenon::codec::json_lenient>, "lenient">;
    constexpr auto script  = tenon::outsider<"script", tenon::codec::json>;
    constexpr auto raw     = tenon::outsider<"raw">;
    constexpr auto desk    = pong_proc[pong_app::requests];
    constexpr auto board   = pong_proc[pong_app::news];
    constexpr auto app     = tenon::topology(
        many[ping_app::out] >> desk, many[ping_app::seen] >> board, lenient[ping_app::out] >> desk,
        script[tenon::req<"out", ping_pong>] >> desk, raw[tenon::dealer<"out", ping_pong>] >> desk,
        tenon::open(lenient[ping_app::seen]));
    CHECK(tenon::sound(app));
    CHECK(decltype(app)::role_list::size == 5);
}

TEST_CASE("two processes of one type are two participants by their names", "[topology]") {
    constexpr auto left  = tenon::participant<pong_process, "left">;
    constexpr auto right = tenon::participant<pong_process, "right">;
    constexpr auto app   = tenon::topology(
        ping_proc[ping_app::out] >> left[pong_app::requests], ping_proc[ping_app::out] >> right[pong_app::requests],
        ping_proc[ping_app::seen] >> left[pong_app::news], tenon::open(right[pong_app::news]));
    CHECK(tenon::sound(app));
}

TEST_CASE("a pair of two is sound, in either direction", "[topology]") {
    constexpr auto left  = tenon::participant<tenon::process<left_app>>;
    constexpr auto right = tenon::participant<tenon::process<right_app>>;
    CHECK(tenon::sound(tenon::topology(left[left_app::across] >> right[right_app::across])));
    CHECK(tenon::sound(tenon::topology(right[right_app::across] >> left[left_app::across])));
}

TEST_CASE("an opaque port takes whoever ZeroMQ connects to it", "[topology]") {
    constexpr auto relay = tenon::participant<tenon::process<relay_app, tenon::codec::binary>>;
    CHECK(tenon::sound(tenon::topology(ping_proc[ping_app::out] >> relay[relay_app::front],
                                       tenon::open(ping_proc[ping_app::seen]))));
}

TEST_CASE("processes of a simulated network are wired in the same way", "[topology]") {
    constexpr auto asks    = tenon::participant<tenon::process<ping_app, tenon::transport::sim>>;
    constexpr auto answers = tenon::participant<tenon::process<pong_app, tenon::transport::sim>>;
    CHECK(tenon::sound(tenon::topology(asks[ping_app::out] >> answers[pong_app::requests],
                                       asks[ping_app::seen] >> answers[pong_app::news])));
}

}  // namespace

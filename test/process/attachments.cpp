// Attachments through push and pull ports: where their bytes are, who gives them back, what is refused.
#include "by_hand.hpp"
#include "catch.hpp"
#include "lent.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <unistd.h>

using by_hand::zmq;
static_assert(tenon::transport::borrows_bytes<zmq::frame>);

namespace {

struct photo {
    std::string       name;
    tenon::attachment picture;
    std::uint32_t     number = 0;
    tenon::attachment thumbnail{};
};
struct over {};
using album = tenon::protocol<tenon::command<photo>, tenon::command<over>>;

constexpr std::size_t large = std::size_t{1} << 20;

/// Sends photos to itself, over inproc: both ends are in one context.
struct self_portrait {
    static constexpr auto out   = tenon::push<"out", album>;
    static constexpr auto in    = tenon::pull<"in", album>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::vector<photo>            sent, got;
    static inline std::vector<std::byte const*> at;  ///< Where the pictures were when they came.

    void on(tenon::started const&, auto& process) {
        process[out].connect(process[in].bind(tenon::address{"inproc://attachments"}));
        for (auto const& each : sent) process[out].send(each);
        sent.clear();
        process[out].send(over{});
    }
    void on(photo const& p) {
        at.push_back(p.picture.data());
        got.push_back(p);
    }
    void on(over const&, auto& process) { process.stop(); }

    template <class Codec>
    static void run() {
        got.clear();
        at.clear();
        using process = tenon::process<self_portrait, tenon::launch::here, Codec, tenon::transport::zmq>;
        CHECK(tenon::run<process>(tenon::unlinked(out), tenon::unlinked(in)) == 0);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("over inproc an attachment arrives at the address from which it was sent", "[attachment]",
                   tenon::codec::json, tenon::codec::msgpack, tenon::codec::binary) {
    lent::buffer picture{large}, thumbnail{10};
    self_portrait::sent.push_back({"cat", picture.lend(), 1, thumbnail.lend()});
    self_portrait::run<TestType>();
    REQUIRE(self_portrait::got.size() == 1);
    photo const& p = self_portrait::got[0];
    CHECK(p.name == "cat");
    CHECK(p.number == 1);
    CHECK(self_portrait::at[0] == picture.data());
    CHECK(p.picture.data() == picture.data());
    CHECK(p.picture.size() == large);
    CHECK(p.thumbnail.size() == 10);
    CHECK(p.thumbnail.data() != thumbnail.data());  // small ones are copied
    CHECK(p.thumbnail.view()[9] == std::byte{7});
    CHECK(thumbnail.back() == 1);
    CHECK(picture.back() == 0);  // what was received has them still
    self_portrait::got.clear();
    CHECK(picture.back() == 1);
    CHECK(thumbnail.back() == 1);
}

TEST_CASE("containers that own bytes are moved into an attachment, and copies share them", "[attachment]") {
    std::vector<std::byte> pixels(large, std::byte{1});
    auto const* const      at = pixels.data();
    tenon::attachment const picture{std::move(pixels)};
    CHECK(picture.data() == at);
    CHECK(picture.size() == large);
    tenon::attachment const copy = picture;
    CHECK(copy.data() == at);
    tenon::attachment const text = std::string{"short"};  // from within the string itself
    CHECK(tenon::as_text(text.view()) == "short");
    tenon::attachment const numbers = std::vector<std::uint32_t>{1, 2, 3};
    CHECK(numbers.size() == 12);
    CHECK(tenon::attachment{}.empty());
    CHECK(tenon::attachment{} == tenon::attachment{std::string{}});
    CHECK(text == tenon::attachment{std::string{"short"}});
    CHECK(!(text == tenon::attachment{std::string{"shirt"}}));
    static_assert(!std::is_convertible_v<std::string&, tenon::attachment>);  // no copy by accident
    static_assert(!std::is_convertible_v<tenon::bytes_view, tenon::attachment>);
    static_assert(!std::is_convertible_v<std::string_view, tenon::attachment>);
}

TEST_CASE("bytes that were lent come back once, from the last copy", "[attachment]") {
    lent::buffer       bytes{large};
    tenon::attachment  first = bytes.lend(), moved = std::move(first), copy = moved;
    CHECK(first.empty());
    moved = tenon::attachment{};
    CHECK(bytes.back() == 0);
    copy = std::string{"something else"};
    CHECK(bytes.back() == 1);
}

TEST_CASE("attachments that were received are sent on from where they are", "[attachment]") {
    lent::buffer picture{large};
    self_portrait::sent.push_back({"cat", picture.lend()});
    self_portrait::run<tenon::codec::binary>();
    self_portrait::sent = self_portrait::got;
    self_portrait::run<tenon::codec::binary>();
    REQUIRE(self_portrait::got.size() == 1);
    CHECK(self_portrait::at[0] == picture.data());
    CHECK(picture.back() == 0);
    self_portrait::got.clear();
    CHECK(picture.back() == 1);
}

TEST_CASE("of one buffer many messages can be sent, and it comes back after the last", "[attachment]") {
    lent::buffer picture{large};
    for (tenon::attachment const shared = picture.lend(); self_portrait::sent.size() < 100;)
        self_portrait::sent.push_back({"cat", shared, 0, shared});
    self_portrait::run<tenon::codec::binary>();
    REQUIRE(self_portrait::got.size() == 100);
    for (photo const& each : self_portrait::got) {
        CHECK(each.picture.data() == picture.data());
        CHECK(each.thumbnail.data() == picture.data());
    }
    self_portrait::got.clear();
    CHECK(picture.back() == 1);
}

namespace {

/// Keeps nothing of what it gets.
struct viewer {
    static constexpr auto in    = tenon::pull<"in", album>;
    static constexpr auto ports = tenon::ports(in);

    static inline tenon::port_counters     seen;
    static inline std::vector<std::string> shown;
    static inline std::vector<tenon::errc> dropped;

    void on(photo const& p) {
        shown.push_back(p.name + " " + std::to_string(p.picture.size()) + " " + std::to_string(p.thumbnail.size()));
    }
    void on(over const&, auto& process) {
        seen = process[in].counters();
        process.stop();
    }
};

struct reasons {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const& i) { viewer::dropped.push_back(i.reason); }
};

}  // namespace

TEST_CASE("frames that are not the attachments which the body announces are dropped and counted",
          "[attachment][hazard]") {
    viewer::shown.clear();
    viewer::dropped.clear();
    auto child = tenon::start<tenon::process<viewer, tenon::launch::thread, tenon::transport::zmq, reasons>>(
        tenon::bind(viewer::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::push};
    peer.connect(child.address(viewer::in));
    std::string const cat = R"(["photo",{"name":"cat","picture":3,"number":1,"thumbnail":2}])";
    for (by_hand::frames const& message : std::vector<by_hand::frames>{
             {cat, "abc", "de"},
             {cat},
             {cat, "abc"},
             {cat, "abc", "de", ""},
             {cat, "abc", "de", "f", "g", "h"},
             {cat, "ab", "cde"},
             {cat, "abc", ""},
             {R"(["photo",{"name":"cat","picture":-1,"number":1,"thumbnail":2}])", "", "de"},
             {R"(["photo",{"name":"cat","picture":18446744073709551615,"number":1,"thumbnail":0}])", "abc", ""},
             {R"(["photo",{"name":"cat","picture":"abc","number":1,"thumbnail":0}])", "abc", ""},
             {R"(["over",null])", "abc"},
             {"garbage", "abc", "de"},
             {"", cat, "abc", "de"},
             {R"(["photo",{"name":"dog","picture":0,"number":1,"thumbnail":0}])", "", ""},
             {R"(["over",null])"}})
        by_hand::send(peer, message);
    CHECK(child.join() == 0);
    CHECK(viewer::shown == std::vector<std::string>{"cat 3 2", "dog 0 0"});
    CHECK(viewer::seen.wrong_frames == 8);
    CHECK(viewer::seen.undecodable == 4);
    CHECK(viewer::dropped.size() == 12);
}

TEST_CASE("attachments that are together larger than a message may be are dropped", "[attachment][hazard]") {
    viewer::shown.clear();
    viewer::dropped.clear();
    auto child = tenon::start<tenon::process<viewer, tenon::launch::thread, tenon::transport::zmq, reasons>>(
        tenon::bind(viewer::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::push};
    peer.connect(child.address(viewer::in));
    std::size_t const most = tenon::transport::socket_options{}.max_message_size;
    std::string const size = std::to_string(most / 2 + 1);
    by_hand::send(peer, {R"(["photo",{"name":"cat","picture":)" + size + R"(,"number":1,"thumbnail":)" + size + "}]",
                         std::string(most / 2 + 1, 'x'), std::string(most / 2 + 1, 'x')});
    by_hand::send(peer, {R"(["over",null])"});
    CHECK(child.join() == 0);
    CHECK(viewer::shown.empty());
    CHECK(viewer::dropped == std::vector<tenon::errc>{tenon::errc::too_large});
}

namespace {

/// Sends what it is given, and tells how that went.
template <class Overload = tenon::overload::fail>
struct sender {
    static constexpr auto out   = tenon::push<"out", album, Overload, tenon::high_water_mark<1>>;
    static constexpr auto ports = tenon::ports(out);

    static inline std::vector<photo>   sent;
    static inline std::vector<bool>    good;
    static inline tenon::port_counters counters;
    static inline std::function<void()> check;

    static void give(photo p) { sent.push_back(std::move(p)); }
    void        on(tenon::started const&, auto& process) {
        good.clear();
        for (auto const& each : sent) good.push_back(process[out].send(each));
        sent.clear();
        counters = process[out].counters();
        if (check) check();
        process.stop();
    }
    static int run(tenon::address const& where) {
        using process = tenon::process<sender, tenon::launch::here, tenon::transport::zmq>;
        return tenon::run<process>(tenon::connect(out, where));
    }
};

/// An address where nobody listens.
tenon::address nobody() {
    static int number = 0;
    return tenon::address{"ipc:///tmp/tenon-attachments-" + std::to_string(::getpid()) + "-" +
                          std::to_string(++number)};
}

}  // namespace

TEST_CASE("a peer finds attachments as frames behind the body, which says how long they are", "[attachment]") {
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::pull};
    auto const   where = peer.bind("127.0.0.1");
    lent::buffer picture{large, 'x'};
    sender<>::give({"cat", picture.lend(), 1, std::string{"small"}});
    CHECK(sender<>::run(where) == 0);
    CHECK(by_hand::receive(peer) ==
          by_hand::frames{R"(["photo",{"name":"cat","picture":1048576,"number":1,"thumbnail":5}])",
                          std::string(large, 'x'), "small"});
    picture.wait();  // libzmq's own thread gives it back
    CHECK(picture.back() == 1);
}

TEST_CASE("what cannot be sent is given back at once, what is dropped when it is dropped", "[attachment][overload]") {
    std::array<lent::buffer, 4> pictures{lent::buffer{large}, lent::buffer{large}, lent::buffer{large},
                                         lent::buffer{large}};
    auto const give = [&](auto sends) {
        for (auto& each : pictures) sends.give({"cat", each.lend()});
    };
    std::vector<int> at_once;
    auto const       look = [&] {
        at_once.clear();
        for (auto const& each : pictures) at_once.push_back(each.back());
    };
    SECTION("the sender is told") {
        sender<>::check = look;
        give(sender<>{});
        CHECK(sender<>::run(nobody()) == 0);
        CHECK(sender<>::good == std::vector<bool>{true, false, false, false});
        CHECK(at_once == std::vector<int>{0, 1, 1, 1});
    }
    SECTION("the newest is dropped") {
        using app  = sender<tenon::overload::drop_newest<1>>;
        app::check = look;
        give(app{});
        CHECK(app::run(nobody()) == 0);
        CHECK(at_once == std::vector<int>{0, 0, 1, 1});
    }
    SECTION("the oldest is dropped") {
        using app  = sender<tenon::overload::drop_oldest<1>>;
        app::check = look;
        give(app{});
        CHECK(app::run(nobody()) == 0);
        CHECK(at_once == std::vector<int>{0, 1, 1, 0});
    }
    SECTION("a message that cannot be encoded") {
        sender<>::check = look;
        for (auto& each : pictures) sender<>::give({"\xff", each.lend()});
        CHECK(sender<>::run(nobody()) == 0);
        CHECK(sender<>::good == std::vector<bool>(4, false));
        CHECK(at_once == std::vector<int>{1, 1, 1, 1});
    }
    for (auto const& each : pictures) each.wait();  // the others when the process has stopped
    for (auto const& each : pictures) CHECK(each.back() == 1);
}

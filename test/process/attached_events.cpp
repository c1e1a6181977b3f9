// Attachments of events: behind the body, before the number of a numbered one.
#include "by_hand.hpp"
#include "catch.hpp"
#include "lent.hpp"
#include "pub_sub.hpp"

#include <cstddef>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using market::limit;
using market::zmq;

namespace {

struct frame_of_film {
    std::string       camera;
    tenon::attachment picture;
};
struct silence { int seconds; };
using film = tenon::protocol<tenon::event<frame_of_film, &frame_of_film::camera>, tenon::event<silence>>;

constexpr std::size_t large = std::size_t{1} << 18;

/// Publishes to itself over inproc. One picture is as long as a number.
template <class... Options>
struct cinema {
    static constexpr auto out   = tenon::pub<"out", film, Options...>;
    static constexpr auto in    = tenon::sub<"in", film, Options...>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline tenon::attachment             picture;
    static inline std::vector<std::byte const*> seen;
    static inline std::vector<std::size_t>      sizes;
    static inline tenon::port_counters          counters;

    void on(tenon::started const&, auto& process) {
        limit(process);
        process[in].connect(process[out].bind(tenon::address{"inproc://cinema"}));
        process[out].when_subscribed(1, [&process] {
            process[out].send(frame_of_film{"left", std::move(picture)});
            process[out].send(silence{1});
            process[out].send(frame_of_film{"left", std::string(16, 'n')});
            process[out].send(frame_of_film{"right", {}});
            process[out].send(silence{2});
        });
    }
    void on(frame_of_film const& f) {
        seen.push_back(f.picture.data());
        sizes.push_back(f.picture.size());
    }
    void on(silence const& s, auto& process) {
        sizes.push_back(static_cast<std::size_t>(s.seconds));
        if (s.seconds < 2) return;
        counters = process[in].counters();
        process.stop();
    }
};

template <class App>
void check_cinema() {
    lent::buffer picture{large};
    App::picture = picture.lend();
    App::seen.clear();
    App::sizes.clear();
    using process = tenon::process<App, tenon::launch::here, tenon::codec::json, zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(App::out), tenon::unlinked(App::in)) == 0);
    CHECK(App::sizes == std::vector<std::size_t>{large, 1, 16, 0, 2});
    REQUIRE(App::seen.size() == 3);
    CHECK(App::seen[0] == picture.data());
    CHECK(App::counters == tenon::port_counters{});
    picture.wait();
    CHECK(picture.back() == 1);
}

}  // namespace

TEST_CASE("events hand attachments over without a copy, numbered or not", "[attachment][pub]") {
    check_cinema<cinema<>>();
    check_cinema<cinema<tenon::sequenced>>();
}

namespace {

struct usher {
    static constexpr auto in    = tenon::sub<"in", film>;
    static constexpr auto ports = tenon::ports(in);

    static inline std::vector<std::string> seen;
    static inline tenon::port_counters     counters;

    void on(frame_of_film const& f) { seen.emplace_back(tenon::as_text(f.picture.view())); }
    void on(silence const&, auto& process) {
        counters = process[in].counters();
        process.stop();
    }
};

}  // namespace

TEST_CASE("what a plain publisher attaches is told apart from a number, and from mistakes",
          "[attachment][pub][hazard]") {
    usher::seen.clear();
    zmq::context context;
    zmq::socket  publisher{context, tenon::pattern::xpub};
    auto const   where = publisher.bind("127.0.0.1");
    auto child = tenon::start<tenon::process<usher, tenon::launch::thread, zmq>>(tenon::connect(usher::in, where));
    for (int subscriptions = 0; subscriptions < 2; ++subscriptions) by_hand::receive(publisher);
    std::string const topic = "frame_of_film/left/", number(16, '1');
    std::string const three = R"(["frame_of_film",{"camera":"left","picture":3}])";
    std::string const as_number = R"(["frame_of_film",{"camera":"left","picture":16}])";
    for (by_hand::frames const& message : std::vector<by_hand::frames>{{topic, three, "abc"},
                                                                       {topic, three, "def", number},
                                                                       {topic, as_number, number},
                                                                       {topic, as_number, number, number},
                                                                       {topic, three},
                                                                       {topic, three, "abcd"},
                                                                       {topic, three, "abc", "no number"},
                                                                       {topic, three, "abc", "x", "y", number},
                                                                       {"silence/", R"(["silence",1])", "x", number},
                                                                       {"silence/", R"(["silence",1])"}})
        by_hand::send(publisher, message);
    CHECK(child.join() == 0);
    CHECK(usher::seen == std::vector<std::string>{"abc", "def", number, number});
    CHECK(usher::counters.wrong_frames == 5);
}

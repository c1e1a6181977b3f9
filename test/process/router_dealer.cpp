// router and dealer ports: requests many at once, replies in any order, events to one peer.
#include "by_hand.hpp"
#include "catch.hpp"
#include "own_links.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using by_hand::zmq;

namespace {

struct question { int number; };
struct reply { int number; };
struct sign_up { std::string name; };
struct news { std::string text; };
struct flush {};
struct line { int number; };

using talk = tenon::protocol<tenon::request<question, reply>, tenon::command<sign_up>, tenon::command<flush>,
                             tenon::event<news>>;

/// Answers questions in the reverse of their order, and sends news to who has signed up.
struct desk {
    static constexpr auto clients = tenon::router<"clients", talk>;
    static constexpr auto ports   = tenon::ports(clients);

    std::vector<std::pair<int, tenon::promise<reply>>> waiting{};
    std::map<tenon::peer, std::string>                 known{};

    auto on(question const& q, auto& process) {
        auto const asker = process[clients].peer();
        return process[clients].defer(q, [&](tenon::promise<reply> later) {
            CHECK(process[clients].peer() == asker);  // still, though the envelope has been put away
            waiting.emplace_back(q.number, std::move(later));
            if (waiting.size() < 3) return;
            for (; !waiting.empty(); waiting.pop_back())
                waiting.back().second.answer(reply{waiting.back().first * 10});
        });
    }
    void on(sign_up const& s, auto& process) {
        auto const who = process[clients].peer();
        known[who]     = s.name;
        for (auto const& [peer, name] : known) process[clients].send(news{s.name + " joined"}, peer);
    }
    void on(flush const&, auto& process) {
        if (process[clients].unanswered() == 0) process.stop();
    }
};

struct visitor {
    static constexpr auto server = tenon::dealer<"server", talk>;
    static constexpr auto ports  = tenon::ports(server);

    static inline std::vector<std::string> seen;

    void on(tenon::started const&, auto& process) {
        process[server].send(sign_up{"ann"});
        for (int i = 1; i <= 3; ++i)
            process[server].request(question{i}, 10s, [&process](tenon::result<reply> r) {
                seen.push_back(std::to_string(r.value().number));
                if (seen.size() < 4) return;
                process[server].send(flush{});
                process.stop();
            });
    }
    void on(news const& n) { seen.push_back(n.text); }
};

template <class Codec>
using desk_process = tenon::process<desk, tenon::launch::thread, Codec, tenon::transport::zmq>;

}  // namespace

TEMPLATE_TEST_CASE("a router answers in any order and sends events to one peer", "[router]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    visitor::seen.clear();
    auto child    = tenon::start<desk_process<TestType>>(tenon::bind(desk::clients, "127.0.0.1"));
    using process = tenon::process<visitor, tenon::launch::here, TestType, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::connect(visitor::server, child.address(desk::clients))) == 0);
    CHECK(visitor::seen == std::vector<std::string>{"ann joined", "30", "20", "10"});
    CHECK(child.join() == 0);
}

TEST_CASE("a router keeps envelopes whole for plain peers, deferred or not", "[router]") {
    auto child = tenon::start<desk_process<tenon::codec::json>>(tenon::bind(desk::clients, "127.0.0.1"));
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::dealer};
    plain.connect(child.address(desk::clients));
    by_hand::send(plain, {"hop 2", "hop 1", "", R"(["question",1])"});
    by_hand::send(plain, {"", R"(["question",2])"});
    by_hand::send(plain, {R"(["question",3])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{R"(["reply",30])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["reply",20])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"hop 2", "hop 1", "", R"(["reply",10])"});
    by_hand::send(plain, {"", R"(["sign_up","bob"])"});
    CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["news","bob joined"])"});
    by_hand::send(plain, {R"(["flush",null])"});
    CHECK(child.join() == 0);
}

namespace {

struct gone {};
struct seen_gone { bool sent; std::uint64_t undeliverable; std::string peer; };
using farewell = tenon::protocol<tenon::command<sign_up>, tenon::request<gone, seen_gone>, tenon::event<news>>;

/// Tells news to the first who signed up, whenever somebody asks.
struct teller {
    static constexpr auto clients = tenon::router<"clients", farewell>;
    static constexpr auto ports   = tenon::ports(clients);

    tenon::peer first{};

    void on(sign_up const&, auto& process) {
        if (first.empty()) first = process[clients].peer();
        process[clients].send(news{"welcome"}, process[clients].peer());
    }
    seen_gone on(gone const&, auto& process) {
        bool const sent = process[clients].send(news{"still there?"}, first);
        return {sent, process[clients].counters().undeliverable, first.to_string()};
    }
};

}  // namespace

TEST_CASE("an event to a peer that has gone is reported as unroutable, and counted", "[router][hazard]") {
    auto child = tenon::start<tenon::process<teller, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::bind(teller::clients, "127.0.0.1"));
    zmq::context context;
    {
        tenon::transport::socket_options options;
        options.identity = "first one";
        zmq::socket plain{context, tenon::pattern::dealer, options};
        plain.connect(child.address(teller::clients));
        by_hand::send(plain, {"", R"(["sign_up","a"])"});
        CHECK(by_hand::receive(plain) == by_hand::frames{"", R"(["news","welcome"])"});
    }
    tenon::client<farewell, tenon::codec::json, zmq> asker{child.address(teller::clients)};
    // The router learns of the end of a connection when its I/O thread does: ask until then.
    seen_gone answer = asker.request(gone{});
    while (answer.sent) answer = asker.request(gone{});
    CHECK(answer.undeliverable == 1);
    CHECK(answer.peer == "first\\x20one");
}

namespace {

struct stray {
    static constexpr auto server = tenon::dealer<"server", talk>;
    static constexpr auto ports  = tenon::ports(server);

    static inline tenon::port_counters     seen;
    static inline std::vector<std::string> heard;

    void on(tenon::started const&, auto& process) { process[server].send(sign_up{"me"}); }
    void on(news const& n, auto& process) {
        heard.push_back(n.text);
        seen = process[server].counters();
        if (n.text == "last") process.stop();
    }
};

using orders = tenon::protocol<tenon::command<flush>, tenon::event<news>>;

/// Has a port where something is asked, and one where messages only stream.
struct both_kinds {
    static constexpr auto talks   = tenon::router<"talks", talk>;
    static constexpr auto streams = tenon::router<"streams", orders>;
    static constexpr auto ports   = tenon::ports(talks, streams);

    static inline int talks_interval = -1, streams_interval = -1;

    void on(tenon::started const&, auto& process) {
        talks_interval   = interval_of(process[talks].socket());
        streams_interval = interval_of(process[streams].socket());
        process.stop();
    }
    reply on(question const& q) { return {q.number}; }
    void  on(sign_up const&) {}
    void  on(flush const&) {}

    static int interval_of(zmq::socket& s) {
        int         value = -1;
        std::size_t size  = sizeof value;
        REQUIRE(zmq_getsockopt(s.native_handle(), ZMQ_HEARTBEAT_IVL, &value, &size) == 0);
        return value;
    }
};

/// Its handler is busy with the first message for longer than two heartbeats are apart.
struct busy_reader {
    static constexpr auto stream = tenon::router<"stream", tenon::protocol<tenon::command<line>>,
                                                 tenon::high_water_mark<10>>;
    static constexpr auto ports  = tenon::ports(stream);

    static constexpr int all = 300;

    int heard = 0;

    void on(line const& l, auto& process) {
        if (++heard == 1) process.context().wait({}, 2500ms);
        if (l.number == all) process.stop();
    }
    void on(tenon::started const&, auto& process) {
        process.after(20s, [&process] { process.stop(1); });
    }
};

}  // namespace

TEST_CASE("a sender that has told all and gone is heard to the end, however late", "[dealer][hazard]") {
    auto child = tenon::start<tenon::process<busy_reader, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::bind(busy_reader::stream, "127.0.0.1"));
    {
        zmq::context context;
        zmq::socket  sender{context, tenon::pattern::dealer};
        sender.connect(child.address(busy_reader::stream));
        for (int i = 1; i <= busy_reader::all; ++i)
            by_hand::send(sender, {"", R"(["line",)" + std::string(100, ' ') + std::to_string(i) + "]"});
    }
    CHECK(child.join() == 0);
}

TEST_CASE("a dealer takes events from plain routers, and drops and counts what is none", "[dealer][hazard]") {
    stray::heard.clear();
    zmq::context context;
    zmq::socket  plain{context, tenon::pattern::router};
    auto const   where = plain.bind("127.0.0.1");
    // A router cannot speak first: it has to know the peer's identity, which its first message tells.
    auto child = tenon::start<tenon::process<stray, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::connect(stray::server, where));
    auto const hello = by_hand::receive(plain);
    REQUIRE(hello.size() == 4);
    std::string const& who = hello[0];
    by_hand::send(plain, {who, "", R"(["news","one"])"});
    by_hand::send(plain, {who, R"(["news","two"])"});
    by_hand::send(plain, {who, "", "garbage"});
    by_hand::send(plain, {who, "", "a", "b"});
    by_hand::send(plain, {who, "12345678", "", R"(["reply",1])"});
    by_hand::send(plain, {who, "", R"(["news","last"])"});
    CHECK(child.join() == 0);
    CHECK(stray::heard == std::vector<std::string>{"one", "two", "last"});
    CHECK(stray::seen.undecodable == 1);
    CHECK(stray::seen.wrong_frames == 1);
    CHECK(stray::seen.late == 1);
}

TEST_CASE("heartbeats run where something is asked, not where messages only stream", "[dealer][hazard]") {
    using once = tenon::process<both_kinds, tenon::launch::here, tenon::transport::zmq>;
    CHECK(tenon::run<once>(tenon::bind(both_kinds::talks, "127.0.0.1"),
                           tenon::bind(both_kinds::streams, "127.0.0.1")) == 0);
    CHECK(both_kinds::talks_interval == 2000);
    CHECK(both_kinds::streams_interval == 0);
}

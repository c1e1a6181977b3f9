// The question for a protocol's definition: who asks it and when, and that peers who do not know it lose nothing.
#include "by_hand.hpp"
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/process/task.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using app::ping;
using app::pong;
using app::server;
using tenon::errc;
using zmq = tenon::transport::zmq;

namespace {

constexpr char const* question = R"(["tenon.describe",null])";

std::string definition_with(std::string const& ping_line) {
    return R"(["tenon.definition",")" + ping_line + R"(\n"])";
}

/// A server by hand, which answers the request's frames with other bodies.
struct raw_server {
    zmq::context   context;
    zmq::socket    socket{context, tenon::pattern::router};
    tenon::address where = socket.bind("127.0.0.1");

    /// The body of the next request, answered at once.
    std::string answer(std::string body) {
        auto frames = by_hand::receive(socket);
        std::swap(frames.back(), body);
        by_hand::send(socket, frames);
        return body;
    }
};

/// What a `req` port gets for ping 1, asked by a process in a thread of its own.
struct asking_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    static inline std::vector<tenon::failure> outcomes;

    void on(tenon::started const&, auto& process) { ask(process); }
    void ask(auto& process) {
        process[server].request(ping{1}, 10s, [this, &process](tenon::result<pong> outcome) {
            outcomes.push_back(outcome ? tenon::failure{errc::ok, {}} : outcome.error());
            if (outcomes.size() == 1) ask(process);
            else process.stop();
        });
    }
};

/// What a client gets for two requests, one after the other.
void ask_by_client(tenon::address const& where) {
    app::client<> peer{where};
    for (int i = 0; i < 2; ++i) {
        auto const outcome = peer.try_request(ping{1}, 10s);
        asking_app::outcomes.push_back(outcome ? tenon::failure{errc::ok, {}} : outcome.error());
    }
}
void ask_by_port(tenon::address const& where) {
    using process = tenon::process<asking_app, tenon::launch::here, tenon::transport::zmq>;
    tenon::run<process>(tenon::connect(asking_app::server, where));
}

/// Two requests by a client or a port, whose server is played by `play`.
template <class Play>
std::vector<tenon::failure> outcomes_of_two(Play play) {
    auto* const ask = GENERATE(&ask_by_client, &ask_by_port);
    asking_app::outcomes.clear();
    raw_server  peer;
    std::thread asking{ask, peer.where};
    play(peer);
    asking.join();
    REQUIRE(asking_app::outcomes.size() == 2);
    return asking_app::outcomes;
}

/// Asks once, and has no time.
struct impatient_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    static inline bool answered, in_time;

    void on(tenon::started const&, auto& process) {
        answered = in_time = false;
        process[server].request(ping{1}, 300ms, [](tenon::result<pong>) { answered = true; });
        process.after(900ms, [&process] {  // a busy machine is late with both
            in_time = answered;
            process.stop();
        });
    }
};

/// Waits for a message at either of them; true if it is at `a`.
bool has_message_first(raw_server& a, raw_server& b) {
    for (int i = 0; i < 1000; ++i) {
        if (zmq::wait(a.socket, POLLIN, 5ms)) return true;
        if (zmq::wait(b.socket, POLLIN, 5ms)) return false;
    }
    REQUIRE(false);
    return false;
}

template <class Codec>
std::string answer_to(std::string const& body) {
    auto child = tenon::start<app::server_process<tenon::launch::fork, Codec>>(
        tenon::bind(server::requests, "127.0.0.1"));
    zmq::context context;
    zmq::socket  socket{context, tenon::pattern::dealer};
    socket.connect(child.address(server::requests));
    by_hand::send(socket, {"id", "", body});
    auto const frames = by_hand::receive(socket);
    REQUIRE(frames.size() == 3);
    CHECK(frames[0] == "id");

    app::client<Codec> same{child.address(server::requests)};
    CHECK(same.request(app::how_are_you{}).undecodable == 0);
    CHECK(same.try_definition().value() == tenon::definition_of<app::ping_pong>());
    return frames[2];
}

}  // namespace

TEST_CASE("a server tells its definition to who asks, in every format", "[definition]") {
    auto const ours = tenon::definition_of<app::ping_pong>();
    CHECK(ours.text.starts_with("request ping{count:i32;} pong{count:i32;}\nrequest misbehave{how:str;} done{}\n"));
    auto const json = answer_to<tenon::codec::json>(question);
    CHECK(json.starts_with(R"(["tenon.definition","request ping{count:i32;} pong{count:i32;}\n)"));
    auto const msgpack = answer_to<tenon::codec::msgpack>("\x92\xaetenon.describe\xc0");
    CHECK(msgpack.starts_with("\x92\xb0tenon.definition\xda"));
    // The ids of tenon.describe{} and tenon.definition{text:str;}.
    auto const binary = answer_to<tenon::codec::binary>("\xe0\x70\x5c\x9b");
    CHECK(binary.starts_with("\xc7\xad\x24\xe7"));
    CHECK(binary.size() == 4 + 4 + ours.text.size());
}

TEST_CASE("an asker names what differs, each time", "[definition]") {
    auto const outcomes = outcomes_of_two([](raw_server& peer) {
        for (int i = 0; i < 2; ++i) {
            CHECK(peer.answer(R"(["pong","three"])") == R"(["ping",1])");
            CHECK(peer.answer(definition_with("request ping{count:i32;} pong{count:str;}")) == question);
        }
    });
    for (auto const& outcome : outcomes) {
        CHECK(outcome.code == errc::other_definition);
        CHECK(outcome.text.find("message pong: field count is str there and i32 here") != std::string::npos);
        CHECK(outcome.text.find("the peer's reply cannot be read") != std::string::npos);
    }
}

TEST_CASE("a failure that the definitions do not explain stays as it is, and the question is not asked again",
          "[definition]") {
    std::string const answer = GENERATE(as<std::string>{}, definition_with("request ping{count:i32;} pong{count:i32;}"),
                                        R"(["failure",{"code":4,"text":"what?"}])", R"(["pong",1])", "garbage", "");
    auto const outcomes = outcomes_of_two([&](raw_server& peer) {
        peer.answer(R"(["failure",{"code":6,"text":"too many"}])");
        CHECK(peer.answer(answer) == question);
        CHECK(peer.answer(R"(["failure",{"code":6,"text":"too many"}])") == R"(["ping",1])");
    });
    for (auto const& outcome : outcomes) CHECK(outcome == tenon::failure{errc::out_of_range, "too many"});
}

TEST_CASE("a failure of another kind leads to no question", "[definition]") {
    std::string const answer = GENERATE(as<std::string>{}, R"(["failure",{"code":101,"text":"not today"}])",
                                        R"(["failure",{"code":100,"text":"oh"}])", "\x01\x02", "[");
    auto const outcomes = outcomes_of_two([&](raw_server& peer) {
        CHECK(peer.answer(answer) == R"(["ping",1])");
        CHECK(peer.answer(answer) == R"(["ping",1])");
    });
    for (auto const& outcome : outcomes) CHECK(outcome.code != errc::other_definition);
}

TEST_CASE("a server that does not answer the question costs a second, once", "[definition]") {
    auto const outcomes = outcomes_of_two([&](raw_server& peer) {
        peer.answer(R"(["pong","three"])");
        CHECK(by_hand::receive(peer.socket).back() == question);
        CHECK(peer.answer(R"(["pong",2])") == R"(["ping",1])");
    });
    CHECK(outcomes[0].code == errc::wrong_type);
    CHECK(outcomes[1].code == errc::ok);
}

TEST_CASE("a request whose failure nobody explains ends when its time is over", "[definition]") {
    raw_server  peer;
    std::thread asking{[&] {
        using process = tenon::process<impatient_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(impatient_app::server, peer.where));
    }};
    peer.answer(R"(["pong","three"])");
    asking.join();
    CHECK(impatient_app::answered);
    CHECK(impatient_app::in_time);
}

TEST_CASE("a client's request whose failure nobody explains ends when its time is over", "[definition]") {
    auto best = std::chrono::steady_clock::duration::max();
    for (int attempt = 0; attempt < 10 && best >= 1s; ++attempt) {  // a busy machine may need more than one
        raw_server  peer;
        std::thread asking{[&] {
            app::client<> client{peer.where};
            auto const    started = std::chrono::steady_clock::now();
            static_cast<void>(client.try_request(ping{1}, 300ms));
            best = std::min(best, std::chrono::steady_clock::now() - started);
        }};
        peer.answer(R"(["pong","three"])");
        asking.join();
    }
    CHECK(best < 1s);
}

TEST_CASE("a port that is connected to several servers asks each of them for its definition", "[definition]") {
    asking_app::outcomes.clear();
    raw_server  a, b;
    std::thread asking{[&] {
        using process = tenon::process<asking_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(asking_app::server, a.where), tenon::connect(asking_app::server, b.where));
    }};
    bool const  a_is_first = has_message_first(a, b);
    raw_server& old        = a_is_first ? a : b;
    raw_server& current    = a_is_first ? b : a;
    old.answer(R"(["pong","three"])");
    CHECK(current.answer(definition_with("request ping{count:i32;} pong{count:i32;}")) == question);
    CHECK(old.answer(definition_with("request ping{count:i32;} pong{count:str;}")) == question);
    raw_server& next = has_message_first(a, b) ? a : b;
    next.answer(R"(["pong",2])");
    asking.join();
    REQUIRE(asking_app::outcomes.size() == 2);
    CHECK(asking_app::outcomes[0].code == errc::other_definition);
    std::string const difference = "one of the servers was built from another definition: message pong";
    CHECK(asking_app::outcomes[0].text.starts_with(difference));
    CHECK(asking_app::outcomes[1].code == errc::ok);
}

TEST_CASE("a failure that no server explains stays as it is", "[definition]") {
    asking_app::outcomes.clear();
    raw_server  a, b;
    std::thread asking{[&] {
        using process = tenon::process<asking_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(asking_app::server, a.where), tenon::connect(asking_app::server, b.where));
    }};
    auto const same = definition_with("request ping{count:i32;} pong{count:i32;}");
    (has_message_first(a, b) ? a : b).answer(R"(["pong","three"])");
    CHECK(a.answer(same) == question);
    CHECK(b.answer(same) == question);
    (has_message_first(a, b) ? a : b).answer(R"(["pong",2])");
    asking.join();
    REQUIRE(asking_app::outcomes.size() == 2);
    CHECK(asking_app::outcomes[0].code == errc::wrong_type);
    CHECK(asking_app::outcomes[1].code == errc::ok);
}

namespace {

struct stopping_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    static inline std::vector<errc> outcomes;

    void on(tenon::started const&, auto& process) {
        process[server].request(ping{1}, 1h,
                                [](tenon::result<pong> outcome) { outcomes.push_back(outcome.error().code); });
        // The answer to this one comes when the question for the definition is under way.
        process[server].request(ping{2}, 1h, [&process](tenon::result<pong>) { process.stop(); });
    }
};

}  // namespace

TEST_CASE("a stop ends a request whose failure is being explained with that failure", "[definition]") {
    stopping_app::outcomes.clear();
    raw_server  peer;
    std::thread asking{[&] {
        using process = tenon::process<stopping_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(stopping_app::server, peer.where));
    }};
    auto first  = by_hand::receive(peer.socket);
    auto second = by_hand::receive(peer.socket);
    first.back() = R"(["pong","three"])";
    by_hand::send(peer.socket, first);
    CHECK(by_hand::receive(peer.socket).back() == question);
    second.back() = R"(["pong",2])";
    by_hand::send(peer.socket, second);
    asking.join();
    CHECK(stopping_app::outcomes == std::vector<errc>{errc::wrong_type});
}

namespace {

/// Its coroutine waits for a reply that cannot be read, and is destroyed while the reason is being asked for.
struct waiting_app {
    static constexpr auto server = tenon::req<"server", app::ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    static inline bool resumed = false;

    static tenon::task<void> ask(auto& process) {
        static_cast<void>(co_await process[server].request(ping{1}, 1h));
        resumed = true;
    }
    void on(tenon::started const&, auto& process) {
        process.start(ask(process));
        process[server].request(ping{2}, 1h, [&process](tenon::result<pong>) { process.stop(); });
    }
};

}  // namespace

TEST_CASE("a coroutine may be destroyed while its failure is being explained", "[definition]") {
    waiting_app::resumed = false;
    raw_server  peer;
    std::thread asking{[&] {
        using process = tenon::process<waiting_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(waiting_app::server, peer.where));
    }};
    auto first  = by_hand::receive(peer.socket);
    auto second = by_hand::receive(peer.socket);
    if (first.back() == R"(["ping",2])") std::swap(first, second);
    first.back() = R"(["pong","three"])";
    by_hand::send(peer.socket, first);
    CHECK(by_hand::receive(peer.socket).back() == question);
    second.back() = R"(["pong",2])";
    by_hand::send(peer.socket, second);
    asking.join();
    CHECK(!waiting_app::resumed);
}

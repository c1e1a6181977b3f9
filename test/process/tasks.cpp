// Coroutines in running processes: handlers that wait, background work, and what a stop makes of them.
#include "by_hand.hpp"
#include "catch.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/process/task.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using by_hand::frames;
using tenon::errc;
using tenon::task;
using zmq = tenon::transport::zmq;

namespace {

struct ping { int count; };
struct pong { int count; };

/// Answered after that many milliseconds.
struct slow { int milliseconds; };
/// Answered when the gate is open that far.
struct wait_for { int number; };
struct open_gate { int number; };
/// Never answered.
struct stuck { int how; };
/// Its text is borrowed from what was received.
struct echo { std::string_view text; };
struct echoed { std::string text; };
/// Its handler behaves as asked, after it has waited once.
struct misbehave { std::string how; };

struct how_are_you {};
struct health { std::uint64_t handler_failed, failures_sent, late; int finished; };

struct forget_slowly {};  ///< A command whose handler waits.
struct throw_slowly {};   ///< A command whose handler waits and throws.
struct stop_now {};

using talk = tenon::protocol<
    tenon::request<ping, pong>,
    tenon::request<slow, pong>,
    tenon::request<wait_for, pong>,
    tenon::request<stuck, pong>,
    tenon::request<echo, echoed>,
    tenon::request<misbehave, pong>,
    tenon::request<how_are_you, health>,
    tenon::command<open_gate>,
    tenon::command<forget_slowly>,
    tenon::command<throw_slowly>,
    tenon::command<stop_now>>;

template <class Codec>
using client = tenon::client<talk, Codec, zmq>;

/// Whether frames are destroyed, and once: how many of these live.
struct witness {
    static inline int alive = 0;
    witness() { ++alive; }
    witness(witness const&) = delete;
    ~witness() { --alive; }
};

/// Most handlers are coroutines.
struct server {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto backend  = tenon::req<"backend", talk>;
    static constexpr auto ports    = tenon::ports(requests, backend);

    int finished = 0;
    int gate     = 0;

    task<pong> on(ping const& p) {
        ++finished;
        co_return {co_await same(p.count)};
    }
    static task<int> same(int n) { co_return n; }

    task<pong> on(slow const& s, auto& process) {
        witness const here;
        co_await process.sleep(std::chrono::milliseconds{s.milliseconds});
        ++finished;
        co_return {s.milliseconds};
    }

    task<pong> on(wait_for const& w, auto& process) {
        while (gate < w.number) co_await process.sleep(1ms);
        co_return {w.number};
    }
    void on(open_gate const& o) { gate = o.number; }

    task<tenon::result<pong>> on(stuck const& s, auto& process) {
        witness const here;
        if (s.how == 0) co_await process.sleep(1h);
        if (s.how == 1) co_return co_await process[backend].request(::ping{1}, 1h);
        if (s.how == 2)
            static_cast<void>(co_await tenon::when_all(process.sleep(1h), process[backend].request(::ping{1}, 1h)));
        while (s.how == 3) co_await process.sleep(0ms);
        co_return pong{-1};
    }

    task<echoed> on(echo const& e, auto& process) {
        co_await process.sleep(5ms);
        co_return {std::string{e.text}};
    }

    task<tenon::result<pong>> on(misbehave const& m, auto& process) {
        co_await process.sleep(1ms);
        if (m.how == "throw") throw std::runtime_error{"secret: " + m.how};
        if (m.how == "throw error") throw tenon::error{errc::refused, "secret"};
        if (m.how == "throw below") co_await below(process);
        if (m.how == "refuse") co_return tenon::failure{errc::refused, "not today"};
        co_return pong{1};
    }
    static task<void> below(auto& process) {
        co_await process.sleep(1ms);
        throw std::runtime_error{"secret, from below"};
    }

    task<void> on(forget_slowly const&, auto& process) {
        co_await process.sleep(1ms);
        ++finished;
    }
    task<void> on(throw_slowly const&, auto& process) {
        co_await process.sleep(1ms);
        throw std::runtime_error{"thrown away"};
    }
    void on(stop_now const&, auto& process) { process.stop(); }

    health on(how_are_you const&, auto& process) {
        auto const& counted = process[requests].counters();
        return {counted.handler_failed, counted.failures_sent, counted.late, finished};
    }
};

template <class Codec = tenon::codec::json, class... More>
using server_process = tenon::process<server, tenon::launch::thread, Codec, zmq, More...>;

/// What a silent server is: it is connected to, and never answers.
struct silent_server {
    zmq::context   context;
    zmq::socket    socket{context, tenon::pattern::rep};
    tenon::address where = socket.bind("127.0.0.1");
};

template <class Process = server_process<>>
auto serve(silent_server& nobody) {
    return tenon::start<Process>(tenon::bind(server::requests, "127.0.0.1"),
                                 tenon::connect(server::backend, nobody.where));
}

/// A peer that has many requests under way.
struct dealer {
    explicit dealer(tenon::address const& where) { socket.connect(where); }

    void ask(std::string const& id, std::string const& body) { by_hand::send(socket, {id, "", body}); }
    /// The id and the body of the next answer.
    std::vector<std::string> answer() {
        frames const got = by_hand::receive(socket);
        REQUIRE(got.size() == 3);
        return {got[0], got[2]};
    }
    std::vector<std::vector<std::string>> answers(std::size_t count) {
        std::vector<std::vector<std::string>> all;
        while (all.size() < count) all.push_back(answer());
        return all;
    }

    zmq::context context;
    zmq::socket  socket{context, tenon::pattern::dealer};
};

/// Has many texts echoed at once; its exit code is 0 if each came back as it was.
struct echo_app {
    static constexpr auto out   = tenon::req<"out", talk>;
    static constexpr auto ports = tenon::ports(out);
    struct config { std::vector<std::string> texts; };

    config      settings;
    std::size_t answered = 0;

    void on(tenon::started const&, auto& process) {
        for (auto const& text : settings.texts)
            process[out].request(echo{text}, 10s, [this, &process, text](tenon::result<echoed> outcome) {
                if (!outcome || outcome->text != text) process.stop(1);
                if (++answered == settings.texts.size()) process.stop();
            });
    }
};

}  // namespace

TEST_CASE("a handler that is a coroutine answers like any other", "[tasks]") {
    silent_server nobody;
    auto          child = serve(nobody);
    client<tenon::codec::json> asker{child.address(server::requests)};
    for (int i = 0; i < 100; ++i) CHECK(asker.request(ping{i}).count == i);
    CHECK(asker.request(slow{5}).count == 5);
    asker.send(stop_now{});
    CHECK(child.join() == 0);
}

TEST_CASE("answers of coroutines leave in the order in which they are ready", "[tasks]") {
    silent_server nobody;
    auto          child = serve(nobody);
    dealer        peer{child.address(server::requests)};
    using answer = std::vector<std::string>;
    peer.ask("late", R"(["wait_for",2])");
    peer.ask("early", R"(["wait_for",1])");
    peer.ask("at once", R"(["ping",3])");
    CHECK(peer.answer() == answer{"at once", R"(["pong",3])"});
    peer.ask("gate", R"(["open_gate",1])");
    CHECK(peer.answer() == answer{"early", R"(["pong",1])"});
    peer.ask("gate", R"(["open_gate",2])");
    CHECK(peer.answer() == answer{"late", R"(["pong",2])"});
}

TEST_CASE("a coroutine outlives thousands of other messages", "[tasks]") {
    silent_server nobody;
    auto          child = serve(nobody);
    dealer        peer{child.address(server::requests)};
    client<tenon::codec::json> asker{child.address(server::requests)};
    peer.ask("first", R"(["wait_for",1])");
    for (int i = 0; i < 2000; ++i) REQUIRE(asker.request(ping{i}).count == i);
    asker.send(open_gate{1});
    CHECK(peer.answer() == std::vector<std::string>{"first", R"(["pong",1])"});
}

TEMPLATE_TEST_CASE("a message that borrows lives as long as its coroutine", "[tasks]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    silent_server nobody;
    auto          child = serve<server_process<TestType>>(nobody);
    // Many at once, of all lengths: those that libzmq holds in the frame itself, those on the heap, and in JSON those
    // that have to be unescaped. Each waits while the others arrive.
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 40; ++i)
        texts.push_back(std::string(i * 3, static_cast<char>('a' + i % 26)) + "\n\"" + std::to_string(i));
    using asking = tenon::process<echo_app, tenon::launch::here, TestType, zmq>;
    CHECK(tenon::run<asking>(echo_app::config{texts},
                             tenon::connect(echo_app::out, child.address(server::requests))) == 0);
}

TEST_CASE("what a coroutine throws is a typed failure, counted, and the process goes on", "[tasks][errors]") {
    silent_server nobody;
    auto          child = serve(nobody);
    client<tenon::codec::json> asker{child.address(server::requests)};
    auto const outcome = [&](char const* how) {
        auto const got = asker.try_request(misbehave{how});
        return got ? "pong" : std::to_string(static_cast<int>(got.error().code)) + " " + got.error().text;
    };
    CHECK(outcome("not") == "pong");
    CHECK(outcome("throw") == "100 the handler of the request failed");
    CHECK(outcome("throw error") == "101 the handler of the request failed");
    CHECK(outcome("throw below") == "100 the handler of the request failed");
    CHECK(outcome("refuse") == "101 not today");
    asker.send(throw_slowly{});
    CHECK(asker.request(slow{50}).count == 50);
    auto const seen = asker.request(how_are_you{});
    CHECK(seen.handler_failed == 4);
    CHECK(seen.failures_sent == 4);
}

TEST_CASE("a command's handler may wait too", "[tasks]") {
    silent_server nobody;
    auto          child = serve(nobody);
    client<tenon::codec::json> asker{child.address(server::requests)};
    asker.send(forget_slowly{});
    asker.send(stop_now{});  // a stop waits for it
    CHECK(child.join() == 0);
}

TEST_CASE("a stop waits for the coroutines of requests that were accepted", "[tasks][stop]") {
    silent_server nobody;
    auto          child = serve(nobody);
    dealer        peer{child.address(server::requests)};
    for (int i = 0; i < 20; ++i) peer.ask("slow", R"(["slow",100])");
    peer.ask("stop", R"(["stop_now",null])");
    for (auto const& each : peer.answers(20)) CHECK(each == std::vector<std::string>{"slow", R"(["pong",100])"});
    CHECK(child.join() == 0);
}

TEST_CASE("coroutines that a stop finds waiting answer that it has stopped, once each", "[tasks][stop]") {
    silent_server nobody;
    witness::alive = 0;
    auto   child   = serve(nobody);
    dealer peer{child.address(server::requests)};
    for (int i = 0; i < 40; ++i) peer.ask(std::to_string(i), R"(["stuck",)" + std::to_string(i % 4) + "]");
    peer.ask("last", R"(["slow",30])");
    peer.ask("stop", R"(["stop_now",null])");
    CHECK(peer.answer() == std::vector<std::string>{"last", R"(["pong",30])"});
    auto refused = peer.answers(40);
    CHECK(child.join() == 0);
    CHECK(witness::alive == 0);
    for (auto const& each : refused) CHECK(each[1].find(R"(["failure",{"code":106,)") == 0);
    std::sort(refused.begin(), refused.end());
    CHECK(std::adjacent_find(refused.begin(), refused.end()) == refused.end());
    zmq::frame more;
    CHECK(peer.socket.receive(more) == tenon::transport::io::again);
}

TEST_CASE("a process that is ended by an exception answers for its coroutines first", "[tasks][stop][errors]") {
    silent_server nobody;
    auto   child = serve<server_process<tenon::codec::json, tenon::errors::stop>>(nobody);
    dealer peer{child.address(server::requests)};
    for (int i = 0; i < 3; ++i) peer.ask("stuck", R"(["stuck",)" + std::to_string(i) + "]");
    peer.ask("bad", R"(["misbehave","throw"])");
    auto const bad = R"(["failure",{"code":100,"text":"the handler of the request failed"}])";
    CHECK(peer.answer() == std::vector<std::string>{"bad", bad});
    for (auto const& each : peer.answers(3)) CHECK(each[1].find(R"(["failure",{"code":106,)") == 0);
    CHECK(child.join() == 1);
}

TEST_CASE("what a coroutine throws during a stop ends the process like any other time", "[tasks][stop][errors]") {
    silent_server nobody;
    auto   child = serve<server_process<tenon::codec::json, tenon::errors::stop>>(nobody);
    dealer peer{child.address(server::requests)};
    peer.ask("bad", R"(["misbehave","throw"])");
    peer.ask("stop", R"(["stop_now",null])");
    CHECK(child.join() == 1);
}

namespace {

/// Told of handlers that have finished, in the thread of its process, which the test joins before it looks.
struct stopwatch {
    using policy_kind = tenon::kind::observer;
    static inline std::vector<std::string> handled_messages;
    static inline std::chrono::nanoseconds longest{0};

    void dropped(tenon::incident const&) {}
    void handled(tenon::traffic const& what, std::chrono::nanoseconds took) {
        handled_messages.push_back(std::string{what.message} + " " + std::string{tenon::as_text(what.body)});
        longest = std::max(longest, took);
    }
};

}  // namespace

TEST_CASE("an observer is told when a coroutine has finished, and how long that took", "[tasks][observer]") {
    silent_server nobody;
    auto          child = serve<server_process<tenon::codec::json, stopwatch>>(nobody);
    client<tenon::codec::json> asker{child.address(server::requests)};
    CHECK(asker.request(slow{30}).count == 30);
    CHECK(!asker.try_request(misbehave{"throw"}));
    asker.send(stop_now{});
    CHECK(child.join() == 0);
    CHECK(stopwatch::handled_messages ==
          std::vector<std::string>{R"(slow ["slow",30])", R"(stop_now ["stop_now",null])"});
    CHECK(stopwatch::longest >= 30ms);
}

namespace {

/// What an asking process saw. It runs in this thread with launch::here, so that is there when it has ended.
std::vector<std::string> seen;

std::string text_of(tenon::result<pong> const& outcome) {
    return outcome ? "pong " + std::to_string(outcome->count) : std::string{describe(outcome.error().code)};
}

/// Works in the background as its test says.
template <class Work>
struct working_app {
    static constexpr auto out   = tenon::req<"out", talk>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) { Work::start(process, process[out]); }
};
template <class Work, class... More>
using working = tenon::process<working_app<Work>, tenon::launch::here, zmq, More...>;

template <class Work, class... More>
int run(tenon::address const& peer) {
    seen.clear();
    return tenon::run<working<Work, More...>>(tenon::connect(working_app<Work>::out, peer));
}

/// A thousand tasks that sleep; the last stops the process.
struct sleepers {
    static inline int left = 0;
    static task<void> sleeper(auto& process, int i) {
        witness const here;
        for (int round = 0; round < 3; ++round) co_await process.sleep(std::chrono::milliseconds{i % 10});
        if (--left == 0) process.stop();
    }
    static void start(auto& process, auto&) {
        left = 1000;
        for (int i = 0; i < 1000; ++i) process.start(sleeper(process, i));
    }
};

}  // namespace

TEST_CASE("a thousand tasks sleep in one process at the same time", "[tasks][background]") {
    silent_server nobody;
    witness::alive = 0;
    CHECK(run<sleepers>(nobody.where) == 0);
    CHECK(sleepers::left == 0);
    CHECK(witness::alive == 0);
}

namespace {

/// Asks a thousand times in a row, then a thousand times at once.
struct asker {
    static task<void> ask(auto& process, auto& out) {
        int good = 0;
        for (int i = 0; i < 1000; ++i) {
            auto const got = co_await out.request(ping{i}, 10s);
            good += got && got->count == i ? 1 : 0;
        }
        std::vector<decltype(out.request(ping{}, 10s))> requests;
        for (int i = 0; i < 1000; ++i) requests.push_back(out.request(ping{i}, 10s));
        int i = 0;
        for (auto const& got : co_await tenon::when_all(std::move(requests))) good += got && got->count == i++ ? 1 : 0;
        seen.push_back(std::to_string(good));
        process.stop();
    }
    static void start(auto& process, auto& out) { process.start(ask(process, out)); }
};

}  // namespace

TEST_CASE("a task asks again and again, and many at once", "[tasks][background]") {
    silent_server nobody;
    auto          child = serve(nobody);
    CHECK(run<asker>(child.address(server::requests)) == 0);
    CHECK(seen == std::vector<std::string>{"2000"});
}

namespace {

/// Every way in which a request can end, but for a reply.
struct unlucky {
    static task<void> ask(auto& process, auto& out) {
        seen.push_back(text_of(co_await out.request(ping{1}, 20ms)));
        misbehave const no_text{"\xff"};
        seen.push_back(text_of(co_await out.request(no_text, 1h)));
        seen.push_back("timed out " + std::to_string(out.counters().timed_out));
        process.stop();
    }
    static void start(auto& process, auto& out) { process.start(ask(process, out)); }
};

}  // namespace

TEST_CASE("a request of a task ends at its deadline, or soon if it cannot be sent", "[tasks][background]") {
    std::vector<std::string> const expected{"timed out", "text is not valid UTF-8", "timed out 1"};
    SECTION("by a peer that does not answer") {
        silent_server nobody;
        CHECK(run<unlucky>(nobody.where) == 0);
        CHECK(seen == expected);
    }
    SECTION("by a peer that has gone") {
        auto gone = std::make_unique<silent_server>();
        tenon::address const where = gone->where;
        gone.reset();
        CHECK(run<unlucky>(where) == 0);
        CHECK(seen == expected);
    }
}

namespace {

/// Is stopped while its tasks wait, in each of the ways.
struct stopped_work {
    static inline int finished = 0;

    static task<void> wait(auto& process, auto& out, int how) {
        witness const   here;
        misbehave const no_text{"\xff"};
        if (how == 0) co_await process.sleep(1h);
        if (how == 1) co_await process.sleep(0ms);  // ready when the process stops
        if (how == 2) seen.push_back(text_of(co_await out.request(ping{1}, 1h)));
        if (how == 3) seen.push_back(text_of(co_await out.request(no_text, 1h)));  // the same
        if (how == 4) static_cast<void>(co_await tenon::when_all(wait(process, out, 0), wait(process, out, 2)));
        if (how == 5) co_await wait(process, out, 2);
        ++finished;
    }
    static void start(auto& process, auto& out) {
        for (int i = 0; i < 60; ++i) process.start(wait(process, out, i % 6));
        seen.push_back("pending " + std::to_string(out.pending()));
        process.stop();
    }
};

/// Throws from a task, at once and later.
struct thrower {
    static task<void> fail(auto& process, std::chrono::milliseconds when) {
        if (when > 0ms) co_await process.sleep(when);
        throw std::runtime_error{when > 0ms ? "thrown later" : "thrown at once"};
    }
    static void start(auto& process, auto&) {
        process.start(fail(process, 0ms));
        process.start(fail(process, 1ms));
        process.after(30ms, [&process] { process.stop(); });
    }
};

struct listener {
    using policy_kind = tenon::kind::observer;
    void dropped(tenon::incident const& what) { seen.push_back(std::string{what.text}); }
};

}  // namespace

TEST_CASE("background tasks are ended by a stop where they wait, and do not delay it", "[tasks][background][stop]") {
    silent_server nobody;
    witness::alive         = 0;
    stopped_work::finished = 0;
    CHECK(run<stopped_work>(nobody.where) == 0);
    CHECK(witness::alive == 0);
    CHECK(stopped_work::finished == 0);
    CHECK(seen == std::vector<std::string>{"pending 40"});  // and none of them is resumed
}

TEST_CASE("what a background task throws goes to the errors policy", "[tasks][background][errors]") {
    silent_server nobody;
    CHECK(run<thrower, listener>(nobody.where) == 0);
    CHECK(seen == std::vector<std::string>{"thrown at once", "thrown later"});
    CHECK(run<thrower, listener, tenon::errors::stop>(nobody.where) == 1);
    CHECK(seen == std::vector<std::string>{"thrown at once"});
}

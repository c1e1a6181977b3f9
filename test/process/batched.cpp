// tenon::batched: several messages of a port travel as one, and nothing else about them changes.
#include "by_hand.hpp"
#include "catch.hpp"
#include "next_turn.hpp"
#include "own_links.hpp"

#include <tenon/process/task.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

using namespace std::chrono_literals;
using by_hand::zmq;
using tenon::errc;
namespace overload = tenon::overload;

namespace {

struct job { int number; };
struct finish { std::string word; };
using work = tenon::protocol<tenon::command<job>, tenon::command<finish>>;

/// The batch of these messages, as docs/wire-formats.md describes it: lengths are below 256 here.
std::string batch_of(std::vector<std::string> const& messages) {
    std::string all = "\xc1tb1";
    for (auto const& each : messages) all += std::string{static_cast<char>(each.size()), '\0', '\0', '\0'} + each;
    return all;
}

/// Gives jobs to itself.
struct self_employed {
    // [option]
    static constexpr auto out = tenon::push<"out", work, tenon::batched<1024, 32768, 1ms>>;
    static constexpr auto in  = tenon::pull<"in", work, tenon::batched<>>;
    // [/option]
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::vector<int> done;
    static inline bool             all_sent = true;

    void on(tenon::started const&, auto& process) {
        own_links::link(process, in, out);
        for (int i = 0; i < 5000; ++i) all_sent = process[out].send(job{i}) && all_sent;
        all_sent = process[out].send(finish{"now"}) && all_sent;
    }
    void on(job const& j) { done.push_back(j.number); }
    void on(finish const& f, auto& process) {
        if (f.word == "now") process.stop();
    }
};

}  // namespace

TEMPLATE_TEST_CASE("commands that are pushed in batches arrive once each, in order", "[batched]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    self_employed::done.clear();
    self_employed::all_sent = true;
    using process = tenon::process<self_employed, tenon::launch::here, TestType, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(self_employed::out), tenon::unlinked(self_employed::in)) == 0);
    CHECK(self_employed::all_sent);
    REQUIRE(self_employed::done.size() == 5000);
    for (int i = 0; i < 5000; ++i) CHECK(self_employed::done[static_cast<std::size_t>(i)] == i);
}

namespace {

/// Pushes seven jobs in batches of at most `Batching`, then stops.
template <class Batching>
struct teller {
    static constexpr auto out   = tenon::push<"out", work, Batching>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        for (int i = 1; i <= 7; ++i) process[out].send(job{i});
        process.stop();
    }
};

template <class App, class... Policies>
void run_towards(zmq::socket& peer) {
    auto const where = peer.bind("127.0.0.1");
    using process    = tenon::process<App, tenon::launch::here, zmq, Policies...>;
    CHECK(tenon::run<process>(tenon::connect(App::out, where)) == 0);
}

}  // namespace

TEST_CASE("a batch is a head and each message after its length, whichever the codec", "[batched]") {
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::pull};
    run_towards<teller<tenon::batched<2>>>(peer);
    CHECK(by_hand::receive(peer) == by_hand::frames{batch_of({R"(["job",1])", R"(["job",2])"})});
    zmq::socket other{context, tenon::pattern::pull};
    run_towards<teller<tenon::batched<1>>, tenon::codec::msgpack>(other);
    CHECK(by_hand::receive(other) == by_hand::frames{std::string{"\xc1tb1\x06\0\0\0\x92\xa3job\x01", 14}});
}

TEST_CASE("a batch leaves when it has as many messages or bytes as it may, and a stop lets the rest go", "[batched]") {
    auto const   one = [](int n) { return R"(["job",)" + std::to_string(n) + "]"; };
    zmq::context context;
    zmq::socket  by_count{context, tenon::pattern::pull};
    run_towards<teller<tenon::batched<3>>>(by_count);
    CHECK(by_hand::receive(by_count) == by_hand::frames{batch_of({one(1), one(2), one(3)})});
    CHECK(by_hand::receive(by_count) == by_hand::frames{batch_of({one(4), one(5), one(6)})});
    CHECK(by_hand::receive(by_count) == by_hand::frames{batch_of({one(7)})});
    zmq::socket by_size{context, tenon::pattern::pull};
    run_towards<teller<tenon::batched<100, 50>>>(by_size);  // 4 bytes, and 13 for each
    CHECK(by_hand::receive(by_size) == by_hand::frames{batch_of({one(1), one(2), one(3), one(4)})});
    CHECK(by_hand::receive(by_size) == by_hand::frames{batch_of({one(5), one(6), one(7)})});
}

namespace {

/// Pushes one job, and stops when it is told so by one that has read it.
template <bool Busy>
struct patient {
    static constexpr auto out   = tenon::push<"out", work, tenon::batched<>>;
    static constexpr auto in    = tenon::pull<"in", work>;
    static constexpr auto ports = tenon::ports(out, in);

    void on(tenon::started const&, auto& process) {
        process[out].send(job{1});
        if constexpr (Busy) work_on(process);
    }
    /// Each turn of the loop has something to do.
    static void work_on(auto& process) {
        process.post([&process] { work_on(process); });
    }
    void on(job const&) {}
    void on(finish const&, auto& process) { process.stop(); }
};

template <class App>
void expect_one_job() {
    zmq::context context;
    zmq::socket  reader{context, tenon::pattern::pull};
    auto         child = tenon::start<tenon::process<App, tenon::launch::thread, zmq>>(
        tenon::connect(App::out, reader.bind("127.0.0.1")), tenon::bind(App::in, "127.0.0.1"));
    CHECK(by_hand::receive(reader) == by_hand::frames{batch_of({R"(["job",1])"})});
    zmq::socket writer{context, tenon::pattern::push};
    writer.connect(child.address(App::in));
    by_hand::send(writer, {R"(["finish","x"])"});
    CHECK(child.join() == 0);
}

}  // namespace

TEST_CASE("a batch leaves when the loop has nothing else to do", "[batched]") { expect_one_job<patient<false>>(); }

TEST_CASE("a batch leaves in time from a process that is never idle", "[batched]") { expect_one_job<patient<true>>(); }

namespace {

/// What observers see, as text.
struct witness {
    using policy_kind = tenon::kind::observer;
    static inline std::vector<std::string> drops, out, in;

    static void clear() { drops.clear(), out.clear(), in.clear(); }
    void dropped(tenon::incident const& i) {
        drops.push_back(std::string{i.message} + ": " + std::string{i.text});
    }
    void sent(tenon::traffic const& t) { out.emplace_back(tenon::as_text(t.body)); }
    void received(tenon::traffic const& t) { in.emplace_back(tenon::as_text(t.body)); }
};

/// Takes jobs, with or without the option.
template <class... Options>
struct picky {
    static constexpr auto in    = tenon::pull<"in", work, Options...>;
    static constexpr auto ports = tenon::ports(in);

    static inline tenon::port_counters seen;
    static inline std::vector<int>     done;

    void on(job const& j) {
        if (j.number < 0) throw std::runtime_error{"no such job"};
        done.push_back(j.number);
    }
    void on(finish const&, auto& process) {
        seen = process[in].counters();
        process.stop();
    }
};

template <class App>
void push_by_hand(std::vector<by_hand::frames> const& messages) {
    witness::clear();
    App::done.clear();
    using process = tenon::process<App, tenon::launch::thread, zmq, witness>;
    auto child    = tenon::start<process>(tenon::bind(App::in, "127.0.0.1"));
    zmq::context context;
    zmq::socket  peer{context, tenon::pattern::push};
    peer.connect(child.address(App::in));
    for (auto const& each : messages) by_hand::send(peer, each);
    by_hand::send(peer, {R"(["finish","x"])"});
    CHECK(child.join() == 0);
}

}  // namespace

TEST_CASE("a port that unpacks takes batches of plain peers, and messages that come alone", "[batched]") {
    using app = picky<tenon::batched<>>;
    push_by_hand<app>({{batch_of({R"(["job",1])", R"(["job",2])"})}, {R"(["job",3])"}, {batch_of({R"(["job",4])"})}});
    CHECK(app::done == std::vector<int>{1, 2, 3, 4});
    CHECK(app::seen == tenon::port_counters{});
}

TEST_CASE("what is wrong with one message of a batch does not concern the others", "[batched][hazard]") {
    using app = picky<tenon::batched<>>;
    push_by_hand<app>({{batch_of({R"(["job",1])", "garbage", R"(["job",-1])", "", R"(["job",2])"})},
                       {batch_of({R"(["job",3])", batch_of({R"(["job",99])"})})}});
    CHECK(app::done == std::vector<int>{1, 2, 3});
    CHECK(app::seen.undecodable == 3);
    CHECK(app::seen.handler_failed == 1);
    CHECK(app::seen.wrong_frames == 0);
}

TEST_CASE("a batch that is cut off or empty is counted, after the messages that are whole", "[batched][hazard]") {
    using app        = picky<tenon::batched<>>;
    auto const whole = batch_of({R"(["job",1])", R"(["job",2])"});
    push_by_hand<app>({{whole.substr(0, whole.size() - 1)},
                       {whole.substr(0, 4 + 13 + 3)},
                       {whole.substr(0, 4)},
                       {whole + "x"},
                       {"\xc1tb1" + std::string{"\xff\xff\xff\xff", 4} + "x"}});
    CHECK(app::done == std::vector<int>{1, 1, 1, 2});
    CHECK(app::seen.wrong_frames == 5);
    CHECK(app::seen.undecodable == 0);
    REQUIRE(witness::drops.size() == 5);
    CHECK(witness::drops[0] == ": a batch is one message or more, each after its length in four bytes");
}

TEST_CASE("a port without the option says that what came is a batch", "[batched]") {
    using app = picky<>;
    push_by_hand<app>({{batch_of({R"(["job",1])"})}, {R"(["job",2])"}});
    CHECK(app::done == std::vector<int>{2});
    CHECK(app::seen.undecodable == 1);
    REQUIRE(witness::drops.size() == 1);
    CHECK(witness::drops[0].find("a batch; give this port the option tenon::batched<>") != std::string::npos);
}

namespace {

/// Works in coroutines, which go on when the batch is gone, and borrows from the batch until then.
struct note { std::string_view text; };
using notes = tenon::protocol<tenon::command<note>>;
struct writer {
    static constexpr auto out   = tenon::push<"out", notes, tenon::batched<>>;
    static constexpr auto in    = tenon::pull<"in", notes, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::vector<std::string> read;

    void on(tenon::started const&, auto& process) {
        own_links::link(process, in, out);
        for (char const* text : {"one", "two", "and a third one that is longer than what stands in place"})
            process[out].send(note{text});
    }
    static tenon::task<void> on(note const& n, auto& process) {
        co_await next_turn{process};  // by then the batch that the message came in is gone
        read.emplace_back(n.text);
        if (read.size() == 3) process.stop();
    }
};

}  // namespace

TEST_CASE("a handler that is a coroutine keeps its message of a batch, and observers see each one", "[batched]") {
    writer::read.clear();
    witness::clear();
    using process = tenon::process<writer, tenon::launch::here, zmq, witness>;
    CHECK(tenon::run<process>(tenon::unlinked(writer::out), tenon::unlinked(writer::in)) == 0);
    std::vector<std::string> const all = {"one", "two", "and a third one that is longer than what stands in place"};
    CHECK(writer::read == all);
    std::vector<std::string> wire;
    for (auto const& each : all) wire.push_back(R"(["note",")" + each + R"("])");
    CHECK(witness::out == wire);
    CHECK(witness::in == wire);
}

// ---- Overload: what the option says is about each message -----------------------------------------------------------

namespace {

/// An address where nobody listens yet: what is sent there waits up to the high-water mark.
std::string nobody() {
    static int number = 0;
    return "ipc:///tmp/tenon-batched-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

/// Sends 20 jobs to nobody: eight wait in the transport, as two batches, and four in a batch of the port's.
template <class Overload>
struct producer {
    static constexpr auto out   = tenon::push<"out", work, Overload, tenon::high_water_mark<2>, tenon::batched<4>>;
    static constexpr auto ports = tenon::ports(out);

    static inline std::string          where;
    static inline int                  accepted, waiting;
    static inline tenon::port_counters counters;
    static inline zmq::socket*         reader;

    void on(tenon::started const&, auto& process) {
        accepted = 0;
        for (int i = 0; i < 20; ++i) accepted += process[out].send(job{i}) ? 1 : 0;
        waiting  = static_cast<int>(process[out].waiting_to_leave());
        counters = process[out].counters();
        // The reader comes up while the process drains: what waits in the port goes now.
        process.stop();
        reader->bind(tenon::address{where});
    }
};

/// Runs it, and returns what has arrived up to the last of `batches` batches.
template <class Overload>
std::string produce(int batches) {
    using app = producer<Overload>;
    zmq::context context;
    zmq::socket  reader{context, tenon::pattern::pull};
    app::where  = nobody();
    app::reader = &reader;
    CHECK(tenon::run<tenon::process<app, tenon::launch::here, zmq>>(
              tenon::connect(app::out, tenon::address{app::where})) == 0);
    std::string all;
    while (batches-- > 0) all += by_hand::receive(reader).front() + "|";
    return all;
}
/// The batches that hold these jobs.
std::string jobs(std::vector<std::vector<int>> const& batches) {
    std::string all;
    for (auto const& batch : batches) {
        std::vector<std::string> each;
        for (int const number : batch) each.push_back(R"(["job",)" + std::to_string(number) + "]");
        all += batch_of(each) + "|";
    }
    return all;
}

}  // namespace

TEST_CASE("a port that batches accepts what its batch has room for, and tells the sender of the rest", "[batched]") {
    using app = producer<overload::fail>;
    CHECK(produce<overload::fail>(3) == jobs({{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}}));
    CHECK(app::accepted == 12);
    CHECK(app::waiting == 4);
    CHECK(app::counters.undeliverable == 8);
    CHECK(app::counters.dropped == 0);
}

TEST_CASE("a port that batches and drops the newest counts each message", "[batched]") {
    using app = producer<overload::drop_newest<3>>;
    CHECK(produce<overload::drop_newest<3>>(4) == jobs({{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}, {12, 13, 14}}));
    CHECK(app::accepted == 20);
    CHECK(app::waiting == 7);
    CHECK(app::counters.dropped == 5);
    CHECK(app::counters.undeliverable == 0);
}

TEST_CASE("a port that batches and drops the oldest counts each message", "[batched]") {
    using app = producer<overload::drop_oldest<3>>;
    CHECK(produce<overload::drop_oldest<3>>(4) == jobs({{0, 1, 2, 3}, {4, 5, 6, 7}, {13, 14, 15}, {16, 17, 18, 19}}));
    CHECK(app::accepted == 20);
    CHECK(app::waiting == 7);
    CHECK(app::counters.dropped == 5);
    CHECK(app::counters.undeliverable == 0);
}

TEST_CASE("a port that batches and blocks waits for room as long as it is told", "[batched]") {
    using limited = overload::block<tenon::static_duration{2ms}>;
    using app     = producer<limited>;
    CHECK(produce<limited>(3) == jobs({{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}}));
    CHECK(app::accepted == 12);
    CHECK(app::counters.undeliverable == 8);
}

// One million messages through each pattern: the counts agree end to end, and memory stays flat.
#include "catch.hpp"
#include "many.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdint>
#include <type_traits>

using namespace std::chrono_literals;
using zmq = tenon::transport::zmq;
namespace overload = tenon::overload;

namespace {

constexpr std::uint64_t total = many::sanitized ? 20'000 : 1'000'000;
constexpr std::uint64_t burst = 500;

struct item { std::uint64_t number; };
struct done {};
struct more {};
struct ask { std::uint64_t number; };
struct told { std::uint64_t number; };

using commands = tenon::protocol<tenon::command<item>, tenon::command<done>>;
using events   = tenon::protocol<tenon::event<item>, tenon::event<done>>;
using credits  = tenon::protocol<tenon::command<more>, tenon::event<item>, tenon::event<done>>;
using requests = tenon::protocol<tenon::request<ask, told>, tenon::command<done>>;

/// True if the receiver says how many it takes.
template <class Port>
inline constexpr bool needs_credit = std::is_same_v<typename Port::protocol_type, credits>;

/// What arrived at the end that receives, and the memory it took after a tenth of it and after all.
struct {
    std::uint64_t count = 0, sum = 0;
    long          resident_early = 0, resident_late = 0;

    void take(std::uint64_t number) {
        ++count;
        sum += number;
        if (count == total / 10) resident_early = many::resident_bytes();
        if (count == total) resident_late = many::resident_bytes();
    }
} arrived;

/// Sends in bursts and lets the loop turn in between, as a process does that has other things to do.
template <auto Out>
struct sender {
    static constexpr auto out   = Out;
    static constexpr auto ports = tenon::ports(out);

    std::uint64_t next = 0, unsent = 0;

    void on(tenon::started const&, auto& process) {
        if constexpr (requires { process[out].when_subscribed(1, [] {}); })
            process[out].when_subscribed(1, [this, &process] { go_on(process); });
        else if constexpr (needs_credit<decltype(Out)>)
            return;  // the receiver says when
        else
            process.post([this, &process] { go_on(process); });
    }
    void go_on(auto& process) {
        for (std::uint64_t i = 0; i < burst; ++i) unsent += process[out].send(item{next++}) ? 0 : 1;
        if (next < total) return process.post([this, &process] { go_on(process); });
        process[out].send(done{});
        process.stop(unsent == 0 ? 0 : 1);
    }
    void on(more const&, auto& process) {  // router
        auto const peer = process[out].peer();
        for (std::uint64_t i = 0; i < burst; ++i) unsent += process[out].send(item{next++}, peer) ? 0 : 1;
        if (next < total) return;
        process[out].send(done{}, peer);
        process.stop(unsent == 0 ? 0 : 1);
    }
};

template <auto In>
struct receiver {
    static constexpr auto in    = In;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, [[maybe_unused]] auto& process) {
        if constexpr (needs_credit<decltype(In)>) process[in].send(more{});
    }
    void on(item const& i, [[maybe_unused]] auto& process) {
        arrived.take(i.number);
        if constexpr (needs_credit<decltype(In)>)
            if (arrived.count % burst == 0) process[in].send(more{});
    }
    void on(done const&, auto& process) { process.stop(); }
};

/// Asks with so many requests under way at a time.
template <auto Out>
struct asker {
    static constexpr auto out   = Out;
    static constexpr auto ports = tenon::ports(out);

    std::uint64_t next = 0, wrong = 0, ended = 0;

    void on(tenon::started const&, auto& process) {
        for (std::uint64_t i = 0; i < burst; ++i) ask_one(process);
    }
    void ask_one(auto& process) {
        process[out].request(ask{next}, 60s, [this, &process, expected = next + 1](tenon::result<told> outcome) {
            wrong += outcome && outcome->number == expected ? 0 : 1;
            if (next < total) return ask_one(process);
            if (++ended < burst) return;
            process[out].send(done{});
            process.stop(wrong == 0 ? 0 : 1);
        });
        ++next;
    }
};

template <auto In>
struct answerer {
    static constexpr auto in    = In;
    static constexpr auto ports = tenon::ports(in);

    told on(ask const& a) {
        arrived.take(a.number);
        return {a.number + 1};
    }
    void on(done const&, auto& process) { process.stop(); }
};

/// `Bound` as a thread that is there first, `Connecting` right here.
template <class Bound, class Connecting>
void run(auto bound_port, auto connecting_port) {
    arrived     = {};
    using first  = tenon::process<Bound, tenon::launch::thread, tenon::codec::binary, zmq>;
    using second = tenon::process<Connecting, tenon::launch::here, tenon::codec::binary, zmq>;
    auto child   = tenon::start<first>(tenon::bind(bound_port, "127.0.0.1"));
    CHECK(tenon::run<second>(tenon::connect(connecting_port, child.address(bound_port))) == 0);
    CHECK(child.join() == 0);
    CHECK(arrived.count == total);
    CHECK(arrived.sum == total * (total - 1) / 2);
    // After a tenth, all queues have been as long as they get.
    // A block of malloc, 32 bytes, that were lost with each message would be more.
    CHECK(arrived.resident_late - arrived.resident_early < 24 * 1024 * 1024);
}

}  // namespace

TEST_CASE("a million commands pass from push to pull", "[million]") {
    constexpr auto in  = tenon::pull<"in", commands>;
    constexpr auto out = tenon::push<"out", commands, overload::block<30s>>;
    run<receiver<in>, sender<out>>(in, out);
}

TEST_CASE("a million commands pass from dealer to router, and from req to rep", "[million]") {
    constexpr auto router = tenon::router<"in", commands>;
    constexpr auto dealer = tenon::dealer<"out", commands, overload::block<30s>>;
    run<receiver<router>, sender<dealer>>(router, dealer);
    constexpr auto rep = tenon::rep<"in", commands>;
    constexpr auto req = tenon::req<"out", commands, overload::block<30s>>;
    run<receiver<rep>, sender<req>>(rep, req);
}

TEST_CASE("a million commands or events pass over a pair", "[million]") {
    constexpr auto server = tenon::pair<"one", commands, tenon::server_side>;
    constexpr auto client = tenon::pair<"other", commands, tenon::client_side, overload::block<30s>>;
    run<receiver<server>, sender<client>>(server, client);
    constexpr auto listener = tenon::pair<"one", events, tenon::client_side>;
    constexpr auto speaker  = tenon::pair<"other", events, tenon::server_side, overload::block<30s>>;
    run<receiver<listener>, sender<speaker>>(listener, speaker);
}

TEST_CASE("a million events pass from pub to sub, and from xpub to xsub", "[million]") {
    constexpr auto sub = tenon::sub<"in", events>;
    constexpr auto pub = tenon::pub<"out", events, overload::block<30s>>;
    run<receiver<sub>, sender<pub>>(sub, pub);
    constexpr auto xsub = tenon::xsub<"in", events, tenon::sequenced>;
    constexpr auto xpub = tenon::xpub<"out", events, tenon::sequenced, overload::block<30s>>;
    run<receiver<xsub>, sender<xpub>>(xsub, xpub);
}

TEST_CASE("a million events pass from router to dealer, as many at a time as it asks for", "[million]") {
    constexpr auto router = tenon::router<"out", credits>;
    constexpr auto dealer = tenon::dealer<"in", credits>;
    run<sender<router>, receiver<dealer>>(router, dealer);
}

TEST_CASE("a million requests are answered, between req and rep, dealer and router, and over a pair", "[million]") {
    constexpr auto rep = tenon::rep<"in", requests>;
    constexpr auto req = tenon::req<"out", requests>;
    run<answerer<rep>, asker<req>>(rep, req);
    constexpr auto router = tenon::router<"in", requests>;
    constexpr auto dealer = tenon::dealer<"out", requests>;
    run<answerer<router>, asker<dealer>>(router, dealer);
    constexpr auto server = tenon::pair<"in", requests, tenon::server_side>;
    constexpr auto client = tenon::pair<"out", requests, tenon::client_side>;
    run<answerer<server>, asker<client>>(server, client);
}

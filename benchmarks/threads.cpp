// Round trips between two threads of one program, over inproc: Tenon's client beside a process in a thread, and the same
// by hand; sleeping between messages, and spinning. benchmarks/side_by_side and benchmarks/instructions run it.
#include "end_to_end/measure.hpp"
#include "end_to_end/raw.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string_view>
#include <thread>

namespace {

using by_hand::manner;

struct answering_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(halt const&, auto& process) { process.stop(); }
};

template <class Wait>
using answering = tenon::process<answering_app, tenon::launch::thread, tenon::codec::binary, tenon::transport::zmq, Wait>;

template <class Wait>
struct typed_asker {
    tenon::client<ping_pong, tenon::codec::binary, tenon::transport::zmq, Wait> server;

    explicit typed_asker(tenon::address const& where) : server{where} {}
    std::int64_t request(std::int64_t count) { return server.request(ping{count}).count; }
    void send(halt const& m) { server.send(m); }
};

/// The server is in a thread of its own; this one asks and measures.
template <class Wait>
int round_trips(long count, bool timed) {
    using app   = answering_app;
    auto server = tenon::start<answering<Wait>>(tenon::bind(app::requests, "inproc://*"));
    int  code   = end_to_end::ask_many(typed_asker<Wait>{server.address(app::requests)}, count, timed);
    return code == 0 ? server.join().code : code;
}

int round_trips_by_hand(manner how, long count, bool timed) {
    void* const        shared = zmq_ctx_new();
    std::promise<void> bound;
    std::thread        server{[&] {
        by_hand::endpoint here{ZMQ_ROUTER, shared};
        by_hand::check(zmq_bind(here.socket, "inproc://requests") == 0, "bind");
        bound.set_value();
        by_hand::answer_envelopes(here, how);
    }};
    bound.get_future().wait();
    int const code = end_to_end::ask_many(by_hand::asker{"inproc://requests", how, shared}, count, timed);
    server.join();
    zmq_ctx_term(shared);
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view const what  = argc > 3 ? argv[1] : "";
    std::string_view const kind  = argc > 3 ? argv[2] : "";
    long const             count = argc > 3 ? std::atol(argv[3]) : 0;
    bool const             timed = what == "ask";
    if (timed || what == "count") {
        using namespace std::chrono_literals;
        if (kind == "tenon") return round_trips<tenon::wait::block>(count, timed);
        if (kind == "tenon_spin") return round_trips<tenon::wait::spin_then_block<1s>>(count, timed);
        if (kind == "raw") return round_trips_by_hand(manner::blocking, count, timed);
        if (kind == "raw_poll") return round_trips_by_hand(manner::polling, count, timed);
        if (kind == "raw_spin") return round_trips_by_hand(manner::spinning, count, timed);
    }
    std::fputs("usage: threads ask|count tenon|tenon_spin|raw|raw_poll|raw_spin COUNT\n", stderr);
    return 2;
}

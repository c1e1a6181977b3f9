// Round trips between two threads of one program, over inproc: Tenon's client beside a process in a thread, and the
// same by hand; sleeping between messages, and spinning. benchmarks/side_by_side runs it.
#include "end_to_end/measure.hpp"
#include "end_to_end/raw.hpp"

#include <tenon/launch/thread.hpp>
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

constexpr char const* place = "inproc://requests";

struct answering_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(halt const&, auto& process) { process.stop(); }
};

template <class Wait>
using answering =
    tenon::process<answering_app, tenon::launch::thread, tenon::codec::binary, tenon::transport::zmq, Wait>;

template <class Wait>
struct typed_asker {
    tenon::client<ping_pong, tenon::codec::binary, tenon::transport::zmq, Wait> server;

    explicit typed_asker(char const* where) : server{tenon::address{where}} {}
    std::int64_t request(std::int64_t count) { return server.request(ping{count}).count; }
    void send(halt const& m) { server.send(m); }
};

/// The server is in a thread of its own; this one asks, and measures.
template <class Wait>
int ask(long count) {
    auto      server = tenon::start<answering<Wait>>(tenon::bind(answering_app::requests, place));
    int const code   = end_to_end::measure(typed_asker<Wait>{place}, count);
    return code == 0 ? server.join().code : code;
}
int ask_by_hand(manner how, long count) {
    void* const        shared = zmq_ctx_new();
    std::promise<void> bound;
    std::thread        server{[&] {
        by_hand::endpoint here{ZMQ_ROUTER, shared};
        by_hand::check(zmq_bind(here.socket, place) == 0, "bind");
        bound.set_value();
        by_hand::answer_envelopes(here, how);
    }};
    bound.get_future().wait();
    int const code = end_to_end::measure(by_hand::asker{place, how, shared}, count);
    server.join();
    zmq_ctx_term(shared);
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using tenon::wait::block;
    using spin = tenon::wait::spin_then_block<1s>;
    std::string_view const kind  = argc > 2 ? argv[1] : "";
    long const             count = argc > 2 ? std::atol(argv[2]) : 0;
    if (kind == "tenon") return ask<block>(count);
    if (kind == "tenon_spin") return ask<spin>(count);
    if (kind == "raw") return ask_by_hand(manner::blocking, count);
    if (kind == "raw_poll") return ask_by_hand(manner::polling, count);
    if (kind == "raw_spin") return ask_by_hand(manner::spinning, count);
    std::fputs("usage: threads tenon|tenon_spin|raw|raw_poll|raw_spin COUNT\n", stderr);
    return 2;
}

// Round trips, REQ/REP with a correlation frame: Tenon, and the same by hand. One end for each run of the program, so
// that each can be measured alone; benchmarks/instructions and benchmarks/side_by_side run it.
#include "end_to_end/measure.hpp"
#include "end_to_end/raw.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using by_hand::manner;

struct answering_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(halt const&, auto& process) { process.stop(); }
    void on(tenon::started const&, auto& process) {
        std::printf("%s\n", process[requests].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
};

template <class... Policies>
int answer(tenon::address const& where) {
    using process = tenon::process<answering_app, tenon::launch::here, tenon::transport::zmq, Policies...>;
    return tenon::run<process>(tenon::bind(answering_app::requests, where));
}

/// What Tenon's client and the one by hand have in common here.
template <class Codec>
struct typed_asker {
    tenon::client<ping_pong, Codec, tenon::transport::zmq> server;

    explicit typed_asker(char const* where) : server{tenon::address{where}} {}
    std::int64_t request(std::int64_t count) { return server.request(ping{count}).count; }
    void send(halt const& m) { server.send(m); }
};

int answer_as(std::string_view kind, char const* where) {
    using tenon::codec::binary;
    using tenon::codec::json;
    using tenon::codec::msgpack;
    if (kind == "tenon") return answer<binary>(tenon::address{where});
    if (kind == "tenon_msgpack") return answer<msgpack>(tenon::address{where});
    if (kind == "tenon_json") return answer<json>(tenon::address{where});
    if (kind == "tenon_spin")
        return answer<binary, tenon::wait::spin_then_block<std::chrono::seconds{1}>>(tenon::address{where});
    if (kind == "raw") return by_hand::answer_router(where, manner::blocking), 0;
    if (kind == "raw_poll") return by_hand::answer_router(where, manner::polling), 0;
    if (kind == "raw_spin") return by_hand::answer_router(where, manner::spinning), 0;
    if (kind == "rep_poll") return by_hand::answer_rep(where, manner::polling), 0;
    return 2;
}

int ask_as(std::string_view kind, char const* where, long count, bool timed) {
    auto const ask = [&](auto&& server) { return end_to_end::ask_many(server, count, timed); };
    using tenon::codec::binary;
    using tenon::codec::json;
    using tenon::codec::msgpack;
    if (kind == "tenon_msgpack") return ask(typed_asker<msgpack>{where});
    if (kind == "tenon") return ask(typed_asker<binary>{where});
    if (kind == "tenon_json") return ask(typed_asker<json>{where});
    if (kind == "raw") return ask(by_hand::asker{where, manner::blocking});
    if (kind == "raw_poll") return ask(by_hand::asker{where, manner::polling});
    if (kind == "raw_spin") return ask(by_hand::asker{where, manner::spinning});
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view const role = argc > 3 ? argv[1] : "";
    int                    code = 2;
    if (role == "answer") code = answer_as(argv[2], argv[3]);
    if ((role == "ask" || role == "count") && argc > 4)
        code = ask_as(argv[2], argv[3], std::atol(argv[4]), role == "ask");
    if (code == 2)
        std::fputs("usage: round_trip answer KIND ADDRESS | round_trip ask KIND ADDRESS COUNT | round_trip count ...\n"
                   "KIND: tenon, tenon_json, tenon_msgpack, raw, raw_poll, raw_spin;\n"
                   "tenon_spin and rep_poll answer only\n", stderr);
    return code;
}

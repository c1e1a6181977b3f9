// Round trips, REQ/REP with a correlation frame: Tenon, and the same by hand. One end for each run of the program, so
// that each can be measured alone; benchmarks/instructions and benchmarks/side_by_side run it.
#include "end_to_end/raw.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
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

/// A line of JSON: nanoseconds per round trip, and of single ones the percentiles.
void print(std::vector<double>& each, double total) {
    auto const at = [&](double share) {
        auto const place = each.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(each.size() - 1));
        std::nth_element(each.begin(), place, each.end());
        return *place;
    };
    std::printf("{\"mean\": %.0f, \"p50\": %.0f, \"p99\": %.0f, \"p99.9\": %.0f}\n",
                total / static_cast<double>(each.size()), at(0.5), at(0.99), at(0.999));
}

/// Without a look at the clock, for those who count instructions.
template <class Asker>
int count_only(Asker&& server, long count) {
    bool good = true;
    for (long i = 0; i < count; ++i) good = good && server.request(i) == i;
    server.send(halt{});
    return good ? 0 : 1;
}

template <class Asker>
int measure(Asker&& server, long count) {
    std::vector<double> each;
    each.reserve(static_cast<std::size_t>(count));
    bool good = server.request(-1) == -1;  // connected, and warm
    auto const start = clock_type::now();
    auto       last  = start;
    for (long i = 0; i < count; ++i) {
        good           = good && server.request(i) == i;
        auto const now = clock_type::now();
        each.push_back(static_cast<double>((now - last).count()));
        last = now;
    }
    print(each, static_cast<double>((last - start).count()));
    server.send(halt{});
    return good ? 0 : 1;
}

int answer_as(std::string_view kind, char const* where) {
    using tenon::codec::binary;
    using tenon::codec::json;
    if (kind == "tenon") return answer<binary>(tenon::address{where});
    if (kind == "tenon_json") return answer<json>(tenon::address{where});
    if (kind == "tenon_spin") return answer<binary, tenon::wait::spin_then_block<std::chrono::seconds{1}>>(tenon::address{where});
    if (kind == "raw") return by_hand::answer_router(where, manner::blocking), 0;
    if (kind == "raw_poll") return by_hand::answer_router(where, manner::polling), 0;
    if (kind == "raw_spin") return by_hand::answer_router(where, manner::spinning), 0;
    if (kind == "rep_poll") return by_hand::answer_rep(where, manner::polling), 0;
    return 2;
}

int ask_as(std::string_view kind, char const* where, long count, bool timed) {
    auto const ask = [&](auto&& server) { return timed ? measure(server, count) : count_only(server, count); };
    using tenon::codec::binary;
    using tenon::codec::json;
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
                   "KIND: tenon, tenon_json, raw, raw_poll, raw_spin; tenon_spin and rep_poll answer only\n", stderr);
    return code;
}

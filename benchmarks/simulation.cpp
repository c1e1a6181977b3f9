// How many messages a simulated world carries in a second of one core: a ping-pong between two processes, json and
// binary.
//
//     build/release/benchmarks/simulation [round trips]
//
// Seconds are those that the processor has spent on this thread, so that a busy machine does not count.
#include <tenon/tenon.hpp>

#include <tenon/testing/world.hpp>

#include <ctime>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace {

struct ping { std::uint64_t count; };
struct pong { std::uint64_t count; };
using ping_pong = tenon::protocol<tenon::request<ping, pong>>;

struct server {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
};

struct asker {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto ports = tenon::ports(out);

    std::uint64_t answered = 0, wrong = 0;

    void on(tenon::started const&, auto& process) { ask(process); }
    void ask(auto& process) {
        process[out].request(ping{answered}, std::chrono::seconds{1}, [this, &process](tenon::result<pong> got) {
            if (!got || got->count != answered) ++wrong;
            ++answered;
            ask(process);
        });
    }
};

double processor_seconds() {
    timespec spent{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

// Messages per second; 0 if an answer was wrong.
template <class Codec>
double measure(std::uint64_t round_trips) {
    tenon::testing::world here{1};
    auto& serves = here.start<tenon::process<server, Codec>>(tenon::bind(server::requests, "127.0.0.1"));
    auto& asks   = here.start<tenon::process<asker, Codec>>(
        tenon::connect(asker::out, serves.address(server::requests)));
    auto const until = [&](std::uint64_t count) { here.run_until([&] { return asks.app().answered >= count; }); };
    until(round_trips / 10);
    auto const start   = processor_seconds();
    auto const already = asks.app().answered;
    until(already + round_trips);
    auto const spent = processor_seconds() - start;
    return asks.app().wrong == 0 ? 2 * static_cast<double>(round_trips) / spent : 0;
}

template <class Codec>
bool report(std::uint64_t round_trips) {
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        double const now = measure<Codec>(round_trips);
        if (now > best) best = now;
    }
    std::printf("%-8s %10.0f messages per second\n", Codec::name.data(), best);
    return best > 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t round_trips = 200'000;
    if (argc > 1) {
        char const* const end = argv[1] + std::strlen(argv[1]);
        if (auto const read = std::from_chars(argv[1], end, round_trips); read.ec != std::errc{} || read.ptr != end) {
            std::fprintf(stderr, "usage: simulation [round trips]\n");
            return 2;
        }
    }
    bool const json   = report<tenon::codec::json>(round_trips);
    bool const binary = report<tenon::codec::binary>(round_trips);
    return json && binary ? 0 : 1;
}

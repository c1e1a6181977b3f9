// Streams of small messages, one way: tenon::batched beside a loop by hand that sends each message by itself. Medians
// of runs that take turns; a ratio within one run says more than the figures.
#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <zmq.h>

namespace {

using clock_type = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Sixteen bytes in the binary codec: its id, and these.
struct reading {
    std::uint32_t sensor;
    std::uint64_t value;
};
struct last {};
using readings = tenon::protocol<tenon::command<reading>, tenon::command<last>>;

double per_second(long count, clock_type::duration time) {
    return static_cast<double>(count) / std::chrono::duration<double>{time}.count();
}

/// Adds up what arrives, and takes the time from the first message to the last.
struct meter {
    long                   count = 0;
    std::uint64_t          sum   = 0;
    clock_type::time_point start{};

    void take(reading const& m) {
        if (count++ == 0) start = clock_type::now();
        sum += m.value;
    }
    [[nodiscard]] double rate(long expected) const {
        auto const time = clock_type::now() - start;
        auto const n    = static_cast<std::uint64_t>(expected);
        if (count != expected || sum != n * (n - 1) / 2) std::fputs("messages were lost\n", stderr), std::exit(1);
        return per_second(expected, time);
    }
};

// ---- By hand --------------------------------------------------------------------------------------------------------

void send_by_hand(void* socket, std::size_t size, reading const& m) {
    zmq_msg_t message;
    zmq_msg_init_size(&message, size);
    auto* const to = static_cast<char*>(zmq_msg_data(&message));
    std::memset(to, 0, 4);
    if (size == 16) std::memcpy(to + 4, &m.sensor, 4), std::memcpy(to + 8, &m.value, 8);
    zmq_msg_send(&message, socket, 0);
}

/// Receives until a message of another size than a reading's comes: polls once, then takes all there is.
double receive_by_hand(void* socket, long count) {
    meter          seen;
    zmq_pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
    zmq_msg_t      message;
    zmq_msg_init(&message);
    for (bool more = true; more;) {
        zmq_poll(&item, 1, -1);
        while (more && zmq_msg_recv(&message, socket, ZMQ_DONTWAIT) >= 0) {
            more = zmq_msg_size(&message) == 16;
            if (!more) break;
            auto const* const from = static_cast<char const*>(zmq_msg_data(&message));
            reading           m;
            std::memcpy(&m.sensor, from + 4, 4);
            std::memcpy(&m.value, from + 8, 8);
            seen.take(m);
        }
    }
    zmq_msg_close(&message);
    return seen.rate(count);
}

double by_hand(char const* where, long count) {
    void* const context = zmq_ctx_new();
    void* const in      = zmq_socket(context, ZMQ_PULL);
    zmq_bind(in, where);
    char        actual[128];
    std::size_t size = sizeof actual;
    zmq_getsockopt(in, ZMQ_LAST_ENDPOINT, actual, &size);
    std::thread sender{[&] {
        void* const out = zmq_socket(context, ZMQ_PUSH);
        zmq_connect(out, actual);
        for (long i = 0; i < count; ++i) send_by_hand(out, 16, {7, static_cast<std::uint64_t>(i)});
        send_by_hand(out, 4, {});
        zmq_close(out);
    }};
    double const rate = receive_by_hand(in, count);
    sender.join();
    zmq_close(in);
    zmq_ctx_term(context);
    return rate;
}

// ---- Tenon ----------------------------------------------------------------------------------------------------------

using batching = tenon::batched<>;

struct source {
    struct config {
        long count;
    };
    static constexpr auto out =
        tenon::push<"out", readings, batching, tenon::overload::block<>, tenon::high_water_mark<16>>;
    static constexpr auto ports = tenon::ports(out);

    config plan;

    void on(tenon::started const&, auto& process) {
        auto& to = process[out];
        for (long i = 0; i < plan.count; ++i) to.send(reading{7, static_cast<std::uint64_t>(i)});
        to.send(last{});
        process.stop();
    }
};
struct sink {
    static constexpr auto in    = tenon::pull<"in", readings, batching, tenon::high_water_mark<16>>;
    static constexpr auto ports = tenon::ports(in);

    static inline long   expected;
    static inline double rate;

    meter seen{};
    void  on(reading const& m) { seen.take(m); }
    void  on(last const&, auto& process) {
        rate = seen.rate(expected);
        process.stop();
    }
};

template <class App>
using threaded = tenon::process<App, tenon::launch::thread, tenon::codec::binary, tenon::transport::zmq>;

double batched_tcp(long count) {
    sink::expected = count;
    auto receiver  = tenon::start<threaded<sink>>(tenon::bind(sink::in, "127.0.0.1"));
    auto sender    = tenon::start<threaded<source>>(source::config{count},
                                                 tenon::connect(source::out, receiver.address(sink::in)));
    sender.join();
    receiver.join();
    return sink::rate;
}

/// Both ends in one process: inproc connects sockets of one context. So one thread does the work of both.
struct loop_back {
    struct config {
        long count;
    };
    static constexpr auto out   = tenon::push<"out", readings, batching, tenon::high_water_mark<16>>;
    static constexpr auto in    = tenon::pull<"in", readings, batching, tenon::high_water_mark<16>>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr long at_once = 4096;
    static inline double  rate;

    config plan;
    long   sent = 0;
    meter  seen{};

    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{"inproc://readings"});
        process[out].connect(tenon::address{"inproc://readings"});
        send_some(process);
    }
    void on(reading const& m, auto& process) {
        seen.take(m);
        if (seen.count == sent) send_some(process);
    }
    void on(last const&, auto& process) {
        rate = seen.rate(plan.count);
        process.stop();
    }
    void send_some(auto& process) {
        auto&      to  = process[out];
        long const end = std::min(sent + at_once, plan.count);
        for (long i = sent; i < end; ++i) to.send(reading{7, static_cast<std::uint64_t>(i)});
        sent = end;
        if (sent == plan.count) to.send(last{});
    }
};

double batched_inproc(long count) {
    using process = tenon::process<loop_back, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;
    tenon::run<process>(loop_back::config{count}, tenon::unlinked(loop_back::out), tenon::unlinked(loop_back::in));
    return loop_back::rate;
}

// ---- The comparison -------------------------------------------------------------------------------------------------

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}
double least(std::vector<double> const& values) { return *std::min_element(values.begin(), values.end()); }
double most(std::vector<double> const& values) { return *std::max_element(values.begin(), values.end()); }

void print(char const* name, std::vector<double> const& alone, std::vector<double> const& batched) {
    std::printf("%-7s by hand %6.2f M/s (%.2f-%.2f)   batched %7.2f M/s (%.2f-%.2f)   ratio %.1f\n", name,
                median(alone) / 1e6, least(alone) / 1e6, most(alone) / 1e6, median(batched) / 1e6, least(batched) / 1e6,
                most(batched) / 1e6, median(batched) / median(alone));
}

}  // namespace

int main(int argc, char** argv) {
    std::string const what = argc > 1 ? argv[1] : "compare";
    long const        n    = argc > 2 ? std::atol(argv[2]) : 1'000'000;
    if (what == "inproc") return std::printf("%.2f M/s\n", batched_inproc(n) / 1e6), 0;
    if (what == "tcp") return std::printf("%.2f M/s\n", batched_tcp(n) / 1e6), 0;
    int const           rounds = argc > 3 ? std::atoi(argv[3]) : 9;
    std::vector<double> tcp, tcp_batched, inproc, inproc_batched;
    for (int i = 0; i < rounds; ++i) {
        tcp.push_back(by_hand("tcp://127.0.0.1:*", n));
        tcp_batched.push_back(batched_tcp(10 * n));
        inproc.push_back(by_hand("inproc://readings", n));
        inproc_batched.push_back(batched_inproc(10 * n));
    }
    print("tcp", tcp, tcp_batched);
    print("inproc", inproc, inproc_batched);
}

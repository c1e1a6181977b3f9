// Streams of small messages, one way: tenon::batched beside loops by hand that send each message by itself, or 64 packed
// into one. Both ends in one program; benchmarks/side_by_side runs it.
#include "end_to_end/raw.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace {

using clock_type = std::chrono::steady_clock;

/// Sixteen bytes in the binary codec: its id, and these.
struct reading {
    std::uint32_t sensor;
    std::uint64_t value;
};
struct finish {};
using readings = tenon::protocol<tenon::command<reading>, tenon::command<finish>>;

/// Adds up what arrives, and takes the time from the first message to the last.
struct meter {
    long                   count = 0;
    std::uint64_t          sum   = 0;
    clock_type::time_point start{};

    void take(reading const& m) {
        if (count++ == 0) start = clock_type::now();
        sum += m.value;
    }
    /// Prints a line of JSON: nanoseconds per message.
    [[nodiscard]] int print(long expected) const {
        auto const time = std::chrono::duration<double, std::nano>{clock_type::now() - start};
        auto const n    = static_cast<std::uint64_t>(expected);
        if (count != expected || sum != n * (n - 1) / 2) return std::fputs("messages were lost\n", stderr), 1;
        std::printf("{\"mean\": %.3f}\n", time.count() / static_cast<double>(expected));
        return 0;
    }
};

constexpr char const* any_port   = "tcp://127.0.0.1:*";
constexpr char const* some_place = "inproc://readings";

// ---- By hand --------------------------------------------------------------------------------------------------------

constexpr std::size_t reading_size = 16;

/// Sends readings, `packed` of them as one message; the last message has the rest.
class packer {
public:
    packer(void* socket, std::size_t packed) : socket_{socket}, room_{packed * reading_size} {}

    void send(reading const& m) {
        if (used_ == 0) body_.resize(room_);
        auto* const          to = static_cast<char*>(body_.data()) + used_;
        std::uint32_t const id = tenon::message_id<reading>;
        std::memcpy(to, &id, 4);
        std::memcpy(to + 4, &m.sensor, 4);
        std::memcpy(to + 8, &m.value, 8);
        used_ += reading_size;
        if (used_ == room_) flush();
    }
    void finish() {
        if (used_ > 0) {
            // A message cannot shrink.
            by_hand::check(zmq_send(socket_, body_.data(), used_, 0) >= 0, "send");
            used_ = 0;
        }
        std::uint32_t const id = tenon::message_id<::finish>;
        by_hand::check(zmq_send(socket_, &id, sizeof id, 0) >= 0, "send");
    }

private:
    void flush() {
        by_hand::check(body_.send(socket_, 0), "send");
        used_ = 0;
    }

    void*         socket_;
    std::size_t   room_;
    std::size_t   used_ = 0;
    by_hand::part body_;
};

/// Handles each reading of one message; false if it was the last message.
bool unpack(by_hand::part& body, meter& seen) {
    auto const* const from = static_cast<char const*>(body.data());
    for (std::size_t at = 0; at + reading_size <= body.size(); at += reading_size) {
        reading m;
        if (by_hand::id_of(from + at) != tenon::message_id<reading>) continue;
        std::memcpy(&m.sensor, from + at + 4, 4);
        std::memcpy(&m.value, from + at + 8, 8);
        seen.take(m);
    }
    return body.size() != by_hand::id_size || by_hand::id_of(from) != tenon::message_id<finish>;
}
/// Polls once, then takes all there is; false after the last.
bool receive_some(void* socket, by_hand::part& body, meter& seen) {
    zmq_pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
    by_hand::check(zmq_poll(&item, 1, -1) >= 0 || errno == EINTR, "poll");
    while (body.receive(socket, ZMQ_DONTWAIT))
        if (!unpack(body, seen)) return false;
    return true;
}

/// A thread for each end.
int two_threads_by_hand(char const* where, std::size_t packed, long count) {
    void* const context = zmq_ctx_new();
    meter       seen;
    {
        by_hand::endpoint in{ZMQ_PULL, context};
        by_hand::check(zmq_bind(in.socket, where) == 0, "bind");
        char        actual[128];
        std::size_t size = sizeof actual;
        by_hand::check(zmq_getsockopt(in.socket, ZMQ_LAST_ENDPOINT, actual, &size) == 0, "endpoint");
        std::thread sender{[&] {
            by_hand::endpoint out{ZMQ_PUSH, context};
            out.connect(actual);
            packer to{out.socket, packed};
            for (long i = 0; i < count; ++i) to.send({7, static_cast<std::uint64_t>(i)});
            to.finish();
        }};
        by_hand::part body;
        while (receive_some(in.socket, body, seen)) {}
        sender.join();
    }
    zmq_ctx_term(context);
    return seen.print(count);
}

/// One thread does the work of both ends, as many messages at once as the queues hold with ease.
int one_thread_by_hand(std::size_t packed, long count) {
    void* const context = zmq_ctx_new();
    meter       seen;
    {
        by_hand::endpoint in{ZMQ_PULL, context};
        by_hand::endpoint out{ZMQ_PUSH, context};
        by_hand::check(zmq_bind(in.socket, some_place) == 0, "bind");
        out.connect(some_place);
        long const    at_once = 64 * static_cast<long>(packed);
        packer        to{out.socket, packed};
        by_hand::part body;
        for (long sent = 0; sent < count;) {
            for (long const end = std::min(sent + at_once, count); sent < end; ++sent)
                to.send({7, static_cast<std::uint64_t>(sent)});
            if (sent == count) to.finish();
            receive_some(in.socket, body, seen);
        }
    }
    zmq_ctx_term(context);
    return seen.print(count);
}

// ---- Tenon ----------------------------------------------------------------------------------------------------------

struct run_plan {
    long count;
};

/// Of as many messages, in batches of whatever size.
template <class Batching>
using queue = tenon::high_water_mark<16384 / Batching::max_messages>;

template <class Batching>
struct source {
    using config = run_plan;
    static constexpr auto out = tenon::push<"out", readings, Batching, tenon::overload::block<>, queue<Batching>>;
    static constexpr auto ports = tenon::ports(out);

    config plan;

    void on(tenon::started const&, auto& process) {
        auto& to = process[out];
        for (long i = 0; i < plan.count; ++i) to.send(reading{7, static_cast<std::uint64_t>(i)});
        to.send(finish{});
        process.stop();
    }
};
template <class Batching>
struct sink {
    using config                = run_plan;
    static constexpr auto in    = tenon::pull<"in", readings, Batching, queue<Batching>>;
    static constexpr auto ports = tenon::ports(in);

    config plan;
    meter  seen{};

    void on(reading const& m) { seen.take(m); }
    void on(finish const&, auto& process) { process.stop(seen.print(plan.count)); }
};

template <class App>
using threaded = tenon::process<App, tenon::launch::thread, tenon::codec::binary, tenon::transport::zmq>;

/// A thread for each end.
template <class Batching>
int two_threads(char const* where, long count) {
    using from    = source<Batching>;
    using to      = sink<Batching>;
    auto receiver = tenon::start<threaded<to>>(run_plan{count}, tenon::bind(to::in, tenon::address{where}));
    auto sender   = tenon::start<threaded<from>>(run_plan{count}, tenon::connect(from::out, receiver.address(to::in)));
    sender.join();
    return receiver.join().code;
}

/// Both ends in one process: one thread does the work of both.
template <class Batching>
struct loop_back {
    using config                = run_plan;
    static constexpr auto out   = tenon::push<"out", readings, Batching, queue<Batching>>;
    static constexpr auto in    = tenon::pull<"in", readings, Batching, queue<Batching>>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr long at_once = std::min<long>(4 * Batching::max_messages, 4096);

    config plan;
    long   sent = 0;
    meter  seen{};

    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{some_place});
        process[out].connect(tenon::address{some_place});
        send_some(process);
    }
    void on(reading const& m, auto& process) {
        seen.take(m);
        if (seen.count == sent && sent < plan.count) send_some(process);
    }
    void on(finish const&, auto& process) { process.stop(seen.print(plan.count)); }
    void send_some(auto& process) {
        auto&      to  = process[out];
        long const end = std::min(sent + at_once, plan.count);
        for (long i = sent; i < end; ++i) to.send(reading{7, static_cast<std::uint64_t>(i)});
        sent = end;
        if (sent == plan.count) to.send(finish{});
    }
};
template <class Batching>
int one_thread(long count) {
    using app     = loop_back<Batching>;
    using process = tenon::process<app, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;
    return tenon::run<process>(run_plan{count}, tenon::unlinked(app::out), tenon::unlinked(app::in));
}

template <class Batching>
int batched(std::string_view where, long count) {
    if (where == "tcp") return two_threads<Batching>(any_port, count);
    if (where == "inproc") return two_threads<Batching>(some_place, count);
    return one_thread<Batching>(count);
}
int by_hand_in(std::string_view where, std::size_t packed, long count) {
    if (where == "tcp") return two_threads_by_hand(any_port, packed, count);
    if (where == "inproc") return two_threads_by_hand(some_place, packed, count);
    return one_thread_by_hand(packed, count);
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view const where = argc > 3 ? argv[1] : "";
    std::string_view const kind  = argc > 3 ? argv[2] : "";
    long const             count = argc > 3 ? std::atol(argv[3]) : 0;
    if (where == "tcp" || where == "inproc" || where == "one_thread") {
        if (kind == "tenon") return batched<tenon::batched<>>(where, count);
        if (kind == "tenon_64") return batched<tenon::batched<64>>(where, count);
        if (kind == "raw") return by_hand_in(where, 1, count);
        if (kind == "raw_packed") return by_hand_in(where, 64, count);
    }
    std::fputs("usage: batching tcp|inproc|one_thread tenon|tenon_64|raw|raw_packed COUNT\n"
               "one_thread: both ends over inproc, without another thread\n", stderr);
    return 2;
}

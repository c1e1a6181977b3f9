// Both ends in one thread and one context, over inproc: Tenon, and the same by hand. No other thread has a share, so a
// run takes the same instructions each time; benchmarks/instructions and benchmarks/side_by_side run it.
#include "end_to_end/raw.hpp"

#include <tenon/message/attachment.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

constexpr char const* place = "inproc://here";

struct run_plan {
    long count;
};

/// Prints a line of JSON: nanoseconds per operation, from the first to the last.
class stopwatch {
public:
    void print(long count) const {
        std::printf("{\"mean\": %.2f}\n", static_cast<double>((clock_type::now() - start_).count()) /
                                              static_cast<double>(count));
    }

private:
    clock_type::time_point start_ = clock_type::now();
};

// ---- Tenon ----------------------------------------------------------------------------------------------------------

template <class App>
using process_of = tenon::process<App, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;

/// Asks itself: a `req` and a `rep` port in one loop.
struct asking_itself {
    using config = run_plan;
    static constexpr auto asks    = tenon::req<"asks", ping_pong>;
    static constexpr auto answers = tenon::rep<"answers", ping_pong>;
    static constexpr auto ports   = tenon::ports(asks, answers);

    config    plan;
    long      asked = 0;
    stopwatch time{};

    pong on(ping const& p) { return {p.count}; }
    void on(halt const&) {}
    void on(tenon::started const&, auto& process) {
        process[answers].bind(tenon::address{place});
        process[asks].connect(tenon::address{place});
        ask(process);
    }
    void ask(auto& process) {
        process[asks].request(ping{asked}, 10s, [this, &process](tenon::result<pong> got) {
            if (!got || got->count != asked) return process.stop(1);
            if (++asked < plan.count) return ask(process);
            time.print(plan.count);
            process.stop();
        });
    }
};

/// Pushes to itself, as many messages at once as fit into the queues and the loop's budget.
struct pushing_itself {
    using config = run_plan;
    static constexpr auto out   = tenon::push<"out", samples>;
    static constexpr auto in    = tenon::pull<"in", samples>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr long at_once = 64;

    config    plan;
    long      sent     = 0;
    long      received = 0;
    stopwatch time{};

    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{place});
        process[out].connect(tenon::address{place});
        push(process);
    }
    void on(sample_32 const& m, auto& process) {
        long number;
        std::memcpy(&number, m.load.data(), sizeof number);
        if (number != received++) process.stop(1);
        if (received == sent && sent < plan.count) push(process);
    }
    void on(sample_256 const&) {}
    void on(sample_4096 const&) {}
    void on(last const&, auto& process) {
        time.print(plan.count);
        process.stop();
    }
    void push(auto& process) {
        sample_32 m{};
        for (long const end = std::min(sent + at_once, plan.count); sent < end; ++sent) {
            std::memcpy(&m, &sent, sizeof sent);
            process[out].send(m);
        }
        if (sent == plan.count) process[out].send(last{});
    }
};

/// A large buffer as a field that is copied, as one that is borrowed from what was received, and as an attachment.
struct copied { long number; std::vector<std::byte> bytes; };
struct borrowed { long number; std::span<std::byte const> bytes; };
struct attached { long number; tenon::attachment bytes; };

/// Pushes large messages to itself, one at a time.
template <class M>
struct pushing_large {
    struct config { long count, size; };
    static constexpr auto out   = tenon::push<"out", tenon::protocol<tenon::command<M>>>;
    static constexpr auto in    = tenon::pull<"in", tenon::protocol<tenon::command<M>>>;
    static constexpr auto ports = tenon::ports(out, in);

    config                 plan;
    std::vector<std::byte> bytes = std::vector<std::byte>(static_cast<std::size_t>(plan.size));
    M                      next  = first();
    stopwatch              time{};

    M first() {
        if constexpr (std::is_same_v<M, attached>) return {0, {bytes.data(), bytes.size(), [](void*, void*) {}}};
        else return {0, bytes};
    }
    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{place});
        process[out].connect(tenon::address{place});
        process[out].send(next);
    }
    void on(M const& m, auto& process) {
        if (m.number != next.number || m.bytes.size() != bytes.size()) return process.stop(1);
        if (++next.number < plan.count) return static_cast<void>(process[out].send(next));
        time.print(plan.count);
        process.stop();
    }
};
template <class M>
int large(long count, long size) {
    using app = pushing_large<M>;
    return tenon::run<process_of<app>>(typename app::config{count, size}, tenon::unlinked(app::out),
                                       tenon::unlinked(app::in));
}

int round_trips(long count) {
    return tenon::run<process_of<asking_itself>>(run_plan{count}, tenon::unlinked(asking_itself::asks),
                                                 tenon::unlinked(asking_itself::answers));
}
int one_way(long count) {
    return tenon::run<process_of<pushing_itself>>(run_plan{count}, tenon::unlinked(pushing_itself::out),
                                                  tenon::unlinked(pushing_itself::in));
}

// ---- By hand --------------------------------------------------------------------------------------------------------

/// Two sockets of one context, connected.
struct pair_of_sockets {
    void* context = zmq_ctx_new();
    void* server;
    void* client;

    pair_of_sockets(int server_type, int client_type)
        : server{zmq_socket(context, server_type)}, client{zmq_socket(context, client_type)} {
        by_hand::check(zmq_bind(server, place) == 0, "bind");
        by_hand::check(zmq_connect(client, place) == 0, "connect");
    }
    ~pair_of_sockets() {
        zmq_close(client);
        zmq_close(server);
        zmq_ctx_term(context);
    }
    pair_of_sockets(pair_of_sockets const&)            = delete;
    pair_of_sockets& operator=(pair_of_sockets const&) = delete;
};

/// The parts of one message, which has `count` of them.
bool receive(void* socket, by_hand::part* parts, int count) {
    if (!parts[0].receive(socket, ZMQ_DONTWAIT)) return false;
    for (int i = 1; i < count; ++i)
        by_hand::check(parts[i - 1].more() && parts[i].receive(socket, 0), "receive");
    by_hand::check(!parts[count - 1].more(), "parts");
    return true;
}

/// One loop, a DEALER and a ROUTER: the same frames as between the ports.
int round_trips_by_hand(long count) {
    pair_of_sockets sockets{ZMQ_ROUTER, ZMQ_DEALER};
    zmq_pollitem_t  items[] = {{sockets.server, 0, ZMQ_POLLIN, 0}, {sockets.client, 0, ZMQ_POLLIN, 0}};
    by_hand::part   envelope[4], answer[3], body;
    std::uint64_t   id = 0;
    stopwatch       time;

    auto const ask = [&](long number) {
        ++id;
        body.resize(by_hand::size_of<ping>);
        by_hand::write(body.data(), ping{number});
        by_hand::check(zmq_send(sockets.client, &id, sizeof id, ZMQ_SNDMORE) >= 0, "send");
        by_hand::check(zmq_send(sockets.client, nullptr, 0, ZMQ_SNDMORE) >= 0, "send");
        by_hand::check(body.send(sockets.client, 0), "send");
    };
    long asked = 0;
    for (ask(0); asked < count;) {
        by_hand::check(zmq_poll(items, 2, 10000) > 0, "poll");
        if ((items[0].revents & ZMQ_POLLIN) != 0)
            while (receive(sockets.server, envelope, 4)) {
                by_hand::check(by_hand::answer_in_place(envelope[3]), "the request");
                for (int i = 0; i < 4; ++i)
                    by_hand::check(envelope[i].send(sockets.server, i < 3 ? ZMQ_SNDMORE : 0), "send");
            }
        if ((items[1].revents & ZMQ_POLLIN) != 0)
            while (receive(sockets.client, answer, 3)) {
                pong got;
                by_hand::check(answer[0].size() == sizeof id && std::memcmp(answer[0].data(), &id, sizeof id) == 0 &&
                                   by_hand::read(answer[2].data(), answer[2].size(), got) && got.count == asked,
                               "the reply");
                if (++asked < count) ask(asked);
            }
    }
    time.print(count);
    return 0;
}

int one_way_by_hand(long count) {
    struct counting_sink {
        long received = 0;
        bool good     = true;
        void on(sample_32 const& m) {
            long number;
            std::memcpy(&number, m.load.data(), sizeof number);
            good = number == received++ && good;
        }
        void on(sample_256 const&) {}
        void on(sample_4096 const&) {}
    } sink;
    pair_of_sockets sockets{ZMQ_PULL, ZMQ_PUSH};
    zmq_pollitem_t  item{sockets.server, 0, ZMQ_POLLIN, 0};
    by_hand::part   body;
    stopwatch       time;

    sample_32 m{};
    for (long sent = 0; sink.received < count;) {
        for (long const end = std::min(sent + pushing_itself::at_once, count); sent < end; ++sent) {
            std::memcpy(&m, &sent, sizeof sent);
            body.resize(by_hand::size_of<sample_32>);
            by_hand::write(body.data(), m);
            by_hand::check(body.send(sockets.client, 0), "send");
        }
        by_hand::check(zmq_poll(&item, 1, 10000) > 0, "poll");
        while (body.receive(sockets.server, ZMQ_DONTWAIT)) by_hand::binary::take(body.data(), body.size(), sink);
    }
    time.print(count);
    return sink.good ? 0 : 1;
}

/// The same frames as those of an attachment.
int large_by_hand(long count, long size) {
    pair_of_sockets        sockets{ZMQ_PULL, ZMQ_PUSH};
    zmq_pollitem_t         item{sockets.server, 0, ZMQ_POLLIN, 0};
    by_hand::part          got[2];
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    stopwatch              time;

    for (long number = 0; number < count; ++number) {
        long const body[] = {number, size};
        by_hand::check(zmq_send(sockets.client, body, sizeof body, ZMQ_SNDMORE) >= 0, "send");
        zmq_msg_t part;
        by_hand::check(zmq_msg_init_data(&part, bytes.data(), bytes.size(), [](void*, void*) {}, nullptr) == 0, "init");
        by_hand::check(zmq_msg_send(&part, sockets.client, 0) >= 0, "send");
        by_hand::check(zmq_poll(&item, 1, 10000) > 0, "poll");
        long read[2] = {};
        by_hand::check(receive(sockets.server, got, 2) && got[0].size() == sizeof read, "receive");
        std::memcpy(read, got[0].data(), sizeof read);
        by_hand::check(read[0] == number && got[1].size() == bytes.size(), "the message");
    }
    time.print(count);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view const what = argc > 3 ? argv[1] : "";
    std::string_view const kind = argc > 3 ? argv[2] : "";
    long const             count = argc > 3 ? std::atol(argv[3]) : 0;
    if (what == "round_trip" && kind == "tenon") return round_trips(count);
    if (what == "round_trip" && kind == "raw") return round_trips_by_hand(count);
    if (what == "one_way" && kind == "tenon") return one_way(count);
    if (what == "one_way" && kind == "raw") return one_way_by_hand(count);
    long const size = argc > 4 ? std::atol(argv[4]) : 1L << 20;
    if (what == "large" && kind == "vector") return large<copied>(count, size);
    if (what == "large" && kind == "span") return large<borrowed>(count, size);
    if (what == "large" && kind == "attachment") return large<attached>(count, size);
    if (what == "large" && kind == "raw") return large_by_hand(count, size);
    std::fputs("usage: inproc round_trip|one_way tenon|raw COUNT\n"
               "       inproc large vector|span|attachment|raw COUNT [SIZE]\n", stderr);
    return 2;
}

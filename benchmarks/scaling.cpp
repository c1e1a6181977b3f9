// How the cost of a message grows: with the clients of a port, the ports of a process, the types of message, the size
// of a message and the number of timers. Each run does one of them, in one thread and over inproc, so that it takes the
// same instructions each time; benchmarks/scaling runs it and draws the plots.
#include "end_to_end/raw.hpp"

#include <tenon/loop/timers.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct run_plan {
    std::uint32_t size;  ///< What grows.
    std::int64_t  count;
};

template <class App>
using process_of = tenon::process<App, tenon::launch::here, tenon::codec::binary, tenon::transport::zmq>;

std::string numbered(std::size_t i) { return "inproc://" + std::to_string(i); }

/// A raw socket in the context of a process.
class raw_socket {
public:
    raw_socket(auto& process, int type, std::string const& where)
        : socket_{zmq_socket(process.context().native_handle(), type)} {
        int const none = 0;
        zmq_setsockopt(socket_, ZMQ_LINGER, &none, sizeof none);
        by_hand::check(zmq_connect(socket_, where.c_str()) == 0, "connect");
    }
    raw_socket(raw_socket&& other) noexcept : socket_{std::exchange(other.socket_, nullptr)} {}
    ~raw_socket() {
        if (socket_ != nullptr) zmq_close(socket_);
    }
    raw_socket& operator=(raw_socket const&) = delete;

    template <class M>
    void send(M const& m, int flags = 0) {
        char bytes[by_hand::size_of<M>];
        by_hand::write(bytes, m);
        by_hand::check(zmq_send(socket_, bytes, sizeof bytes, flags) >= 0, "send");
    }
    void delimit() { by_hand::check(zmq_send(socket_, nullptr, 0, ZMQ_SNDMORE) >= 0, "send"); }
    /// Takes a message of two frames.
    void take_reply() {
        for (int part = 0; part < 2; ++part)
            by_hand::check(zmq_recv(socket_, nullptr, 0, ZMQ_DONTWAIT) >= 0, "receive");
    }

private:
    void* socket_;
};

// ---- Clients: one port answers N peers, each of which asks in turn --------------------------------------------------

struct many_clients {
    using config = run_plan;
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    config                  plan;
    std::vector<raw_socket> clients{};
    std::int64_t            answered = 0;

    pong on(ping const& p, auto& process) {
        ++answered;
        // The reply leaves after this handler: the client that has it asks on in the next turn.
        process.post([this, &process, client = static_cast<std::size_t>(p.count)] {
            clients[client].take_reply();
            if (answered == plan.count) return process.stop();
            ask((client + 1) % clients.size());
        });
        return {p.count};
    }
    void on(halt const&) {}
    void on(tenon::started const&, auto& process) {
        process[requests].bind(tenon::address{numbered(0)});
        for (std::size_t i = 0; i < plan.size; ++i) clients.emplace_back(process, ZMQ_DEALER, numbered(0));
        ask(0);
    }
    void on(tenon::stopping const&, auto&) { clients.clear(); }
    void ask(std::size_t client) {
        clients[client].delimit();
        clients[client].send(ping{static_cast<std::int64_t>(client)});
    }
};

// ---- Ports: N of them, one of which has a message -------------------------------------------------------------------

struct tick { std::uint32_t number; };
using ticks = tenon::protocol<tenon::command<tick>>;

template <std::size_t I>
consteval auto name_of_port() {
    tenon::detail::fixed_string<4> name{"p000"};
    name.text[1] = static_cast<char>('0' + I / 100);
    name.text[2] = static_cast<char>('0' + I / 10 % 10);
    name.text[3] = static_cast<char>('0' + I % 10);
    return name;
}
template <std::size_t I>
inline constexpr auto in = tenon::pull<name_of_port<I>(), ticks>;

template <class>
struct many_ports;
template <std::size_t... I>
struct many_ports<std::index_sequence<I...>> {
    using config = run_plan;
    static constexpr auto ports = tenon::ports(in<I>...);

    config                  plan;
    std::vector<raw_socket> peers{};
    std::int64_t            received = 0;

    void on(tick const& m, auto& process) {
        if (++received == plan.count) return process.stop();
        send((m.number + 1) % sizeof...(I));
    }
    void on(tenon::started const&, auto& process) {
        (process[in<I>].bind(tenon::address{numbered(I)}), ...);
        for (std::size_t i = 0; i < sizeof...(I); ++i) peers.emplace_back(process, ZMQ_PUSH, numbered(i));
        send(0);
    }
    void on(tenon::stopping const&, auto&) { peers.clear(); }
    void send(std::uint32_t to) { peers[to].send(tick{to}); }
};

/// The same by hand: a zmq_poll over N sockets for each message.
int many_sockets_by_hand(run_plan plan) {
    void* const                 context = zmq_ctx_new();
    std::vector<void*>          ends;
    std::vector<zmq_pollitem_t> items;
    auto const                  open = [&](int type, std::string const& where, auto attach) {
        ends.push_back(zmq_socket(context, type));
        by_hand::check(attach(ends.back(), where.c_str()) == 0, "attach");
        return ends.back();
    };
    for (std::size_t i = 0; i < plan.size; ++i)
        items.push_back({open(ZMQ_PULL, numbered(i), zmq_bind), 0, ZMQ_POLLIN, 0});
    for (std::size_t i = 0; i < plan.size; ++i) open(ZMQ_PUSH, numbered(i), zmq_connect);
    by_hand::part body;
    auto const    send = [&](std::uint32_t to) {
        body.resize(by_hand::size_of<tick>);
        by_hand::write(body.data(), tick{to});
        by_hand::check(body.send(ends[plan.size + to], 0), "send");
    };
    send(0);
    for (std::int64_t received = 0; received < plan.count;) {
        by_hand::check(zmq_poll(items.data(), static_cast<int>(items.size()), 10000) > 0, "poll");
        for (auto const& each : items) {
            if ((each.revents & ZMQ_POLLIN) == 0) continue;
            while (body.receive(each.socket, ZMQ_DONTWAIT)) {
                tick m{};
                by_hand::check(by_hand::read(body.data(), body.size(), m), "a tick");
                if (++received < plan.count) send((m.number + 1) % plan.size);
            }
        }
    }
    for (void* each : ends) zmq_close(each);
    zmq_ctx_term(context);
    return 0;
}

// ---- Types of message: N of them through one port, in random order --------------------------------------------------

template <std::size_t I>
struct numbered_message {
    std::uint32_t value;
};
}  // namespace

// Which name a message has on the wire: that of a template says nothing of its arguments.
template <std::size_t I>
struct tenon::traits<numbered_message<I>> {
    static constexpr std::array<char, 4> text{'m', '0' + I / 100, '0' + I / 10 % 10, '0' + I % 10};
    static constexpr std::string_view    name{text.data(), text.size()};
};

namespace {

template <class>
struct many_messages;
template <std::size_t... I>
struct many_messages<std::index_sequence<I...>> {
    using config   = run_plan;
    using protocol = tenon::protocol<tenon::command<numbered_message<I>>...>;
    static constexpr auto out   = tenon::push<"out", protocol>;
    static constexpr auto in    = tenon::pull<"in", protocol>;
    static constexpr auto ports = tenon::ports(out, in);

    static constexpr int at_once = 64;

    config        plan;
    std::int64_t  received = 0;
    std::uint32_t state    = 1;

    template <std::size_t J>
    void on(numbered_message<J> const& m, auto& process) {
        if (m.value != J) process.stop(1);
        if (++received == plan.count) return process.stop();
        if (received % at_once == 0) send_some(process);
    }
    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{numbered(0)});
        process[out].connect(tenon::address{numbered(0)});
        send_some(process);
    }
    void send_some(auto& process) {
        for (int i = 0; i < at_once; ++i) {
            state            = state * 1664525U + 1013904223U;
            auto const which = (state >> 16) % sizeof...(I);
            tenon::detail::with_index<sizeof...(I)>(which, [&](auto index) {
                process[out].send(numbered_message<decltype(index)::value>{decltype(index)::value});
            });
        }
    }
};

// ---- Sizes: one message of N bytes, sent and received ---------------------------------------------------------------

struct load { std::vector<std::byte> bytes; };
using loads = tenon::protocol<tenon::command<load>>;

struct large_messages {
    using config = run_plan;
    static constexpr auto out   = tenon::push<"out", loads>;
    static constexpr auto in    = tenon::pull<"in", loads>;
    static constexpr auto ports = tenon::ports(out, in);

    config       plan;
    std::int64_t received = 0;
    load         sent{std::vector<std::byte>(plan.size)};

    void on(load const& m, auto& process) {
        if (m.bytes.size() != plan.size) process.stop(1);
        if (++received == plan.count) return process.stop();
        process[out].send(sent);
    }
    void on(tenon::started const&, auto& process) {
        process[in].bind(tenon::address{numbered(0)});
        process[out].connect(tenon::address{numbered(0)});
        process[out].send(sent);
    }
};

// ---- Timers: N periodic ones, of which one after the other is due ---------------------------------------------------

int many_timers(run_plan plan) {
    using clock = std::chrono::steady_clock;
    using std::chrono::nanoseconds;
    tenon::loop::timers<clock> timers;
    std::int64_t               ran    = 0;
    clock::time_point const    start{};
    nanoseconds const          period{plan.size};
    for (std::uint32_t i = 0; i < plan.size; ++i) timers.add(start + nanoseconds{i}, period, [&] { ++ran; });
    for (auto now = start; ran < plan.count; now += nanoseconds{1}) timers.run_due(now, [] { return false; });
    return 0;
}

template <class App, std::size_t... I>
int run_unlinked(run_plan plan, std::index_sequence<I...>) {
    return tenon::run<process_of<App>>(
        plan, tenon::unlinked(typename std::remove_cvref_t<decltype(App::ports)>::template at<I>{})...);
}
template <class App>
int run(run_plan plan) {
    return run_unlinked<App>(plan, std::make_index_sequence<std::remove_cvref_t<decltype(App::ports)>::size>{});
}

/// Runs `App<index_sequence of N>` for the N that was asked for.
template <template <class> class App, std::size_t... N>
int run_sized(run_plan plan) {
    int code = 2;
    static_cast<void>(((plan.size == N && (code = run<App<std::make_index_sequence<N>>>(plan), true)) || ...));
    return code;
}

int run(std::string_view what, run_plan plan) {
    if (what == "clients") return run<many_clients>(plan);
    if (what == "ports") return run_sized<many_ports, 1, 8, 50, 200>(plan);
    if (what == "ports_by_hand") return many_sockets_by_hand(plan);
    if (what == "messages") return run_sized<many_messages, 2, 8, 32, 128>(plan);
    if (what == "sizes") return run<large_messages>(plan);
    if (what == "timers") return many_timers(plan);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    int const code = argc != 4 ? 2 : run(argv[1], {static_cast<std::uint32_t>(std::atol(argv[2])), std::atol(argv[3])});
    if (code == 2)
        std::fputs("usage: scaling clients|ports|ports_by_hand|messages|sizes|timers N COUNT\n"
                   "ports: 1, 8, 50, 200; messages: 2, 8, 32, 128\n", stderr);
    return code;
}

// What users write: each `user_` function has a loop beside one thing that begins, ends or describes something. See
// test_users_code.py.
#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

struct ping {
    int count;
};
struct pong {
    int count;
};
struct bye {};
using talk = tenon::protocol<tenon::request<ping, pong>, tenon::command<bye>>;

struct app {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(bye const&, auto& process) { process.stop(); }
};
using forked   = tenon::process<app>;
using threaded = tenon::process<app, tenon::launch::thread>;
using zmq      = tenon::transport::zmq;
using loop     = tenon::loop::event_loop<zmq>;

namespace {

volatile int total = 0;

void work(int count) {
    for (int i = 0; i < count; ++i) total = total + i;
}

tenon::address const here{"tcp://127.0.0.1"};

}  // namespace

int user_starts(int n) {
    auto child = tenon::start<forked>(tenon::bind(app::requests, here));
    work(n);
    return child.join();
}

int user_starts_a_thread(int n) {
    auto child = tenon::start<threaded>(tenon::bind(app::requests, here));
    work(n);
    return child.join();
}

int user_runs(int n) {
    work(n);
    return tenon::run<forked>(tenon::bind(app::requests, here));
}

int user_joins(tenon::child<forked>& child, int n) {
    work(n);
    return child.join();
}

tenon::address user_looks_up(tenon::child<forked>& child, int n) {
    work(n);
    return child.address(app::requests);
}

int user_asks(char const* server, int n) {
    tenon::client<talk> client{server};
    int                 sum = 0;
    for (int i = 0; i < n; ++i) sum += client.request(ping{i}).count;
    return sum;
}

void user_tells(tenon::client<talk>& client, int n) {
    work(n);
    client.send(bye{});
}

tenon::address user_reads_an_address(char const* text, int n) {
    work(n);
    return tenon::address{text};
}

std::string user_prints_an_address(tenon::address const& address, int n) {
    work(n);
    return address.to_string();
}

tenon::error user_makes_an_error(int n) {
    work(n);
    return tenon::error{tenon::errc::timed_out, "too late"};
}

void user_receives(int n) {
    zmq::context context;
    zmq::socket  socket{context, tenon::pattern::pull};
    socket.bind(here);
    zmq::frame part;
    for (int i = 0; i < n; ++i) socket.receive(part);
}

void user_connects(zmq::socket& socket, int n) {
    socket.connect(here);
    work(n);
    socket.disconnect(here);
}

void user_loops(int n) {
    zmq::context context;
    loop         events{context};
    events.after(1s, [] {});
    events.post([] {});
    for (int i = 0; i < n; ++i) events.turn();
}

void user_watches(loop& events, int n) {
    work(n);
    events.watch_fd(n, 1, [](short) {});
}

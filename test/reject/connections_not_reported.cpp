// An app that listens to connection events needs a transport that tells them.
#include <tenon/process/observer/recording.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct ping {
    int count;
};
struct pong {
    int count;
};
using ping_pong = tenon::protocol<tenon::request<ping, pong>>;

/// As good as zmq, but for the monitor.
struct wireless {
    using policy_kind = tenon::kind::transport;
    using zmq         = tenon::transport::zmq;
    using clock       = zmq::clock;
    using context     = zmq::context;
    using frame       = zmq::frame;
    using socket      = zmq::socket;
    using poll_item   = zmq::poll_item;
};

struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
#ifdef REJECT
    // expect: this app listens to tenon::connection_event, and its transport has none to tell
    // expect: \bpong_app\b
    // expect: \brequests\b
    // expect: \bwireless\b
    void on(tenon::connection_event const&) {}
#endif
};

int main() {
    // An observer that could hear of connections asks for nothing.
    using pong_process = tenon::process<pong_app, wireless, tenon::observer::recording>;
    return tenon::run<pong_process>(tenon::bind(pong_app::requests, "127.0.0.1"));
}

// A stranger's first program: one process in a thread, one client, one request.
#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

namespace {

struct ping {
    int count;
};
struct pong {
    int count;
};
struct stop {};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<stop>>;

struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(stop const&, auto& process) { process.stop(); }
};

using pong_process = tenon::process<pong_app, tenon::launch::thread, tenon::codec::json, tenon::transport::zmq>;

}  // namespace

int main() {
    auto child = tenon::start<pong_process>(tenon::bind(pong_app::requests, "127.0.0.1"));
    tenon::client<ping_pong, tenon::codec::json, tenon::transport::zmq> client{child.address(pong_app::requests)};

    bool const answered = client.request(ping{3}).count == 3;
    client.send(stop{});
    return child.join() == 0 && answered ? 0 : 1;
}

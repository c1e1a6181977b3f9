// A broker between clients and workers, as a ready process: both know only the broker, and workers come and go.
//
//   client ─┐                                ┌─ worker
//   client ─┼─► front ─ broker ─ back ◄──────┼─ worker
//   client ─┘             ▲                  └─ worker
//                      control: pause, resume, statistics, terminate
#include <tenon/process/group.hpp>
#include <tenon/process/proxy.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>

using namespace std::chrono_literals;

struct square { std::int64_t of; };
struct squared { std::int64_t is; };
using arithmetic = tenon::protocol<tenon::request<square, squared>>;

// A worker is a server like any other, but it connects.
struct worker_app {
    static constexpr auto requests = tenon::rep<"requests", arithmetic>;
    static constexpr auto ports    = tenon::ports(requests);

    squared on(square const& s) { return {s.of * s.of}; }
};

// [broker]
using broker_process = tenon::process<tenon::broker, tenon::launch::fork>;
using worker_process = tenon::process<worker_app, tenon::launch::fork>;

int main() {
    tenon::group processes;
    auto const& broker = processes.start<broker_process>(tenon::bind(tenon::broker::front, "127.0.0.1"),
                                                         tenon::bind(tenon::broker::back, "127.0.0.1"),
                                                         tenon::bind(tenon::broker::control, "127.0.0.1"));
    for (int i = 0; i < 3; ++i)
        processes.start<worker_process>(tenon::connect(worker_app::requests, broker.address(tenon::broker::back)));

    tenon::client<arithmetic>            client{broker.address(tenon::broker::front)};
    tenon::client<tenon::proxy::control> control{broker.address(tenon::broker::control)};
    for (int i = 1; i <= 9; ++i) std::printf("%d\n", static_cast<int>(client.request(square{i}).is));

    control.request(tenon::proxy::pause{});  // in time for maintenance
    if (!client.try_request(square{10}, 50ms)) std::puts("paused: no reply");
    control.request(tenon::proxy::resume{});
    std::printf("%d\n", static_cast<int>(client.request(square{11}).is));

    auto const seen = control.request(tenon::proxy::get_statistics{});
    std::printf("%d requests passed, %d dropped\n", static_cast<int>(seen.to_back.messages),
                static_cast<int>(seen.to_back.dropped));
    for (auto const& each : processes.stop())
        if (each != 0) return 1;
}
// [/broker]

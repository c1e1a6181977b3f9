// A process in a thread, and a client of the same program: they talk over inproc, and spin for the next message.
#include <tenon/codec/binary.hpp>
#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;

struct look_up { int sensor; };
struct reading { int value; };
using sensors = tenon::protocol<tenon::request<look_up, reading>>;

struct cache_app {
    static constexpr auto requests = tenon::rep<"requests", sensors>;
    static constexpr auto ports    = tenon::ports(requests);

    reading on(look_up const& l) { return {l.sensor * 100}; }
};

// [threads]
// Both ends wait awake for up to 50 µs before they sleep; that wants a core for each of them.
using cache_process =
    tenon::process<cache_app, tenon::launch::thread, tenon::codec::binary, tenon::wait::spin_then_block<50us>>;
using cache_client = tenon::client<sensors, tenon::codec::binary, tenon::wait::spin_then_block<50us>>;

int main() {
    auto cache = tenon::start<cache_process>(tenon::bind(cache_app::requests, "inproc://*"));  // a name of its own

    cache_client client{cache.address(cache_app::requests)};
    for (int sensor = 1; sensor <= 3; ++sensor)
        std::printf("sensor %d: %d\n", sensor, client.request(look_up{sensor}).value);
}
// [/threads]

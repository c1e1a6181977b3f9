// Asks a server pings and tells the outcome of each: once with tenon::client, once with a process's req port.
//
//     asker client|port ADDRESS TIMEOUT_MS...
//
// One request for each timeout, one by one. Prints `<count> pong <count>` or `<count> failure <code>` for each
// outcome, and in the end how many replies were dropped.
#include "ping_pong_messages.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

using tenon::transport::zmq;

std::vector<std::chrono::milliseconds> timeouts;

void tell(std::size_t count, tenon::result<pong> const& outcome) {
    if (outcome)
        std::printf("%zu pong %d\n", count, outcome->count);
    else
        std::printf("%zu failure %d\n", count, static_cast<int>(outcome.error().code));
    std::fflush(stdout);
}

void tell_dropped(std::uint64_t dropped) {
    std::printf("dropped %llu\n", static_cast<unsigned long long>(dropped));
}

int ask_with_client(tenon::address const& where) {
    tenon::client<ping_pong, tenon::codec::json, zmq> server{where};
    for (std::size_t i = 0; i < timeouts.size(); ++i)
        tell(i, server.try_request(ping{static_cast<int>(i)}, timeouts[i]));
    tell_dropped(server.late_replies());
    return 0;
}

struct asking_app {
    static constexpr auto server = tenon::req<"server", ping_pong>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) { ask(process, 0); }

    void ask(auto& process, std::size_t i) {
        if (i == timeouts.size()) {
            auto const& counters = process[server].counters();
            tell_dropped(counters.late + counters.wrong_frames);
            process.stop();
            return;
        }
        process[server].request(ping{static_cast<int>(i)}, timeouts[i],
                                [this, &process, i](tenon::result<pong> const& outcome) {
                                    tell(i, outcome);
                                    ask(process, i + 1);
                                });
    }
};

using asking_process = tenon::process<asking_app, tenon::codec::json, zmq>;

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4) return 2;
    for (int i = 3; i < argc; ++i) timeouts.emplace_back(std::atoi(argv[i]));
    tenon::address const where{argv[2]};
    if (std::string_view{argv[1]} == "client") return ask_with_client(where);
    return tenon::run<asking_process>(tenon::connect(asking_app::server, where));
} catch (std::exception const& e) {
    std::fprintf(stderr, "asker: %s\n", e.what());
    return 1;
}

// What can be seen of a running process: counts, connections, and a recording.
#include "stock.hpp"

#include <tenon/process/observer/all.hpp>
#include <tenon/process/observer/counting.hpp>
#include <tenon/process/observer/recording.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

// [app]
struct watched_app : stock_app {
    using stock_app::on;

    // Connections are told to the app, in its own loop, because it has this handler.
    void on(tenon::connection_event const& e) {
        if (e.what != tenon::connection_change::handshake_succeeded) return;
        std::printf("port %s: a client has come\n", std::string{e.port}.c_str());
    }
    // The app reads what its observer has counted.
    void on(tenon::stopping const&, auto& process) {
        auto const& counted = process.observer().template get<tenon::observer::counting>();
        std::printf("reserve: %d received; failure: %d sent\n",
                    static_cast<int>(counted.counts("requests", "reserve").received),
                    static_cast<int>(counted.counts("requests", "failure").sent));
        std::fflush(stdout);
        std::fputs(to_string(counted).c_str(), stderr);  // all of it, as a table
    }
};
// [/app]

// [process]
using watchers      = tenon::observer::all<tenon::observer::counting, tenon::observer::recording>;
using stock_process = tenon::process<watched_app, tenon::launch::fork, watchers>;
// [/process]

int main() {
    char              folder[] = "/tmp/tenon-observed-XXXXXX";
    std::string const where    = ::mkdtemp(folder);
    ::setenv("TENON_RECORDING", folder, 1);  // as a rule the shell does it: TENON_RECORDING=/tmp ./server

    auto child = tenon::start<stock_process>(tenon::bind(stock_app::requests, "127.0.0.1"));
    {
        tenon::client<stock_protocol> client{child.address(stock_app::requests)};
        client.send(restock{"nail", 100});
        client.request(reserve{"nail", 30});
        static_cast<void>(client.try_request(reserve{"nail", 71}));
        client.send(close_shop{});
        child.join();
    }
    // [read]
    auto const file = where + "/watched_app." + std::to_string(child.pid()) + ".recording";
    for (auto const& one : tenon::recording::read(file).entries)
        if (!one.body.empty())
            std::printf("%-8s %s\n", std::string{name_of(one.what)}.c_str(), one.body.c_str());
    // [/read]
    return std::remove(file.c_str()) + ::rmdir(folder);
}

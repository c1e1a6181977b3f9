// A pong process that speaks the layout [type, args, kwargs]. Prints its address; ends on plzdiekthxbye.
#include "ping_pong_messages.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <exception>

namespace {

struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[requests].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

using pong_process = tenon::process<pong_app, tenon::codec::json_triple, tenon::transport::zmq>;

}  // namespace

int main() try {
    return tenon::run<pong_process>(tenon::bind(pong_app::requests, "127.0.0.1"));
} catch (std::exception const& e) {
    std::fprintf(stderr, "triple_pong: %s\n", e.what());
    return 1;
}

// The pong process as a program of its own, for peers in any language.
//
//     pong --bind 127.0.0.1:5678 [--codec json|msgpack|binary]
//
// Prints `listening on tcp://...` when it is ready. Ends with code 0 on plzdiekthxbye, SIGINT and SIGTERM.
#include "options.hpp"
#include "ping_pong_messages.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <exception>
#include <string>

struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[requests].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    pong on(ping const& p) {
        std::printf("Pong got request: ping %d\n", p.count);
        std::fflush(stdout);
        return {p.count};
    }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

template <class Codec>
int serve(std::string const& where) {
    using pong_process = tenon::process<pong_app, Codec, tenon::transport::zmq, tenon::observer::log>;
    return tenon::run<pong_process>(tenon::bind(pong_app::requests, where));
}

int main(int argc, char** argv) try {
    options const     given{argc, argv, "pong --bind HOST:PORT [--codec json|msgpack|binary]"};
    given.expect_only({"--bind", "--codec"});
    std::string const where = given.value("--bind", nullptr);
    std::string const codec = given.value("--codec", "json");
    if (codec == "json") return serve<tenon::codec::json>(where);
    if (codec == "msgpack") return serve<tenon::codec::msgpack>(where);
    if (codec == "binary") return serve<tenon::codec::binary>(where);
    given.fail("unknown codec", codec);
} catch (std::exception const& e) {
    std::fprintf(stderr, "pong: %s\n", e.what());
    return 1;
}

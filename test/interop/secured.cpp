// One end of a conversation under CURVE, for a peer in Python: `secured serve OWN CLIENT` or `secured ask OWN SERVER
// ADDRESS`.
// OWN is a secret certificate, the others are public ones.
#include <tenon/process/security/curve.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq/certificate.hpp>

#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>

namespace {

struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;

char const* own    = nullptr;
char const* theirs = nullptr;

struct key_files {
    static tenon::security::curve_keys of(std::string_view) {
        auto const other = tenon::security::read_public_key(theirs);
        return {.own = tenon::security::read_key_pair(own), .server = other, .clients = {other}};
    }
};
using curve = tenon::security::curve<key_files>;

struct server {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[requests].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
    void on(tenon::connection_event const& e) {
        if (!is_handshake_failure(e.what)) return;
        std::printf("kept out: %s\n", name_of(e.what).data());
        std::fflush(stdout);
    }
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc > 3) own = argv[2], theirs = argv[3];
    if (argc == 4 && std::strcmp(argv[1], "serve") == 0)
        return tenon::run<tenon::process<server, tenon::launch::here, curve>>(
            tenon::bind(server::requests, "127.0.0.1"));
    if (argc == 5 && std::strcmp(argv[1], "ask") == 0) {
        tenon::client<ping_pong, curve> peer{tenon::address{argv[4]}};
        std::printf("pong %d\n", peer.request(ping{3}).count);
        return 0;
    }
    std::fputs("usage: secured serve OWN CLIENT | secured ask OWN SERVER ADDRESS\n", stderr);
    return 2;
} catch (std::exception const& e) {
    std::fprintf(stderr, "secured: %s\n", e.what());
    return 1;
}

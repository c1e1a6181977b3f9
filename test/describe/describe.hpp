// What the tests of descriptions share: the article's ping-pong, and golden files.
#pragma once

#include <tenon/protocol/chain.hpp>
#include <tenon/protocol/topology.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;

struct ping_app {
    static constexpr auto out   = tenon::req<"out", ping_pong>;
    static constexpr auto ports = tenon::ports(out);
};
struct pong_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};
struct pong_router_app {
    static constexpr auto requests = tenon::router<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

/// The text of golden/`name`.
inline std::string golden(std::string const& name) {
    std::ifstream file{TENON_GOLDEN "/" + name};
    if (!file) throw std::runtime_error{"no golden file " + name};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// The article's notes on its ping-pong.
constexpr auto article_notes =
    tenon::notes("If the ping process sends a *ping*, the pong processes responds with a *pong*.",
                 "The number of pings (and pongs) is counted. The current ping count is sent with each message.");

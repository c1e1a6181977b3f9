// The conversation and the app that the process tests share.
#pragma once

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace app {

struct ping { int count; };
struct pong { int count; };

/// A request whose handler behaves as asked.
struct misbehave { std::string how; };
struct done {};

/// The server's own counters, so that a test can see them from outside.
struct how_are_you {};
struct counters {
    std::uint64_t undecodable, wrong_frames, handler_failed, failures_sent, undeliverable;
};

struct forget_me {};      ///< A command that does nothing.
struct throw_it_away {};  ///< A command whose handler throws.
struct plzdiekthxbye {};

using ping_pong = tenon::protocol<
    tenon::request<ping, pong>,
    tenon::request<misbehave, done>,
    tenon::request<how_are_you, counters>,
    tenon::command<forget_me>,
    tenon::command<throw_it_away>,
    tenon::command<plzdiekthxbye>>;

struct server {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    pong on(ping const& p) { return {p.count}; }

    tenon::result<done> on(misbehave const& m) {
        if (m.how == "throw") throw std::runtime_error{"secret: " + m.how};
        if (m.how == "throw error") throw tenon::error{tenon::errc::refused, "secret"};
        if (m.how == "throw int") throw 42;
        if (m.how == "refuse") return tenon::failure{tenon::errc::refused, "not today"};
        if (m.how == "bad text") return tenon::failure{tenon::errc::refused, "\xff\xfe"};
        return done{};
    }

    counters on(how_are_you const&, auto& process) {
        auto const& c = process[requests].counters();
        return {c.undecodable, c.wrong_frames, c.handler_failed, c.failures_sent, c.undeliverable};
    }

    void on(forget_me const&) {}
    void on(throw_it_away const&) { throw std::runtime_error{"thrown away"}; }
    void on(plzdiekthxbye const&, auto& process) { process.stop(); }
};

template <class Launch, class Codec = tenon::codec::json, class... More>
using server_process = tenon::process<server, Launch, Codec, tenon::transport::zmq, More...>;

template <class Codec = tenon::codec::json>
using client = tenon::client<ping_pong, Codec, tenon::transport::zmq>;

}  // namespace app

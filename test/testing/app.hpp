// The conversation and the apps that the tests of worlds share. The process types are those of production.
#pragma once

#include <tenon/launch/spawn.hpp>
#include <tenon/tenon.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace app {

using namespace std::chrono_literals;

struct ping { int count; };
struct pong { int count; };
struct slow { int milliseconds; };
struct throw_it {};
struct bye {};

using ping_pong = tenon::protocol<
    tenon::request<ping, pong>,
    tenon::request<slow, pong>,
    tenon::request<throw_it, pong>,
    tenon::command<bye>>;

struct server {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto ports    = tenon::ports(requests);

    int  answered = 0;
    bool stopping = false;

    pong on(ping const& p) { return ++answered, pong{p.count}; }
    auto on(slow const& s, auto& process) {
        return process[requests].defer(s, [&](tenon::promise<pong> answer) {
            process.after(std::chrono::milliseconds{s.milliseconds},
                          [answer = std::move(answer), s]() mutable { answer.answer(pong{s.milliseconds}); });
        });
    }
    pong on(throw_it const&) { throw std::runtime_error{"thrown"}; }
    void on(bye const&, auto& process) { process.stop(7); }
    void on(tenon::stopping const&) { stopping = true; }
};

/// Asks one ping after the other, and notes what comes of each.
template <class Retry = tenon::retry::never>
struct asker {
    static constexpr auto out   = tenon::req<"out", ping_pong, Retry>;
    static constexpr auto ports = tenon::ports(out);

    struct config {
        int                       rounds;
        std::chrono::milliseconds timeout;
        std::chrono::milliseconds pause;
    };
    config                   settings;
    int                      asked = 0, answered = 0, wrong = 0;
    std::vector<tenon::errc> failures{};

    void on(tenon::started const&, auto& process) { ask(process); }

    void ask(auto& process) {
        if (asked == settings.rounds) return;
        int const count = asked++;
        process[out].request(ping{count}, settings.timeout, [this, count, &process](tenon::result<pong> got) {
            if (!got) failures.push_back(got.error().code);
            else if (got->count == count) ++answered;
            else ++wrong;
            process.after(settings.pause, [this, &process] { ask(process); });
        });
    }
    [[nodiscard]] int outcomes() const { return answered + wrong + static_cast<int>(failures.size()); }
};

// The types that `tenon::start` would run over ZeroMQ, which is not even included here.
using server_process = tenon::process<server, tenon::launch::spawn, tenon::codec::msgpack, tenon::transport::zmq>;
template <class Retry = tenon::retry::never>
using asker_process = tenon::process<asker<Retry>, tenon::transport::zmq, tenon::codec::msgpack>;

}  // namespace app

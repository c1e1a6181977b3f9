// A process that talks to itself over TCP, in the thread of the test, and notes the outcome of each request: for tests
// that disturb it at every step.
#pragma once

#include "own_links.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace self_talk {

using namespace std::chrono_literals;

struct echo { std::string text; std::vector<int> numbers; };
struct echoed { std::string text; std::vector<int> numbers; };
struct later { std::string text; };
struct done { std::string text; };

using talk = tenon::protocol<tenon::request<echo, echoed>, tenon::request<later, done>, tenon::command<done>>;

inline constexpr std::size_t requests = 4;

// What became of each request, kept outside of the app: it is looked at after the app's end.
struct record {
    std::size_t                 asked = 0;
    std::array<int, requests>   outcomes{};
    int                         replies = 0;

    [[nodiscard]] bool one_outcome_each() const noexcept {
        for (std::size_t i = 0; i < requests; ++i)
            if (outcomes[i] != (i < asked ? 1 : 0)) return false;
        return true;
    }
};
inline record seen;

// How long a request waits for its reply.
inline std::chrono::milliseconds patience{5000};

// Called in all handlers and callbacks.
inline void (*disturb)() = [] {};

struct app {
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto out   = tenon::req<"out", talk>;
    static constexpr auto ports = tenon::ports(in, out);

    std::vector<std::string> heard{};

    echoed on(echo const& e) {
        disturb();
        return {e.text, e.numbers};
    }
    auto   on(later const& l, auto& process) {
        disturb();
        return process[in].defer(l, [&](tenon::promise<done> answer) {
            process.post([answer = std::move(answer), l]() mutable { answer.answer(done{l.text}); });
        });
    }
    void on(done const& d) { disturb(), heard.push_back(d.text); }

    void on(tenon::started const&, auto& process) {
        own_links::link(process, in, out);
        process.after(10s, [&process] { process.stop(2); });  // whatever was disturbed: nothing waits for ever
        next(process);
    }
    void next(auto& process) {
        if (seen.asked == requests) return process.stop();
        try {
            std::string const text(40, 'x');
            process[out].send(done{text});
            if (seen.asked % 2 == 0) ask(echo{text, {1, 2, 3}}, process);
            else ask(later{text}, process);
        } catch (std::bad_alloc const&) {
            process.stop();
        }
    }
    // Not to be accepted, or to be thrown at, is an outcome as well: the caller knows.
    void ask(auto const& question, auto& process) {
        std::size_t const i = seen.asked++;
        try {
            bool const accepted = process[out].request(question, patience, [this, i, &process](auto const& got) {
                ++seen.outcomes[i];
                seen.replies += got ? 1 : 0;
                disturb();
                next(process);
            });
            seen.outcomes[i] += accepted ? 0 : 1;
        } catch (std::bad_alloc const&) {
            ++seen.outcomes[i];
            throw;
        }
    }
};

using process = tenon::process<app, tenon::launch::here, tenon::codec::json, tenon::transport::zmq>;

// The exit code.
inline int run() {
    seen = {};
    return tenon::run<process>(tenon::unlinked(app::in), tenon::unlinked(app::out));
}

}  // namespace self_talk

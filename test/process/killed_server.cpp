// Ten thousand requests to a server that is killed ten times on the way.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <tenon/launch/supervised.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <vector>

#include <dirent.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::ping;
using app::pong;
using app::server;
using zmq = tenon::transport::zmq;

namespace {

constexpr int requests  = 10'000;
constexpr int kills     = 10;
constexpr int at_a_time = 50;

using supervised_fork =
    tenon::launch::supervised<tenon::launch::fork,
                              tenon::launch::restart{.times = 100, .backoff = 1ms, .backoff_max = 5ms}>;
using server_process = app::server_process<supervised_fork>;

/// The server as the asker knows it.
tenon::child<server_process>* victim = nullptr;

struct asker {
    static constexpr auto server = tenon::req<"server", app::ping_pong, tenon::retry::times<100, 5ms, 50ms>>;
    static constexpr auto ports  = tenon::ports(server);

    static inline std::vector<int>     outcomes;  // how many each request had
    static inline int                  answered, killed;
    static inline tenon::port_counters counters;

    int   next = 0, ended = 0;
    pid_t last_killed = -1;

    void on(tenon::started const&, auto& process) {
        outcomes.assign(requests, 0);
        answered = killed = 0;
        for (int i = 0; i < at_a_time; ++i) ask(process);
    }
    void ask(auto& process) {
        int const number = next++;
        process[server].request(ping{number}, 250ms, [this, &process, number](tenon::result<pong> outcome) {
            ++outcomes[static_cast<std::size_t>(number)];
            answered += outcome && outcome->count == number;
            ++ended;
            kill_when_due();
            if (next < requests) return ask(process);
            if (ended < requests) return;
            counters = process[server].counters();
            process.stop();
        });
    }
    /// At every tenth part of the way, as soon as the server has come back from the last time.
    void kill_when_due() {
        if (killed == kills || ended < (killed + 1) * requests / (kills + 1)) return;
        pid_t const now = victim->pid();
        if (now == last_killed || ::kill(now, SIGKILL) != 0) return;
        last_killed = now;
        ++killed;
    }
};

std::size_t open_descriptors() {
    DIR* const  all   = ::opendir("/proc/self/fd");
    std::size_t count = 0;
    while (::readdir(all) != nullptr) ++count;
    ::closedir(all);
    return count;
}

}  // namespace

TEST_CASE("each of ten thousand requests has one outcome, though the server is killed ten times",
          "[supervised][hazard]") {
    auto const before = open_descriptors();
    {
        auto child = tenon::start<server_process>(tenon::bind(server::requests, "127.0.0.1"));
        victim     = &child;
        using process = tenon::process<asker, tenon::launch::here, zmq>;
        CHECK(tenon::run<process>(tenon::connect(asker::server, child.address(server::requests))) == 0);
        CHECK(asker::killed == kills);
        CHECK(asker::answered == requests);
        for (int const each : asker::outcomes) REQUIRE(each == 1);
        CHECK(asker::counters.retried >= 1);
        CHECK(asker::counters.timed_out == 0);
    }
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
    CHECK(open_descriptors() == before);
}

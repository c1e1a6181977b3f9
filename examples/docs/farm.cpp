// Work for several processes, and their results in one: PUSH and PULL, and a group of processes.
#include <tenon/process/group.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>

// [protocol]
struct render { int page; };
struct rendered { int page; };

using orders  = tenon::protocol<tenon::command<render>>;
using results = tenon::protocol<tenon::command<rendered>>;
// [/protocol]

// [worker]
struct worker_app {
    static constexpr auto jobs  = tenon::pull<"jobs", orders>;
    static constexpr auto done  = tenon::push<"done", results>;
    static constexpr auto ports = tenon::ports(jobs, done);

    void on(render const& r, auto& process) { process[done].send(rendered{r.page}); }
};
// [/worker]

// [press]
struct press_app {
    // Up to 500 orders wait in this port, and four with each worker: who comes later finds some left.
    static constexpr auto jobs =
        tenon::push<"jobs", orders, tenon::overload::drop_newest<500>, tenon::high_water_mark<4>>;
    static constexpr auto done  = tenon::pull<"done", results>;
    static constexpr auto ports = tenon::ports(jobs, done);

    struct config { int pages; };

    config wanted;
    int    arrived = 0;

    // No worker is there yet; that is what the port's queue is for.
    void on(tenon::started const&, auto& process) {
        for (int page = 1; page <= wanted.pages; ++page) process[jobs].send(render{page});
    }
    void on(rendered const&, auto& process) {
        if (++arrived < wanted.pages) return;
        std::printf("all %d pages are rendered, %llu were dropped\n", arrived,
                    static_cast<unsigned long long>(process[jobs].counters().dropped));
        std::fflush(stdout);
        process.stop();
    }
};
// [/press]

using worker_process = tenon::process<worker_app, tenon::launch::fork, tenon::codec::binary>;
using press_process  = tenon::process<press_app, tenon::launch::fork, tenon::codec::binary>;

// [main]
int main() {
    tenon::group processes;  // started in this order; whatever still runs at the end is stopped in the reverse one
    auto& press = processes.start<press_process>(press_app::config{200}, tenon::bind(press_app::jobs, "127.0.0.1"),
                                                 tenon::bind(press_app::done, "127.0.0.1"));
    for (int i = 0; i < 3; ++i)
        processes.start<worker_process>(tenon::connect(worker_app::jobs, press.address(press_app::jobs)),
                                        tenon::connect(worker_app::done, press.address(press_app::done)));
    return press.join();
}
// [/main]

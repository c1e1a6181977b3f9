// A sender that is faster than its receiver: the port's overload option says what becomes of the surplus.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>

struct level { int centimetres; };
using gauge = tenon::protocol<tenon::command<level>>;

// [probe]
struct probe_app {
    // Of a water level only the latest count: up to three wait, one more takes the place of the oldest.
    static constexpr auto out   = tenon::push<"out", gauge, tenon::overload::drop_oldest<3>>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        for (int cm = 1; cm <= 20; ++cm) process[out].send(level{cm});  // nobody reads yet
        std::printf("probe: %d wait, %d dropped\n", static_cast<int>(process[out].waiting_to_leave()),
                    static_cast<int>(process[out].counters().dropped));
        std::fflush(stdout);
    }
};
// [/probe]

struct display_app {
    static constexpr auto in    = tenon::pull<"in", gauge>;
    static constexpr auto ports = tenon::ports(in);

    void on(level const& l, auto& process) {
        std::printf("display: %d cm\n", l.centimetres);
        if (l.centimetres == 20) process.stop();
    }
};

using probe_process   = tenon::process<probe_app, tenon::launch::fork>;
using display_process = tenon::process<display_app>;

int main() {
    auto const probe = tenon::start<probe_process>(tenon::bind(probe_app::out, "127.0.0.1"));
    return tenon::run<display_process>(tenon::connect(display_app::in, probe.address(probe_app::out)));
}

// Events for all who want them: PUB and SUB, with topics that follow from the messages.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <string>

// [protocol]
struct reading { std::string station; double celsius; };
struct storm { std::string station; };

using weather = tenon::protocol<
    tenon::event<reading, &reading::station>,  // the key: a subscriber may choose by it
    tenon::event<storm>>;
// [/protocol]

// [publisher]
struct service_app {
    static constexpr auto out   = tenon::pub<"out", weather, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        // Called as soon as one subscriber asks for storms: what is sent from then on reaches him.
        process[out].template when_subscribed<storm>(1, [&process] {
            for (reading const& each : {reading{"Oslo", 3.5}, reading{"Rome", 21}, reading{"Oslo", 4}})
                process[out].send(each);
            process[out].send(storm{"Oslo"});
            process.stop();
        });
    }
};
// [/publisher]

// [subscriber]
struct board_app {
    static constexpr auto in    = tenon::sub<"in", weather, tenon::sequenced, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, auto& process) {
        process[in].template subscribe<reading>("Oslo");  // the readings with this key
        process[in].template subscribe<storm>();          // all storms
    }
    void on(reading const& r) { std::printf("%s: %.1f degrees\n", r.station.c_str(), r.celsius); }
    void on(storm const& s, auto& process) {
        std::printf("%s: storm\n", s.station.c_str());
        process.stop();
    }
    // Only if some were lost on the way; without this handler they are counted all the same.
    void on(tenon::gap const& g) { std::printf("%d events are missing\n", static_cast<int>(g.missed)); }
};
// [/subscriber]

using service_process = tenon::process<service_app, tenon::launch::fork>;
using board_process   = tenon::process<board_app>;

int main() {
    auto service = tenon::start<service_process>(tenon::bind(service_app::out, "127.0.0.1"));
    tenon::run<board_process>(tenon::connect(board_app::in, service.address(service_app::out)));
    return service.join();
}

// Publishes prices, or prints those that it has subscribed to.
//
//     market publish CODEC COUNT         prints its address; publishes as soon as COUNT peers subscribed to `closing`
//     market subscribe CODEC ADDRESS SYMBOL...   no symbol: all prices; until it gets `closing`
//
// CODEC is json, msgpack or binary.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct price {
    std::string  symbol;
    std::int32_t cents;
};
struct closing {};

using market = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<closing>>;

std::size_t              wanted = 1;
std::vector<std::string> symbols;

template <class... Text>
void say(char const* format, Text... text) {
    std::printf(format, text...);
    std::fflush(stdout);
}

struct publishing_app {
    static constexpr auto out   = tenon::pub<"out", market, tenon::sequenced>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        say("listening on %s\n", process[out].bound_address().to_string().c_str());
        process[out].template when_subscribed<closing>(wanted, [&process] {
            for (price const& each : {price{"AAPL", 101}, price{"SAP", 202}, price{"BRK/B", 303}, price{"AAPL", 404}})
                process[out].send(each);
            process[out].send(closing{});
            process.stop();
        });
    }
};

struct subscribing_app {
    static constexpr auto in    = tenon::sub<"in", market, tenon::sequenced, tenon::subscriptions::by_hand>;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, auto& process) {
        for (auto const& symbol : symbols) process[in].template subscribe<price>(symbol);
        if (symbols.empty()) process[in].template subscribe<price>();
        process[in].template subscribe<closing>();
    }
    void on(price const& p) { say("price %s %d\n", p.symbol.c_str(), static_cast<int>(p.cents)); }
    void on(tenon::gap const& g) {
        say("gap %s %d\n", std::string{g.topic}.c_str(), static_cast<int>(g.missed));
    }
    void on(closing const&, auto& process) {
        auto const& c = process[in].counters();
        say("wrong frames %d, undecodable %d\n", static_cast<int>(c.wrong_frames), static_cast<int>(c.undecodable));
        process.stop();
    }
};

template <class Codec>
int run(std::string_view role, char** argv, int argc) {
    if (role == "publish") {
        wanted = static_cast<std::size_t>(std::atoi(argv[3]));
        return tenon::run<tenon::process<publishing_app, Codec, tenon::transport::zmq>>(
            tenon::bind(publishing_app::out, "127.0.0.1"));
    }
    symbols.assign(argv + 4, argv + argc);
    return tenon::run<tenon::process<subscribing_app, Codec, tenon::transport::zmq>>(
        tenon::connect(subscribing_app::in, argv[3]));
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4) return 2;
    std::string_view const codec = argv[2];
    if (codec == "binary") return run<tenon::codec::binary>(argv[1], argv, argc);
    if (codec == "msgpack") return run<tenon::codec::msgpack>(argv[1], argv, argc);
    return run<tenon::codec::json>(argv[1], argv, argc);
} catch (std::exception const& e) {
    std::fprintf(stderr, "market: %s\n", e.what());
    return 1;
}

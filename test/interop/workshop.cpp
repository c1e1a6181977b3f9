// Ends of PUSH/PULL and ROUTER/DEALER conversations, and a broker, for peers in Python.
//
//     workshop pull CODEC               prints its address and each job, then what it dropped; until `finish`
//     workshop push CODEC ADDRESS       pushes jobs 1, 2, 3 and `finish`
//     workshop router CODEC             prints its address; answers each second question before the first of the two;
//                                       tells all who signed up of the next; until `finish`
//     workshop dealer CODEC ADDRESS     signs up, asks 1, 2, 3, prints replies and news; until news of "last"
//     workshop broker                   prints the addresses of its front, its back and its control; until terminated
//     workshop forwarder                the same
//
// CODEC is json, msgpack or binary.
#include <tenon/process/proxy.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct job { std::int32_t number; };
struct finish {};
using work = tenon::protocol<tenon::command<job>, tenon::command<finish>>;

struct question { std::int32_t number; };
struct answer { std::int32_t number; };
struct sign_up { std::string name; };
struct news { std::string text; };
using talk = tenon::protocol<tenon::request<question, answer>, tenon::command<sign_up>, tenon::command<finish>,
                             tenon::event<news>>;

template <class... Text>
void say(char const* format, Text... text) {
    std::printf(format, text...);
    std::fflush(stdout);
}
void say_address(auto& end) { say("listening on %s\n", end.bound_address().to_string().c_str()); }
void say_dropped(auto& end) {
    auto const& c = end.counters();
    say("wrong frames %d, undecodable %d, late %d\n", static_cast<int>(c.wrong_frames), static_cast<int>(c.undecodable),
        static_cast<int>(c.late));
}

struct pulling_app {
    static constexpr auto in    = tenon::pull<"in", work>;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, auto& process) { say_address(process[in]); }
    void on(job const& j) { say("job %d\n", static_cast<int>(j.number)); }
    void on(finish const&, auto& process) {
        say_dropped(process[in]);
        process.stop();
    }
};

struct pushing_app {
    static constexpr auto out   = tenon::push<"out", work>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        for (std::int32_t i = 1; i <= 3; ++i) process[out].send(job{i});
        process[out].send(finish{});
        process.stop();
    }
};

struct routing_app {
    static constexpr auto clients = tenon::router<"clients", talk>;
    static constexpr auto ports   = tenon::ports(clients);

    std::optional<std::pair<std::int32_t, tenon::promise<answer>>> waiting{};
    std::vector<tenon::peer>                                       known{};

    void on(tenon::started const&, auto& process) { say_address(process[clients]); }
    auto on(question const& q, auto& process) {
        return process[clients].defer(q, [&](tenon::promise<answer> later) {
            if (!waiting) {
                waiting.emplace(q.number, std::move(later));
                return;
            }
            later.answer(answer{q.number * 10});
            waiting->second.answer(answer{waiting->first * 10});
            waiting.reset();
        });
    }
    void on(sign_up const& s, auto& process) {
        known.push_back(process[clients].peer());
        for (auto const& each : known) process[clients].send(news{s.name}, each);
    }
    void on(finish const&, auto& process) {
        say_dropped(process[clients]);
        process.stop();
    }
};

struct dealing_app {
    static constexpr auto server = tenon::dealer<"server", talk>;
    static constexpr auto ports  = tenon::ports(server);

    void on(tenon::started const&, auto& process) {
        process[server].send(sign_up{"me"});
        for (std::int32_t i = 1; i <= 3; ++i)
            process[server].request(question{i}, 10s, [i](tenon::result<answer> const& outcome) {
                if (outcome) say("%d: answer %d\n", static_cast<int>(i), static_cast<int>(outcome->number));
                else say("%d: failure %d\n", static_cast<int>(i), static_cast<int>(outcome.error().code));
            });
    }
    void on(news const& n, auto& process) {
        say("news %s\n", n.text.c_str());
        if (n.text != "last") return;
        say_dropped(process[server]);
        process.stop();
    }
};

/// A ready proxy that says where it is.
template <class Proxy>
struct announced : Proxy {
    using Proxy::on;
    void on(tenon::started const&, auto& process) {
        say_address(process[Proxy::front]);
        say_address(process[Proxy::back]);
        say_address(process[Proxy::control]);
    }
};

template <class App, class Codec, class... Links>
int run(Links const&... links) {
    return tenon::run<tenon::process<App, Codec, tenon::transport::zmq>>(links...);
}

template <class Codec>
int run_end(std::string_view role, int argc, char** argv) {
    if (role == "pull") return run<pulling_app, Codec>(tenon::bind(pulling_app::in, "127.0.0.1"));
    if (role == "router") return run<routing_app, Codec>(tenon::bind(routing_app::clients, "127.0.0.1"));
    if (argc < 4) return 2;
    if (role == "push") return run<pushing_app, Codec>(tenon::connect(pushing_app::out, argv[3]));
    if (role == "dealer") return run<dealing_app, Codec>(tenon::connect(dealing_app::server, argv[3]));
    return 2;
}

template <class Proxy>
int run_proxy() {
    using app = announced<Proxy>;
    return run<app, tenon::codec::json>(tenon::bind(app::front, "127.0.0.1"), tenon::bind(app::back, "127.0.0.1"),
                                        tenon::bind(app::control, "127.0.0.1"));
}

}  // namespace

int main(int argc, char** argv) try {
    std::string_view const role  = argc > 1 ? argv[1] : "";
    std::string_view const codec = argc > 2 ? argv[2] : "";
    if (role == "broker") return run_proxy<tenon::broker>();
    if (role == "forwarder") return run_proxy<tenon::forwarder>();
    if (codec == "json") return run_end<tenon::codec::json>(role, argc, argv);
    if (codec == "msgpack") return run_end<tenon::codec::msgpack>(role, argc, argv);
    if (codec == "binary") return run_end<tenon::codec::binary>(role, argc, argv);
    return 2;
} catch (std::exception const& e) {
    std::fprintf(stderr, "workshop: %s\n", e.what());
    return 1;
}

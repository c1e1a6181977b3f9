// Every kind of field, to and from the Python module that is printed for the protocol.
//
//     kinds python                    prints the module
//     kinds serve FORMAT              prints its address; sends back what it gets; until `finish`
//     kinds ask FORMAT ADDRESS        sends what it has, expects the same back, and an event; sends `finish`
//
// FORMAT is json, json_triple or msgpack.
#include <tenon/describe/python.hpp>
#include <tenon/message/attachment.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace kinds {

enum class colour : std::uint8_t { red = 1, green = 2, blue = 4 };

/// Nothing here can be called in Python as it is called on the wire.
struct ValueError {
    std::int32_t first, second, third, fourth;

    friend bool operator==(ValueError const&, ValueError const&) = default;
};

}  // namespace kinds

template <>
struct tenon::traits<kinds::ValueError> {
    static constexpr std::array<std::string_view, 4> fields{"a-b", "a_b", "say \"\\\"\t", "class"};
};
template <>
struct tenon::traits<kinds::colour> {
    static constexpr std::array values{kinds::colour::red, kinds::colour::green, kinds::colour::blue};
};

namespace kinds {

struct point {
    double x, y;

    friend bool operator==(point const&, point const&) = default;
};
struct tree {
    std::int32_t      value;
    std::vector<tree> children;

    friend bool operator==(tree const&, tree const&) = default;
};

struct everything {
    bool                                             yes;
    std::int8_t                                      least;
    std::uint64_t                                    most;
    double                                           real;
    float                                            small;
    colour                                           hue;
    std::string                                      text;
    std::vector<std::byte>                           blob;
    std::array<std::byte, 2>                         pair_of_bytes;
    std::vector<point>                               path;
    std::array<std::uint16_t, 3>                     three;
    std::optional<std::string>                       note;
    std::map<std::string, point>                     places;
    std::map<std::int32_t, bool>                     flags;
    std::variant<std::int32_t, std::string, point>   choice;
    std::tuple<std::uint8_t, std::string>            row;
    std::chrono::milliseconds                        time;
    std::monostate                                   nothing;
    tree                                             root;
    std::string                                      lambda;  // a word of Python's
    std::optional<std::int32_t>                      last;

    friend bool operator==(everything const&, everything const&) = default;
};
struct single {
    std::string text;
};
/// Comes back with its attachments the other way round.
struct photo {
    std::string       name;
    tenon::attachment picture, thumbnail;

    friend bool operator==(photo const&, photo const&) = default;
};
struct hang_up {
    tenon::attachment picture;
};
struct hanging {
    tenon::attachment picture;
};
struct nothing {};
struct sign_up {
    std::string name;
};
struct finish {};
struct news {
    std::string   topic, text;
    std::uint32_t number;
};
struct headline {
    std::string text;
};

using protocol = tenon::protocol<tenon::request<everything, everything>, tenon::request<single, nothing>,
                                 tenon::request<nothing, single>, tenon::request<photo, photo>,
                                 tenon::command<sign_up>, tenon::command<hang_up>, tenon::command<finish>,
                                 tenon::event<hanging>, tenon::request<ValueError, ValueError>,
                                 tenon::event<news, &news::topic, &news::number>, tenon::event<headline>>;

struct serving_app {
    static constexpr auto clients = tenon::router<"clients", protocol>;
    static constexpr auto ports   = tenon::ports(clients);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[clients].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    everything on(everything const& e) { return e; }
    ValueError on(ValueError const& e) { return e; }
    tenon::result<nothing> on(single const& s) {
        if (s.text == "no") return tenon::failure{tenon::errc::refused, "not today"};
        return nothing{};
    }
    single on(nothing const&) { return {"something"}; }
    photo  on(photo const& p) { return {p.name, p.thumbnail, p.picture}; }
    void   on(hang_up const& h, auto& process) {
        process[clients].send(hanging{h.picture}, process[clients].peer());
    }
    void on(sign_up const& s, auto& process) {
        process[clients].send(news{s.name, "hello", 7}, process[clients].peer());
        process[clients].send(headline{"end"}, process[clients].peer());
    }
    void on(finish const&, auto& process) { process.stop(); }
};

everything sample() {
    everything e{};
    e.yes           = true;
    e.least         = -128;
    e.most          = std::numeric_limits<std::uint64_t>::max();
    e.real          = 0.1;
    e.small         = 0.5f;
    e.hue           = colour::blue;
    e.text          = "h\u00e9 \"\\\n\u0001";
    e.blob          = {std::byte{0xff}, std::byte{0}, std::byte{7}};
    e.pair_of_bytes = {std::byte{1}, std::byte{2}};
    e.path          = {{1, 2}, {-0.5, 1e300}};
    e.three         = {1, 300, 65535};
    e.places        = {{"home", {3, 4}}, {"", {0, 0}}};
    e.flags         = {{-5, true}, {0, false}};
    e.choice        = point{5, 6};
    e.row           = {9, "nine"};
    e.time          = std::chrono::milliseconds{1500};
    e.root          = {1, {{2, {}}, {3, {{4, {}}}}}};
    e.lambda        = "x";
    e.last          = -1;
    return e;
}

template <class Codec>
int ask(tenon::address const& where) {
    tenon::client<protocol, Codec, tenon::transport::zmq> server{where};
    if (server.request(sample()) != sample()) return 3;
    if (server.request(ValueError{1, 2, 3, 4}) != ValueError{1, 2, 3, 4}) return 8;
    if (server.request(nothing{}).text != "something") return 4;
    auto const refused = server.try_request(single{"no"});
    if (refused || refused.error() != tenon::failure{tenon::errc::refused, "not today"}) return 5;
    if (server.try_definition().value() != tenon::definition_of<protocol>()) return 6;
    tenon::attachment const large{std::string(100'000, 'x')}, small{std::string{"y"}};
    if (server.request(photo{"cat", large, small}) != photo{"cat", small, large}) return 8;
    server.send(hang_up{large});
    auto const hung = server.next_event();
    if (!hung || std::get<hanging>(*hung).picture != large) return 9;
    server.send(sign_up{"me"});
    auto const event = server.next_event();
    if (!event || std::get<news>(*event).number != 7) return 7;
    server.send(finish{});
    return 0;
}

template <class Codec>
int run(std::string_view role, int argc, char** argv) {
    if (role == "serve")
        return tenon::run<tenon::process<serving_app, Codec, tenon::transport::zmq>>(
            tenon::bind(serving_app::clients, "127.0.0.1"));
    return role == "ask" && argc > 3 ? ask<Codec>(argv[3]) : 2;
}

}  // namespace kinds

int main(int argc, char** argv) try {
    std::string_view const role   = argc > 1 ? argv[1] : "";
    std::string_view const format = argc > 2 ? argv[2] : "";
    if (role == "python")
        return std::fputs(tenon::description::python<kinds::protocol>("All \"\"\"kinds\"\"\" of \\fields.").c_str(),
                          stdout) < 0;
    if (format == "json") return kinds::run<tenon::codec::json>(role, argc, argv);
    if (format == "json_triple") return kinds::run<tenon::codec::json_triple>(role, argc, argv);
    if (format == "msgpack") return kinds::run<tenon::codec::msgpack>(role, argc, argv);
    return 2;
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}

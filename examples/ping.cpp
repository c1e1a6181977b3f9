// The ping side as a program of its own, for servers in any language.
//
//     ping --connect 127.0.0.1:5678 --count 5 [--codec json|msgpack|binary] [--timeout MS] [--stop]
//
// Asks `count` times and prints the replies; with --stop it sends plzdiekthxbye at the end. Ends with code 1 if a
// request has no reply.
#include "options.hpp"
#include "ping_pong_messages.hpp"

#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

template <class Codec>
int ask(options const& given) {
    auto const timeout = std::chrono::milliseconds{given.number("--timeout", "5000")};
    tenon::client<ping_pong, Codec, tenon::transport::zmq> server{given.value("--connect", nullptr)};
    for (int i = 0, count = given.number("--count", "5"); i < count; ++i)
        std::printf("Ping got reply: pong %d\n", server.request(ping{i}, timeout).count);
    if (given.given("--stop")) server.send(plzdiekthxbye{});
    return 0;
}

int main(int argc, char** argv) try {
    options const given{argc, argv,
                        "ping --connect HOST:PORT [--count N] [--codec json|msgpack|binary] [--timeout MS] [--stop]"};
    given.expect_only({"--connect", "--count", "--codec", "--timeout"}, {"--stop"});
    std::string const codec = given.value("--codec", "json");
    if (codec == "json") return ask<tenon::codec::json>(given);
    if (codec == "msgpack") return ask<tenon::codec::msgpack>(given);
    if (codec == "binary") return ask<tenon::codec::binary>(given);
    given.fail("unknown codec", codec);
} catch (std::exception const& e) {
    std::fprintf(stderr, "ping: %s\n", e.what());
    return 1;
}

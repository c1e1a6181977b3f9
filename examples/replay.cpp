// Shows what a process has recorded (tenon::observer::recording), or plays it to a live process:
//
//     TENON_RECORDING=/tmp ./server                              every process with that observer records itself
//     replay FILE                                                shows the conversation
//     replay FILE --to tcp://127.0.0.1:5555 --port requests      sends what the port had received once more
//
// The exit code is 0 if all that comes back is as it was recorded, 1 if not, 2 if it could not be tried.
#include "options.hpp"
#include "replay/player.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace {

int show(tenon::recording::file const& recorded) {
    std::printf("%s, process %lld, speaks %s\n", recorded.app.c_str(), static_cast<long long>(recorded.process_id),
                recorded.codec.c_str());
    for (auto const& port : recorded.ports)
        std::printf("  port %s: %s\n", port.name.c_str(), std::string{name_of(port.pattern)}.c_str());
    for (auto const& one : recorded.entries) std::printf("%s\n", replay::to_string(one).c_str());
    if (recorded.cut_off) std::puts("(the last line was not finished)");
    return 0;
}

int play(tenon::recording::file const& recorded, options const& given) {
    replay::player player{recorded, given.value("--port", nullptr), tenon::address{given.value("--to", nullptr)},
                          std::chrono::milliseconds{given.number("--timeout", "5000")}};
    auto const     result = player.play([](std::string const& line) { std::printf("%s\n", line.c_str()); });
    std::printf("sent %zu; of the answers %zu as recorded, %zu different, %zu missing, %zu unexpected\n", result.sent,
                result.same, result.different, result.missing, result.unexpected);
    return result.as_recorded() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    char const* const usage = "replay FILE [--to ADDRESS --port NAME [--timeout MILLISECONDS]]";
    if (argc < 2 || argv[1][0] == '-') {
        std::fprintf(stderr, "usage: %s\n", usage);
        return 2;
    }
    options const given{argc - 1, argv + 1, usage};
    given.expect_only({"--to", "--port", "--timeout"});
    try {
        auto const recorded = tenon::recording::read(argv[1]);
        return argc == 2 ? show(recorded) : play(recorded, given);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "replay: %s\n", e.what());
        return 2;
    }
}

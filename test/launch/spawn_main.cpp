// The main of the launch tests: Catch2's, after the line that every program which spawns needs.
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include "scripted.hpp"

#include <cstdlib>

// What a program does that lacks the line, as its tests want it.
static int unguarded_main(std::string_view what) {
    if (what == "return") return 0;
    if (what == "hang") return ::pause();
    try {
        tenon::launch::spawn::start(launch_test::scripted{"return", 0});
    } catch (tenon::error const&) {
        return 3;
    }
    return 4;
}

int main(int argc, char** argv) {
    if (auto const* what = std::getenv("TENON_TEST_UNGUARDED")) return unguarded_main(what);
    if (auto code = tenon::launch::spawned()) return *code;
    return Catch::Session().run(argc, argv);
}

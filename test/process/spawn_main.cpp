// A main for tests that launch by spawn: the first line is what the program needs for it.
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

#include <tenon/launch/spawned.hpp>

int main(int argc, char** argv) {
    if (auto code = tenon::launch::spawned()) return *code;
    return Catch::Session().run(argc, argv);
}

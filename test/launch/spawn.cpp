// What is special about a child that is a fresh execution of the program.
#include <tenon/launch/spawn.hpp>

#include "catch.hpp"
#include "scripted.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

using launch_test::scripted;
using namespace std::chrono_literals;
namespace launch = tenon::launch;

namespace {

std::string refusal(scripted const& entry, launch::start_options const& options = {}) {
    try {
        launch::spawn::start(entry, options);
    } catch (tenon::error const& e) {
        return e.what();
    }
    return "nothing was thrown";
}

constexpr std::string_view line =
    "put `if (auto code = tenon::launch::spawned()) return *code;` first in its main()";

/// Children of this program behave for a while as if their main lacked the line.
struct without_the_line {
    explicit without_the_line(char const* what) { ::setenv("TENON_TEST_UNGUARDED", what, 1); }
    ~without_the_line() { ::unsetenv("TENON_TEST_UNGUARDED"); }
};

/// Two types of one name, as two files with unnamed namespaces have them.
struct twin {
    static int run(tenon::bytes_view, launch::readiness&) { return 0; }
};

}  // namespace

TEST_CASE("A program that cannot be executed is named, with the reason") {
    CHECK(refusal({"return", 0}, {.program = "/nonexistent/program"}) ==
          "cannot execute '/nonexistent/program': No such file or directory");
    CHECK(refusal({"return", 0}, {.program = "/tmp"}) == "cannot execute '/tmp': Permission denied");
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("A program that lacks the line in its main is told which") {
    SECTION("when it begins to spawn") {
        without_the_line const unguarded{"spawn"};
        CHECK(refusal({"return", 0}) ==
              "the child failed before it was ready: this program was started by launch::spawn, but did not "
              "call tenon::launch::spawned(); " + std::string{line});
    }
    SECTION("when it ends") {
        without_the_line const unguarded{"return"};
        CHECK(refusal({"return", 0}) ==
              "the child exited with code 0 before it was ready; if its main() never called "
              "tenon::launch::spawned(), " + std::string{line});
    }
    SECTION("when it does anything else") {
        without_the_line const unguarded{"hang"};
        CHECK(refusal({"return", 0}, {.ready_timeout = 100ms}) ==
              "the child was not ready within 100 ms; if its main() never called tenon::launch::spawned(), " +
                  std::string{line});
    }
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("A spawned child can spawn") {
    auto child = launch::spawn::start(scripted{"nest:nest:return:from below", 0});
    CHECK(tenon::as_text(child.ready_payload()) == "from below");
    CHECK(child.join().success());
}

TEST_CASE("A spawned child inherits neither the variable nor what belongs to it") {
    CHECK(tenon::as_text(launch::spawn::start(scripted{"environment", 0}).ready_payload()) == "unset");
    CHECK(tenon::as_text(launch::spawn::start(scripted{"nest:descriptors", 0}).ready_payload()) == "4");
}

TEST_CASE("A variable that is somebody else's is no job") {
    ::setenv("TENON_SPAWN", GENERATE("7", "nonsense", "", "99999"), 1);
    CHECK_FALSE(launch::spawned().has_value());
    CHECK(std::getenv("TENON_SPAWN") == nullptr);

    ::setenv("TENON_SPAWN", "7", 1);
    CHECK(launch::spawn::start(scripted{"return", 0}).join().success());
    ::unsetenv("TENON_SPAWN");
}

TEST_CASE("Two entries of one name are refused instead of confused") {
    {
        launch::detail::spawn_entry const one{"twin", &twin::run};
        CHECK(&launch::detail::find_spawn_entry("twin") == &one);
        launch::detail::spawn_entry const two{"twin", &twin::run};
        CHECK_THROWS_AS(launch::detail::find_spawn_entry("twin"), tenon::error);
        launch::detail::spawn_entry::first = one.next;
    }
    CHECK_THROWS_AS(launch::detail::find_spawn_entry("twin"), tenon::error);
}

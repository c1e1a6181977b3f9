// What holds for every launch policy.
#include <tenon/launch/fork.hpp>
#include <tenon/launch/here.hpp>
#include <tenon/launch/spawn.hpp>
#include <tenon/launch/thread.hpp>

#include "catch.hpp"
#include "scripted.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <sys/wait.h>

using launch_test::scripted;
using tenon::errc;
using namespace std::chrono_literals;
namespace launch = tenon::launch;

static_assert(launch::policy_for<launch::here, scripted>);
static_assert(launch::policy_for<launch::thread, scripted>);
static_assert(launch::policy_for<launch::fork, scripted>);
static_assert(launch::policy_for<launch::spawn, scripted>);

namespace {

struct cannot_encode {
    int operator()(launch::readiness&) { return 0; }
};
static_assert(launch::entry<cannot_encode>);
static_assert(!launch::encodable_entry<cannot_encode>);

template <class Start>
tenon::error refused(Start&& start) {
    try {
        start();
    } catch (tenon::error const& e) {
        return e;
    }
    return {errc::ok, "nothing was thrown"};
}

template <class Policy>
tenon::error refused(scripted const& entry, launch::start_options const& options = {}) {
    return refused([&] { Policy::start(entry, options); });
}

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

int descriptors() { return scripted::open_descriptors(); }

}  // namespace

TEMPLATE_TEST_CASE("The ready payload comes back to the parent, and the exit code", "", launch::here,
                   launch::thread, launch::fork, launch::spawn) {
    auto child = TestType::start(scripted{"return:tcp://127.0.0.1:5678", 3});
    CHECK(tenon::as_text(child.ready_payload()) == "tcp://127.0.0.1:5678");
    CHECK(child.join() == launch::exit_status{3, 0});
    CHECK(child.join() == launch::exit_status{3, 0});
    CHECK(child.join(0ms) == launch::exit_status{3, 0});
    CHECK_FALSE(child.alive());
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A payload of any size comes back whole", "", launch::here, launch::thread, launch::fork,
                   launch::spawn) {
    auto child = TestType::start(scripted{"large", 0});
    CHECK(tenon::as_text(child.ready_payload()) == std::string(1'000'000, 'x'));
    CHECK(child.join().success());
}

TEMPLATE_TEST_CASE("A child that fails before it is ready gives the parent its own text", "", launch::here,
                   launch::thread, launch::fork, launch::spawn) {
    int const        before = descriptors();
    std::string_view prefix = "the child failed before it was ready: ";
    SECTION("by an exception") {
        auto const e = refused<TestType>({"throw:port 5678 is taken", 0});
        CHECK(e.code() == errc::launch_failed);
        CHECK(e.what() == std::string{prefix} + "port 5678 is taken");
    }
    SECTION("by an exception with a code of ours") {
        auto const e = refused<TestType>({"throw-error:port 5678 is taken", 0});
        CHECK(e.code() == errc::address_in_use);
        CHECK(e.what() == std::string{prefix} + "port 5678 is taken");
    }
    SECTION("by an exception that is none of the standard's") {
        auto const e = refused<TestType>({"throw-number", 0});
        CHECK(e.code() == errc::launch_failed);
        CHECK(e.what() == std::string{prefix} + "an exception that is no std::exception");
    }
    SECTION("by saying so") {
        auto const e = refused<TestType>({"fail:no licence", 0});
        CHECK(e.code() == errc::launch_failed);
        CHECK(e.what() == std::string{prefix} + "no licence");
    }
    CHECK(no_children());
    CHECK(descriptors() == before);
}

TEMPLATE_TEST_CASE("A child that ends without a word is told by its exit code", "", launch::here,
                   launch::thread, launch::fork, launch::spawn) {
    auto const e = refused<TestType>({"exit-early", 7});
    CHECK(e.code() == errc::launch_failed);
    CHECK(e.what() == std::string{"the child exited with code 7 before it was ready"});
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("An exception after ready is exit code 1", "", launch::here, launch::thread, launch::fork,
                   launch::spawn) {
    launch::exit_status const one{1, 0};
    CHECK(TestType::start(scripted{"throw-later:(expected on stderr)", 0}).join() == one);
    CHECK(TestType::start(scripted{"ready-twice", 0}).join() == one);
}

TEMPLATE_TEST_CASE("A running child is alive until it is asked to stop", "", launch::thread, launch::fork,
                   launch::spawn) {
    auto child = TestType::start(scripted{"serve:up", 5});
    CHECK(tenon::as_text(child.ready_payload()) == "up");
    CHECK(child.alive());
    CHECK(child.join(20ms) == std::nullopt);
    child.terminate();
    CHECK(child.join(10s) == launch::exit_status{5, 0});
    CHECK_FALSE(child.alive());
    child.terminate();  // nobody is there: nothing happens
    child.kill();
    CHECK(child.join() == 5);
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A handle ends its child, also when another is moved into it", "", launch::thread,
                   launch::fork, launch::spawn) {
    int const before = descriptors();
    {
        auto child = TestType::start(scripted{"serve:one", 0});
        auto other = TestType::start(scripted{"serve:two", 0});
        child      = std::move(other);
        CHECK(tenon::as_text(child.ready_payload()) == "two");
        CHECK(child.alive());
        CHECK_FALSE(other.alive());
        CHECK_FALSE(other.join().known());
    }
    CHECK(no_children());
    CHECK(descriptors() == before);
}

TEMPLATE_TEST_CASE("A child that is never ready is given up and ended", "", launch::fork, launch::spawn) {
    int const                   before = descriptors();
    launch::start_options const options{.ready_timeout = 150ms, .grace = 5s};
    auto const                  e = refused<TestType>({"hang", 0}, options);
    CHECK(e.code() == errc::not_ready);
    CHECK(std::string_view{e.what()}.starts_with("the child was not ready within 150 ms"));
    CHECK(no_children());
    CHECK(descriptors() == before);
}

TEMPLATE_TEST_CASE("A start may have all the time in the world", "", launch::here, launch::thread, launch::fork,
                   launch::spawn) {
    constexpr auto for_ever = std::chrono::hours::max();
    auto           child    = TestType::start(scripted{"return", 7}, {.ready_timeout = for_ever, .grace = for_ever});
    auto const     status   = child.join(for_ever);
    CHECK(status.has_value());
    CHECK(status.value_or(launch::exit_status{}) == 7);
}

TEMPLATE_TEST_CASE("Fifty starts leave no descriptor behind", "", launch::thread, launch::fork,
                   launch::spawn) {
    int const before = descriptors();
    for (int i = 0; i < 50; ++i) CHECK(TestType::start(scripted{"return", 0}).join().success());
    CHECK(descriptors() == before);
    CHECK(no_children());
}

TEST_CASE("An entry here can be stopped by whoever hears that it is ready") {
    std::string heard;
    auto        child = launch::here::start(scripted{"serve:up", 6}, {}, [&](auto payload, auto stop) {
        heard = tenon::as_text(payload);
        stop();
    });
    CHECK(heard == "up");
    CHECK(child.join() == 6);
}

TEST_CASE("An exit status reads well and converts as the shell has it") {
    CHECK(describe(launch::exit_status{3, 0}) == "exited with code 3");
    CHECK(describe(launch::exit_status{0, 9}) == "was killed by signal 9 (SIGKILL)");
    CHECK(describe(launch::exit_status{0, 40}) == "was killed by signal 40");
    CHECK(int{launch::exit_status{3, 0}} == 3);
    CHECK(int{launch::exit_status{0, 15}} == 143);
    CHECK(int{launch::exit_status::unknown()} == 255);
    CHECK(launch::exit_status{}.success());
    CHECK_FALSE(launch::exit_status{0, 15}.success());
    CHECK_FALSE(launch::exit_status::unknown().success());
}

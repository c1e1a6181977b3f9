// Children that are started again when they crash.
#include <tenon/launch/fork.hpp>
#include <tenon/launch/spawn.hpp>
#include <tenon/launch/supervised.hpp>
#include <tenon/launch/thread.hpp>

#include "catch.hpp"
#include "flaky.hpp"
#include "scripted.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

using launch_test::flaky;
using launch_test::journal;
using launch_test::starts;
using namespace std::chrono_literals;
namespace launch = tenon::launch;
using launch::exit_status;
using launch::restart;

static_assert(launch::policy_for<launch::supervised<launch::fork>, flaky>);
static_assert(launch::policy_for<launch::supervised<launch::spawn>, flaky>);
static_assert(launch::restartable_entry<flaky>);
static_assert(!launch::restartable_entry<launch_test::scripted>);

namespace {

struct cannot_encode {
    int operator()(launch::readiness&) { return 0; }
};
static_assert(launch::policy_for<launch::supervised<launch::fork>, cannot_encode>);
static_assert(!launch::policy_for<launch::supervised<launch::spawn>, cannot_encode>);

constexpr restart quick{.times = 5, .within = 60s, .backoff = 1ms, .backoff_max = 3ms};
constexpr restart eager{.times = restart::unlimited, .backoff = 0ms, .backoff_max = 0ms};
constexpr restart patient{.backoff = 1h, .backoff_max = 1h};

template <class Inner, restart Restart>
using supervised = launch::supervised<Inner, Restart, journal>;

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

exit_status killed(int signal) { return {0, signal}; }
exit_status exited(int code) { return {code, 0}; }

}  // namespace

TEMPLATE_TEST_CASE("A child that crashes is started again, and its observer is told", "", launch::fork,
                   launch::spawn) {
    journal::clear();
    starts     seen;
    auto       child = supervised<TestType, quick>::start(flaky{seen.folder(), "kx3s"});
    auto const up    = journal::wait("restarted", 3);
    REQUIRE(up.size() == 3);
    CHECK(child.alive());
    CHECK(child.restarts() == 3);
    CHECK(child.pid() == up[2].pid);
    CHECK(up[2].attempt == 3);
    CHECK(up[2].text.empty());
    CHECK(seen.count() == 4);

    auto const crashed = journal::wait("crashed", 3);
    REQUIRE(crashed.size() == 3);
    CHECK(crashed[0].status == killed(SIGKILL));
    CHECK(crashed[0].text == "was killed by signal 9 (SIGKILL)");
    CHECK(crashed[1].status == exited(1));
    CHECK(crashed[2].status == exited(3));
    CHECK(crashed[2].text == "exited with code 3");
    for (std::size_t i = 0; i < 2; ++i) CHECK(crashed[i + 1].pid == up[i].pid);

    child.terminate();
    CHECK(child.join() == exited(6));  // asked for: no crash
    CHECK(child.join(0ms) == exited(6));
    CHECK_FALSE(child.alive());
    CHECK(journal::wait("gave up", 0).empty());
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A child that is started again is told where it was the first time", "", launch::fork,
                   launch::spawn) {
    starts seen;
    auto   child = supervised<TestType, quick>::start(flaky{seen.folder(), "ks"});
    CHECK(seen.next());
    CHECK(seen.next());
    CHECK(tenon::as_text(child.ready_payload()) == "place");
    child.terminate();
    CHECK(int{child.join()} != 5);  // 5 is what a start without a place to keep returns
}

TEST_CASE("A child that ends well is not started again") {
    starts     seen;
    auto const script = GENERATE("r", "kr", "3kr");
    auto       child  = supervised<launch::fork, quick>::start(flaky{seen.folder(), script});
    CHECK(child.join().success());
    CHECK(child.restarts() == std::string_view{script}.size() - 1);
    CHECK(seen.count() == std::string_view{script}.size());
    CHECK(no_children());
}

TEST_CASE("An end that was asked for is no crash, however it comes") {
    journal::clear();
    starts seen;
    auto   child = supervised<launch::fork, eager>::start(flaky{seen.folder(), "s"});
    CHECK(seen.next());
    SECTION("by terminate") {
        child.terminate();
        CHECK(child.join() == exited(5));
    }
    SECTION("by kill") {
        child.kill();
        CHECK(child.join() == killed(SIGKILL));
    }
    CHECK(journal::wait("crashed", 0).empty());
    CHECK(seen.count() == 1);
}

TEST_CASE("Beyond the limit a child is given up, with its last exit status") {
    journal::clear();
    starts seen;
    auto   child = supervised<launch::fork, restart{.times = 2, .backoff = 1ms}>::start(flaky{seen.folder(), "kx3s"});
    CHECK(child.join() == exited(3));
    CHECK_FALSE(child.alive());
    CHECK(child.restarts() == 2);
    CHECK(seen.count() == 3);
    auto const last = journal::wait("gave up", 1);
    REQUIRE(last.size() == 1);
    CHECK(last[0].status == exited(3));
    CHECK(last[0].attempt == 2);
    CHECK(last[0].pid == child.pid());
    CHECK(last[0].text == "exited with code 3");
    CHECK(last[0].pause == 0ns);
    child.terminate();
    child.kill();
    CHECK(child.join(0ms) == exited(3));
    CHECK(no_children());
}

TEST_CASE("With no restarts allowed the first crash is the end") {
    journal::clear();
    starts seen;
    auto   child = supervised<launch::fork, restart{.times = 0}>::start(flaky{seen.folder(), "ks"});
    CHECK(child.join() == killed(SIGKILL));
    CHECK(journal::wait("gave up", 1).size() == 1);
    CHECK(journal::wait("crashed", 0).empty());
}

TEMPLATE_TEST_CASE("A restart that fails counts as an attempt, and the next one follows", "", launch::fork,
                   launch::spawn) {
    journal::clear();
    starts seen;
    auto   child = supervised<TestType, quick>::start(flaky{seen.folder(), "3e00s"});
    REQUIRE(journal::wait("restarted", 1).size() == 1);
    CHECK(child.restarts() == 1);
    auto const crashed = journal::wait("crashed", 4);
    REQUIRE(crashed.size() == 4);
    CHECK(crashed[1].status == exited(1));
    CHECK(crashed[1].text == "the child failed before it was ready: no place");
    CHECK(crashed[2].status == exited(1));  // the last that was a failure: a 0 would look like a success
    CHECK(crashed[2].text.starts_with("the child exited with code 0 before it was ready"));
    for (unsigned i = 0; i < 4; ++i) CHECK(crashed[i].attempt == i + 1);
    CHECK(crashed[0].pause == 1ms);
    CHECK(crashed[1].pause == 2ms);
    CHECK(crashed[2].pause == 3ms);
    CHECK(crashed[3].pause == 3ms);
}

TEST_CASE("A restart that is never ready is ended and counts as an attempt") {
    journal::clear();
    starts                      seen;
    launch::start_options const options{.ready_timeout = 1500ms};  // also for the first one, on a busy machine
    auto child = supervised<launch::fork, restart{.times = 1}>::start(flaky{seen.folder(), "kh"}, options);
    CHECK(child.join() == killed(SIGTERM));
    CHECK(child.restarts() == 0);
    auto const last = journal::wait("gave up", 1);
    REQUIRE(last.size() == 1);
    CHECK(last[0].text == "the child was not ready within 1500 ms");
    CHECK(no_children());
}

TEST_CASE("The pause before an attempt doubles up to its limit, and old attempts are forgotten") {
    launch::detail::restart_attempts attempts{
        restart{.times = 4, .within = 10s, .backoff = 100ms, .backoff_max = 500ms}};
    std::chrono::steady_clock::time_point const begin{};
    CHECK(attempts.next(begin) == 100ms);
    CHECK(attempts.next(begin + 1s) == 200ms);
    CHECK(attempts.next(begin + 2s) == 400ms);
    CHECK(attempts.next(begin + 3s) == 500ms);
    CHECK(attempts.count() == 4);
    CHECK(attempts.next(begin + 9s) == std::nullopt);
    CHECK(attempts.next(begin + 10s) == 500ms);  // the first one is forgotten
    CHECK(attempts.next(begin + 10s) == std::nullopt);
    CHECK(attempts.next(begin + 12s) == 400ms);
    CHECK(attempts.next(begin + 60s) == 100ms);
    CHECK(attempts.count() == 1);
}

TEST_CASE("A first start that fails is not repeated") {
    journal::clear();
    starts seen;
    try {
        supervised<launch::fork, quick>::start(flaky{seen.folder(), "es"});
        FAIL("nothing was thrown");
    } catch (tenon::error const& e) {
        CHECK(e.code() == tenon::errc::address_in_use);
        CHECK(e.what() == std::string{"the child failed before it was ready: no place"});
    }
    CHECK(seen.count() == 1);
    CHECK(journal::wait("crashed", 0).empty());
    CHECK(no_children());
}

TEST_CASE("A stop between crash and restart is the end at once") {
    journal::clear();
    starts seen;
    auto   child = supervised<launch::fork, patient>::start(flaky{seen.folder(), "ks"});
    REQUIRE(journal::wait("crashed", 1).size() == 1);
    CHECK(journal::wait("crashed", 1)[0].pause == 1h);
    CHECK(child.alive());
    CHECK(child.join(0ms) == std::nullopt);
    SECTION("by terminate") {
        child.terminate();
        CHECK(child.join(10s) == killed(SIGKILL));
    }
    SECTION("by kill") {
        child.kill();
        CHECK(child.join(10s) == killed(SIGKILL));
    }
    SECTION("by the destructor") { auto const gone = std::move(child); }
    CHECK_FALSE(child.alive());
    CHECK(seen.count() == 1);
    CHECK(no_children());
}

TEST_CASE("A stop while a restart is under way ends that too") {
    starts seen;
    auto   start = [&](char const* script) {
        launch::start_options const options{.ready_timeout = 1h, .grace = 50ms};
        auto child = supervised<launch::fork, eager>::start(flaky{seen.folder(), script}, options);
        CHECK(seen.next());
        CHECK(seen.next());  // the second is there, and will never be ready
        return child;
    };
    SECTION("by terminate") {
        auto child = start("kh");
        child.terminate();
        CHECK(child.join(10s) == killed(SIGTERM));
        CHECK(child.restarts() == 0);
    }
    SECTION("by kill") {
        auto child = start("ki");
        child.kill();
        CHECK(child.join(10s) == killed(SIGKILL));
    }
    SECTION("by the destructor, of one that does not heed it") { start("ki"); }
    CHECK(seen.count() == 2);
    CHECK(no_children());
}

TEST_CASE("A supervised child that does not heed SIGTERM is killed after its grace") {
    journal::clear();
    starts seen;
    {
        auto const child = supervised<launch::fork, eager>::start(flaky{seen.folder(), "kd"}, {.grace = 50ms});
        CHECK(journal::wait("restarted", 1).size() == 1);
    }
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("Stops that race with restarts leave nothing behind", "", launch::fork, launch::spawn) {
    int const before = launch_test::scripted::open_descriptors();
    for (std::size_t round = 0; round < 24; ++round) {
        journal::clear();
        starts seen;
        // The last one runs until it is asked: a stop that passed it by would be waited for in vain.
        auto child = supervised<TestType, eager>::start(flaky{seen.folder(), std::string(round / 6, 'k') + "ks"});
        journal::wait(round % 2 == 0 ? "crashed" : "restarted", round / 6);
        if (round % 3 == 2) continue;  // the destructor does it
        round % 3 == 0 ? child.terminate() : child.kill();
        REQUIRE(child.join(10s).has_value());
        CHECK_FALSE(child.alive());
    }
    CHECK(no_children());
    CHECK(launch_test::scripted::open_descriptors() == before);
}

TEMPLATE_TEST_CASE("Twenty restarts leave no descriptor behind", "", launch::fork, launch::spawn) {
    journal::clear();
    int const before = launch_test::scripted::open_descriptors();
    {
        starts seen;
        auto   child = supervised<TestType, eager>::start(flaky{seen.folder(), std::string(20, 'k') + 's'});
        REQUIRE(journal::wait("restarted", 20).size() == 20);
        CHECK(launch_test::scripted::open_descriptors() == before + starts::descriptors + 2);  // link, pidfd
        child.terminate();
        CHECK(child.join() == exited(6));
        CHECK(launch_test::scripted::open_descriptors() == before + starts::descriptors);
    }
    CHECK(launch_test::scripted::open_descriptors() == before);
    CHECK(no_children());
}

TEST_CASE("A supervised handle ends its child, also when another is moved into it") {
    starts one, two;
    {
        auto child = supervised<launch::fork, quick>::start(flaky{one.folder(), "s"});
        auto other = supervised<launch::fork, quick>::start(flaky{two.folder(), "s"});
        auto const pid = other.pid();
        child          = std::move(other);
        CHECK(one.next());
        CHECK(one.all_gone());
        CHECK(child.pid() == pid);
        CHECK(child.alive());
        CHECK_FALSE(other.alive());
        CHECK_FALSE(other.join().known());
        CHECK(other.pid() == -1);
        CHECK(other.ready_payload().empty());
        other.kill();
    }
    CHECK(no_children());
}

TEST_CASE("A supervised handle that was inherited by a fork is inert") {
    journal::clear();
    starts      seen;
    auto const  start  = [&] { return supervised<launch::fork, patient>::start(flaky{seen.folder(), "ks"}); };
    auto        child  = std::make_unique<launch::supervised_child>(start());
    REQUIRE(journal::wait("crashed", 1).size() == 1);  // so that its thread waits for a condition
    pid_t const forked = ::fork();
    if (forked == 0) {
        ::alarm(10);
        child->kill();
        bool const inert = !child->alive() && !child->join().known();
        child.reset();
        ::_exit(inert ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(forked, &status, 0) == forked);
    CHECK(status == 0);
    CHECK(child->alive());
}

TEMPLATE_TEST_CASE("A child that was started again goes when its parent is killed", "", launch::fork,
                   launch::spawn) {
    starts      seen;
    pid_t const between = ::fork();
    if (between == 0) {
        std::optional<launch::supervised_child> child;
        auto const start = [&] {
            child.emplace(supervised<TestType, quick>::start(flaky{seen.folder(), "kd"}, {.grace = 100ms}));
        };
        try {
            std::thread{start}.join();  // the thread that starts may end, as ever
        } catch (...) {
            ::_exit(1);
        }
        for (;;) ::pause();
    }
    CHECK(seen.next());
    CHECK(seen.next());
    ::kill(between, SIGKILL);
    ::waitpid(between, nullptr, 0);
    CHECK(seen.all_gone());
}

TEST_CASE("A program that ignores SIGCHLD gives up when it cannot tell how children end") {
    auto const before = std::signal(SIGCHLD, SIG_IGN);
    starts     seen;
    auto       child  = supervised<launch::fork, restart{.times = 2, .backoff = 1ms}>::start(flaky{seen.folder(), "r"});
    auto const status = child.join();
    std::signal(SIGCHLD, before);
    CHECK_FALSE(status.known());
    CHECK(seen.count() == 3);
}

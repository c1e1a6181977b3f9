// What is special about a child that is a thread.
#include <tenon/launch/thread.hpp>

#include "catch.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <string>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
namespace launch = tenon::launch;

TEST_CASE("A thread that was given up is asked to stop as soon as it is ready") {
    std::promise<void> gate;
    std::promise<bool> stopped;
    auto               late = [opened = gate.get_future(), &stopped](launch::readiness& ready) mutable {
        opened.wait();
        bool       asked = false;
        auto const scope = ready.ready({}, {[](void* flag) { *static_cast<bool*>(flag) = true; }, &asked});
        stopped.set_value(asked);
        return 0;
    };
    std::string text;
    try {
        launch::thread::start(std::move(late), {.ready_timeout = 20ms, .grace = 20ms});
    } catch (tenon::error const& e) {
        CHECK(e.code() == tenon::errc::not_ready);
        text = e.what();
    }
    CHECK(text == "the child was not ready within 20 ms; its thread cannot be ended and goes on");
    gate.set_value();
    CHECK(stopped.get_future().get());
}

TEST_CASE("A stop callback is not called after its scope has ended") {
    std::atomic<int>   calls{0};
    std::promise<void> over, gate;
    auto               child = launch::thread::start(
        [&calls, &over, opened = gate.get_future()](launch::readiness& ready) mutable {
            auto const count = [](void* n) { ++*static_cast<std::atomic<int>*>(n); };
            { auto const scope = ready.ready({}, {count, &calls}); }
            over.set_value();
            opened.wait();
            return 0;
        });
    over.get_future().wait();
    child.terminate();
    CHECK(calls == 0);
    gate.set_value();
    CHECK(child.join().success());
}

TEST_CASE("A stop callback may race with the end of its scope") {
    // The callback touches a variable of the entry; a call past the scope is a use after its end (ASan,
    // TSan).
    for (int i = 0; i < 200; ++i) {
        auto child = launch::thread::start([](launch::readiness& ready) {
            std::atomic<int> calls{0};
            auto const       count = [](void* n) { ++*static_cast<std::atomic<int>*>(n); };
            auto const       scope = ready.ready({}, {count, &calls});
            return 0;
        });
        for (int k = 0; k < 10; ++k) child.terminate();
        CHECK(child.join().success());
    }
}

TEST_CASE("Signals of the process are left to the threads that were there before") {
    auto child = launch::thread::start([](launch::readiness& ready) {
        CHECK_FALSE(ready.owns_process());
        CHECK(ready.lifeline() == -1);
        sigset_t mask;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        ready.ready();
        return ::sigismember(&mask, SIGINT) == 1 && ::sigismember(&mask, SIGSEGV) == 0 ? 0 : 1;
    });
    CHECK(child.join().success());
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    CHECK(::sigismember(&mask, SIGINT) == 0);
    CHECK(child.pid() == ::getpid());
}

TEST_CASE("A thread's handle is inert in a forked process") {
    std::promise<void> gate;
    auto child = std::make_unique<launch::thread::child>(
        launch::thread::start([opened = gate.get_future()](launch::readiness& ready) mutable {
            ready.ready();
            opened.wait();
            return 0;
        }));
    pid_t const forked = ::fork();
    if (forked == 0) {
        ::alarm(10);
        child.reset();  // would wait for ever for a thread that is not there
        ::_exit(0);
    }
    int status = -1;
    CHECK(::waitpid(forked, &status, 0) == forked);
    CHECK(status == 0);
    gate.set_value();
    CHECK(child->join().success());
}

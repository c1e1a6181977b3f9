// What is special about children that are processes of their own: fork and spawn.
#include <tenon/launch/fork.hpp>
#include <tenon/launch/spawn.hpp>

#include "catch.hpp"
#include "scripted.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using launch_test::scripted;
using namespace std::chrono_literals;
namespace launch = tenon::launch;

namespace {

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

template <class Policy>
std::string refusal(scripted const& entry, launch::start_options const& options = {}) {
    try {
        Policy::start(entry, options);
    } catch (tenon::error const& e) {
        return e.what();
    }
    return "nothing was thrown";
}

/// A fifo in a folder of its own, with its end to read.
class fifo {
public:
    fifo() {
        REQUIRE(::mkdtemp(folder_.data()) != nullptr);
        path_ = folder_ + "/alive";
        REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
        fd_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        REQUIRE(fd_ >= 0);
    }
    fifo(fifo const&)            = delete;
    fifo& operator=(fifo const&) = delete;
    ~fifo() {
        ::close(fd_);
        ::unlink(path_.c_str());
        ::rmdir(folder_.c_str());
    }

    [[nodiscard]] std::string const& path() const { return path_; }

    /// Waits for the next byte or the end of the file: 1, 0, or −1 if neither comes.
    int next() {
        pollfd watched{fd_, POLLIN, 0};
        while (::poll(&watched, 1, 20'000) < 0 && errno == EINTR) {}
        char byte = 0;
        return static_cast<int>(::read(fd_, &byte, 1));
    }

private:
    std::string folder_ = "/tmp/tenon-launch-XXXXXX";
    std::string path_;
    int         fd_ = -1;
};

/// Starts a child from a process in between, kills that one, and says whether the child went too.
template <class Policy>
bool goes_with_its_parent(std::string const& script, bool from_a_thread = false) {
    fifo        alive;
    pid_t const between = ::fork();
    if (between == 0) {
        std::optional<typename Policy::child> child;
        scripted const holder{script + alive.path(), 0};
        auto const     start = [&] { child.emplace(Policy::start(holder, {.grace = 100ms})); };
        try {
            if (from_a_thread)
                std::thread{start}.join();
            else
                start();
        } catch (...) {
            ::_exit(1);
        }
        for (;;) ::pause();
    }
    bool const up = alive.next() == 1;
    ::kill(between, SIGKILL);
    ::waitpid(between, nullptr, 0);
    return up && alive.next() == 0;
}

}  // namespace

TEMPLATE_TEST_CASE("A child that a signal ends is told by the signal", "", launch::fork, launch::spawn) {
    auto const killed = [](int number) { return launch::exit_status{0, number}; };
    CHECK(TestType::start(scripted{"die-later", SIGABRT}).join() == killed(SIGABRT));
    CHECK(refusal<TestType>({"die", SIGKILL}) ==
          "the child was killed by signal 9 (SIGKILL) before it was ready");
    auto child = TestType::start(scripted{"serve", 0});
    child.kill();
    CHECK(child.join() == killed(SIGKILL));
    CHECK(int{child.join()} == 137);
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A child that does not heed SIGTERM is killed after its grace", "", launch::fork,
                   launch::spawn) {
    {
        auto child = TestType::start(scripted{"ignore-sigterm", 0}, {.grace = 50ms});
        child.terminate();
        CHECK(child.join(30ms) == std::nullopt);
        CHECK(child.alive());
    }
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A child goes when its parent is killed", "", launch::fork, launch::spawn) {
    CHECK(goes_with_its_parent<TestType>("hold:"));
    CHECK(goes_with_its_parent<TestType>("hold:", true));
}

TEMPLATE_TEST_CASE("A child whose parent ends before it is ready has not failed", "", launch::fork, launch::spawn) {
    fifo        alive;
    pid_t const between = ::fork();
    if (between == 0) {
        TestType::start(scripted{"hold-late:" + alive.path(), 0});
        ::_exit(1);
    }
    CHECK(alive.next() == 1);
    ::kill(between, SIGKILL);
    ::waitpid(between, nullptr, 0);
    CHECK(alive.next() == 1);
    CHECK(alive.next() == 0);
}

TEMPLATE_TEST_CASE("A stuck child goes when its parent is killed", "", launch::fork, launch::spawn) {
    CHECK(goes_with_its_parent<TestType>("hold-stuck:"));
}

TEMPLATE_TEST_CASE("A child outlives the thread that started it", "", launch::fork, launch::spawn) {
    std::optional<typename TestType::child> child;
    std::thread{[&] { child.emplace(TestType::start(scripted{"serve", 4})); }}.join();
    CHECK(child->join(200ms) == std::nullopt);
    child->terminate();
    CHECK(child->join() == 4);
}

TEMPLATE_TEST_CASE("A child keeps no listener of its parent", "", launch::fork, launch::spawn) {
    auto const listen = [](std::uint16_t port) {
        int const   fd = ::socket(AF_INET, SOCK_STREAM, 0);  // without CLOEXEC
        sockaddr_in at{};
        at.sin_family      = AF_INET;
        at.sin_port        = port;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const any    = reinterpret_cast<sockaddr*>(&at);
        socklen_t   size   = sizeof at;
        bool const  bound  = ::bind(fd, any, size) == 0 && ::listen(fd, 1) == 0;
        bool const  named  = ::getsockname(fd, any, &size) == 0;
        return std::pair{fd, bound && named ? at.sin_port : std::uint16_t{0}};
    };
    auto const [fd, port] = listen(0);
    REQUIRE(port != 0);
    auto child = TestType::start(scripted{"serve", 0});
    ::close(fd);
    auto const [again, same] = listen(port);
    CHECK(same == port);
    ::close(again);
    // 0, 1, 2 and the link; nothing of the parent's or of a sibling's.
    auto sibling = TestType::start(scripted{"descriptors", 0});
    CHECK(tenon::as_text(sibling.ready_payload()) == "4");
}

TEMPLATE_TEST_CASE("A child's signal mask is empty whatever its parent blocks", "", launch::fork,
                   launch::spawn) {
    sigset_t blocked, before, after;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGUSR1);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    auto child = TestType::start(scripted{"mask", 0});
    ::pthread_sigmask(SIG_SETMASK, &before, &after);
    CHECK(tenon::as_text(child.ready_payload()) == "empty");
    CHECK(::sigismember(&after, SIGUSR1) == 1);
    CHECK(::sigismember(&after, SIGUSR2) == 0);
}

TEMPLATE_TEST_CASE("Children start while other threads allocate and start some too", "", launch::fork,
                   launch::spawn) {
    std::atomic<bool>        done{false};
    std::atomic<int>         good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            while (!done) std::string(1000, 'x').append("y");
        });
    auto const start_ten = [&] {
        for (int i = 0; i < 10; ++i)
            good += TestType::start(scripted{"large", 0}).join().success() ? 1 : 0;
    };
    std::thread other{start_ten};
    start_ten();
    other.join();
    done = true;
    for (auto& thread : threads) thread.join();
    CHECK(good == 20);
    CHECK(no_children());
}

TEMPLATE_TEST_CASE("A handle that was inherited by a fork is inert", "", launch::fork, launch::spawn) {
    auto        child  = std::make_unique<launch::process_child>(TestType::start(scripted{"serve", 2}));
    pid_t const forked = ::fork();
    if (forked == 0) {
        child->kill();
        bool const inert = !child->alive() && !child->join().known();
        child.reset();
        ::_exit(inert ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(forked, &status, 0) == forked);
    CHECK(status == 0);
    CHECK(child->join(100ms) == std::nullopt);
    child->terminate();
    CHECK(child->join() == 2);
}

TEMPLATE_TEST_CASE("A program that ignores SIGCHLD learns that the status is lost", "", launch::fork,
                   launch::spawn) {
    auto const before = std::signal(SIGCHLD, SIG_IGN);
    auto       child  = TestType::start(scripted{"serve", 2});
    CHECK(child.alive());
    child.terminate();
    auto const status = child.join();
    std::signal(SIGCHLD, before);
    CHECK_FALSE(status.known());
    CHECK_FALSE(status.success());
    CHECK(int{status} == 255);
}

TEMPLATE_TEST_CASE("A child can be waited for and stopped by different threads at once", "", launch::fork,
                   launch::spawn) {
    auto        child = TestType::start(scripted{"serve", 9});
    int         first = -1;
    std::thread waiter{[&] { first = child.join(); }};
    child.terminate();
    CHECK(child.join() == 9);
    waiter.join();
    CHECK(first == 9);
}

TEST_CASE("Without a pidfd a child is polled for") {
    launch::detail::child_process process{launch::detail::descriptor{}, 50ms};
    pid_t const                   pid = ::fork();
    if (pid == 0)
        for (;;) ::pause();
    process.adopt(pid, launch::detail::descriptor{});
    CHECK(process.alive());
    launch::exit_status status;
    CHECK_FALSE(process.join(status, 10ms));
    process.signal(SIGKILL);
    CHECK(process.join(status, 10s));
    CHECK(status == launch::exit_status{0, SIGKILL});
    CHECK(process.join() == launch::exit_status{0, SIGKILL});
    CHECK(no_children());
}

TEST_CASE("Descriptors are closed on kernels without close_range too") {
    int count = -1;
    launch_test::wake_pipe report;
    pid_t const            pid = ::fork();
    if (pid == 0) {
        launch::detail::close_listed(report.ends[1], -1);
        int const open = scripted::open_descriptors();
        ::_exit(::write(report.ends[1], &open, sizeof open) == sizeof open ? 0 : 1);
    }
    CHECK(::waitpid(pid, nullptr, 0) == pid);
    CHECK(::read(report.ends[0], &count, sizeof count) == sizeof count);
    CHECK(count == 4);
}

TEST_CASE("What a forking program had not printed yet comes out once") {
    std::string path = "/tmp/tenon-stdout-XXXXXX";
    int const   file = ::mkstemp(path.data());
    REQUIRE(file >= 0);
    std::fflush(stdout);
    int const saved = ::dup(STDOUT_FILENO);
    ::dup2(file, STDOUT_FILENO);
    std::printf("parent\n");
    bool const good = launch::fork::start(scripted{"print", 0}).join().success();
    std::fflush(stdout);
    ::dup2(saved, STDOUT_FILENO);
    ::close(saved);

    char          text[100];
    ssize_t const size = ::pread(file, text, sizeof text, 0);
    ::close(file);
    ::unlink(path.c_str());
    CHECK(good);
    REQUIRE(size >= 0);
    CHECK(std::string_view(text, static_cast<std::size_t>(size)) == "parent\nchild\n");
}

TEST_CASE("A forked child runs none of its parent's exit handlers") {
    // The handler is registered in the parent's image, so it would run in the child if that ended by exit().
    static pid_t const registered_in = ::getpid();
    std::atexit([] {
        if (::getpid() != registered_in) ::_exit(99);
    });
    CHECK(launch::fork::start(scripted{"return", 0}).join() == 0);
}

// An entry that behaves differently each time it is started, and what a test sees of its starts.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/launch/readiness.hpp>
#include <tenon/launch/restart.hpp>

#include "catch.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace launch_test {

using tenon::launch::readiness;

/// A folder that counts an entry's starts in a file, announces them in a fifo, and has another one that each of the
/// processes keeps open to its end.
class starts {
public:
    starts() {
        REQUIRE(::mkdtemp(folder_.data()) != nullptr);
        REQUIRE(::mkfifo(file("started").c_str(), 0600) == 0);
        REQUIRE(::mkfifo(file("alive").c_str(), 0600) == 0);
        started_ = ::open(file("started").c_str(), O_RDWR | O_CLOEXEC);  // also to write: it has no end
        alive_   = ::open(file("alive").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        REQUIRE(alive_ >= 0);
    }
    starts(starts const&)            = delete;
    starts& operator=(starts const&) = delete;
    ~starts() {
        ::close(started_);
        ::close(alive_);
        for (auto const* name : {"started", "alive", "count"}) ::unlink(file(name).c_str());
        ::rmdir(folder_.c_str());
    }

    [[nodiscard]] std::string const& folder() const { return folder_; }

    /// Waits for the next start; false if it does not come.
    [[nodiscard]] bool next() const {
        char byte = 0;
        return readable(started_) && ::read(started_, &byte, 1) == 1;
    }
    /// After a start: waits until none of the processes is left; false if that does not happen.
    [[nodiscard]] bool all_gone() const {
        char byte = 0;
        return readable(alive_) && ::read(alive_, &byte, 1) == 0;
    }

    [[nodiscard]] std::size_t count() const {
        struct stat found {};
        return ::stat(file("count").c_str(), &found) == 0 ? static_cast<std::size_t>(found.st_size) : 0;
    }

    /// Of the test's own, for those who count.
    static constexpr int descriptors = 2;

private:
    [[nodiscard]] std::string file(char const* name) const { return folder_ + "/" + name; }

    static bool readable(int fd) {
        pollfd watched{fd, POLLIN, 0};
        int    woken = 0;
        while ((woken = ::poll(&watched, 1, 20'000)) < 0 && errno == EINTR) {}
        return woken == 1;
    }

    std::string folder_  = "/tmp/tenon-starts-XXXXXX";
    int         started_ = -1, alive_ = -1;
};

/// Each start takes the next letter of `script`, the last one for good. `folder` is that of a `starts`.
struct flaky {
    std::string folder, script;
    std::string kept{};

    void keep(tenon::bytes_view payload) { kept = tenon::as_text(payload); }

    int operator()(readiness& ready) {
        switch (script[std::min(announce(), script.size() - 1)]) {
            // Before it is ready.
            case 'e': throw tenon::error{tenon::errc::address_in_use, "no place"};
            case '0': return 0;
            case 'i': std::signal(SIGTERM, SIG_IGN); [[fallthrough]];
            case 'h': return pause_forever();
            // Once it is ready.
            case 'k': return say(ready), std::raise(SIGKILL);
            case 'x': return say(ready), throw std::runtime_error{"(expected on stderr)"}, 0;
            case '3': return say(ready), 3;
            case 'r': return say(ready), 0;
            case 's': return serve(ready);
            default: return std::signal(SIGTERM, SIG_IGN), say(ready), pause_forever();  // deaf
        }
    }

    tenon::buffer encode() const {
        tenon::buffer out;
        out.append(folder + ' ' + script + ' ' + kept);
        return out;
    }
    static int run_encoded(tenon::bytes_view encoded, readiness& ready) {
        std::string const text{tenon::as_text(encoded)};
        auto const        first = text.find(' '), second = text.find(' ', first + 1);
        return flaky{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)}(ready);
    }

private:
    /// Returns the number of starts before this one.
    [[nodiscard]] std::size_t announce() const {
        auto const open = [&](char const* name, int flags) {
            int const fd = ::open((folder + "/" + name).c_str(), O_WRONLY | O_CLOEXEC | flags, 0600);
            if (fd < 0) throw std::runtime_error{"cannot announce the start"};
            return fd;
        };
        auto const put = [](int fd) {
            if (::write(fd, "x", 1) != 1) throw std::runtime_error{"cannot announce the start"};
        };
        open("alive", 0);
        int const count = open("count", O_CREAT | O_APPEND);
        put(count);
        auto const size = ::lseek(count, 0, SEEK_CUR);
        put(open("started", 0));
        return static_cast<std::size_t>(size) - 1;
    }
    /// The payload is `place`, of a start that kept it `kept:place`.
    void say(readiness& ready) const { ready.ready(tenon::as_bytes(kept.empty() ? "place" : "kept:" + kept)); }

    int serve(readiness& ready) const {
        sigset_t stop;
        ::sigemptyset(&stop);
        ::sigaddset(&stop, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
        say(ready);
        int number = 0;
        ::sigwait(&stop, &number);
        return kept.empty() ? 5 : 6;
    }
    [[noreturn]] static int pause_forever() {
        for (;;) ::pause();
    }
};

/// An observer that tells the test all it is told.
class journal {
public:
    struct line {
        std::string                   what;
        pid_t                         pid;
        tenon::launch::exit_status    status;
        unsigned                      attempt;
        std::chrono::nanoseconds      pause;
        std::string                   text;
    };

    static void crashed(tenon::launch::restart_report const& report) { add("crashed", report); }
    static void restarted(tenon::launch::restart_report const& report) { add("restarted", report); }
    static void gave_up(tenon::launch::restart_report const& report) { add("gave up", report); }

    static void clear() {
        std::lock_guard const lock{mutex};
        lines.clear();
    }
    /// Waits until there are `count` lines of `what`, and returns them; fewer if they do not come.
    static std::vector<line> wait(std::string_view what, std::size_t count) {
        std::unique_lock lock{mutex};
        auto const       wanted = [&] {
            std::vector<line> found;
            for (auto const& each : lines)
                if (each.what == what) found.push_back(each);
            return found;
        };
        changed.wait_for(lock, std::chrono::seconds{20}, [&] { return wanted().size() >= count; });
        return wanted();
    }

private:
    static void add(char const* what, tenon::launch::restart_report const& r) {
        std::lock_guard const lock{mutex};
        lines.push_back({what, r.pid, r.status, r.attempt, r.pause, std::string{r.text}});
        changed.notify_all();
    }

    static inline std::mutex              mutex;
    static inline std::condition_variable changed;
    static inline std::vector<line>       lines;
};

}  // namespace launch_test

// An entry that does what its script says, for children of every launch policy.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/launch/readiness.hpp>
#include <tenon/launch/spawn.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace launch_test {

using tenon::launch::readiness;

/// A pipe whose end to write is for stop callbacks and signal handlers.
struct wake_pipe {
    int ends[2] = {-1, -1};

    wake_pipe() {
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    }
    wake_pipe(wake_pipe const&)            = delete;
    wake_pipe& operator=(wake_pipe const&) = delete;
    ~wake_pipe() {
        ::close(ends[0]);
        ::close(ends[1]);
    }

    static void wake(void* self) noexcept { put(static_cast<wake_pipe*>(self)->ends[1]); }
    static void put(int fd) noexcept {
        if (::write(fd, "x", 1) != 1) std::abort();
    }
};

inline int signalled_fd = -1;

/// The scripts, each `word` or `word:argument`.
struct scripted {
    std::string script;
    int         code = 0;

    int operator()(readiness& ready) {
        std::string const word     = script.substr(0, script.find(':'));
        std::string const argument = word.size() < script.size() ? script.substr(word.size() + 1) : "";
        if (word == "return") return say(ready, argument), code;
        if (word == "exit-early") return code;
        if (word == "throw") throw std::runtime_error(argument);
        if (word == "throw-number") throw 7;
        if (word == "throw-error") throw tenon::error{tenon::errc::address_in_use, argument};
        if (word == "fail") return ready.failed(argument), code;
        if (word == "throw-later") return say(ready, ""), throw std::runtime_error(argument), 0;
        if (word == "ready-twice") return say(ready, ""), say(ready, ""), 0;
        if (word == "large") return say(ready, std::string(1'000'000, 'x')), code;
        if (word == "serve") return serve(ready, argument);
        return of_a_process(ready, word, argument);
    }

    tenon::buffer encode() const {
        tenon::buffer out;
        out.append(std::to_string(code) + ' ' + script);
        return out;
    }
    static int run_encoded(tenon::bytes_view encoded, readiness& ready) {
        std::string const text{tenon::as_text(encoded)};
        auto const        space = text.find(' ');
        return scripted{text.substr(space + 1), std::stoi(text.substr(0, space))}(ready);
    }

private:
    static void say(readiness& ready, std::string_view text) { ready.ready(tenon::as_bytes(text)); }

    /// Runs until it is asked to stop, in the way that suits the policy.
    int serve(readiness& ready, std::string_view payload) {
        wake_pipe pipe;
        if (ready.owns_process()) {
            signalled_fd = pipe.ends[1];
            std::signal(SIGTERM, [](int) { wake_pipe::put(signalled_fd); });
        }
        pollfd     watched[] = {{pipe.ends[0], POLLIN, 0}, {ready.lifeline(), POLLIN, 0}};
        auto const scope     = ready.ready(tenon::as_bytes(payload), {&wake_pipe::wake, &pipe});
        while (::poll(watched, 2, -1) < 0) {}
        return code;
    }

    /// Scripts that would take the test program with them if they ran in it.
    int of_a_process(readiness& ready, std::string_view word, std::string const& argument) {
        if (word == "hang") return pause_forever();
        if (word == "die") return std::raise(code);
        if (word == "die-later") return say(ready, ""), std::raise(code);
        if (word == "ignore-sigterm") {
            std::signal(SIGTERM, SIG_IGN);
            say(ready, "");
            return pause_forever();
        }
        if (word == "print") return std::printf("child\n"), say(ready, ""), 0;
        if (word == "mask") {
            sigset_t mask;
            ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
            bool empty = true;
            for (int number = 1; number < 32; ++number) empty = empty && ::sigismember(&mask, number) == 0;
            return say(ready, empty ? "empty" : "blocked"), 0;
        }
        if (word == "environment") return say(ready, std::getenv("TENON_SPAWN") ? "set" : "unset"), 0;
        if (word == "descriptors") return say(ready, std::to_string(open_descriptors())), 0;
        if (word == "nest") {  // a grandchild's payload becomes ours
            auto grandchild = tenon::launch::spawn::start(scripted{argument, 0});
            say(ready, tenon::as_text(grandchild.ready_payload()));
            return grandchild.join();
        }
        if (word == "hold") return hold(ready, argument);
        if (word == "hold-stuck") {
            std::signal(SIGTERM, SIG_IGN);
            return hold(ready, argument);
        }
        if (word == "hold-late") return ready_after_the_parent(ready, argument);
        throw std::runtime_error("no such script: " + script);
    }

    /// Keeps a fifo open until the process ends: its reader sees that as the end of the file.
    static int hold(readiness& ready, std::string const& fifo) {
        int const fd = ::open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
        if (fd < 0 || ::write(fd, "x", 1) != 1) throw std::runtime_error("cannot open the fifo");
        say(ready, "");
        return pause_forever();
    }

    /// Tells by the fifo that it is there, and again when it could say that it is ready after its parent had ended.
    static int ready_after_the_parent(readiness& ready, std::string const& fifo) {
        int const fd = ::open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
        pollfd    watched{ready.lifeline(), POLLIN, 0};
        wake_pipe::put(fd);
        while (::poll(&watched, 1, -1) < 0) {}
        say(ready, "");
        wake_pipe::put(fd);
        return 0;
    }

    [[noreturn]] static int pause_forever() {
        for (;;) ::pause();
    }

public:
    static int open_descriptors() {
        int count = 0;
        for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
        return count;
    }
};

}  // namespace launch_test

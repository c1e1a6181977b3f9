// Signals at every step of a process: between any two calls of libzmq, in place of any of them, and inside handlers.
#include "catch.hpp"
#include "self_talk.hpp"

#include <dlfcn.h>
#include <zmq.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace {

// Each call of libzmq that may end with EINTR, and each handler of the app, is a step.
enum class at_step { nothing, interrupt, interrupt_always, raise };

thread_local at_step       what = at_step::nothing;
thread_local bool          inside = false;  // of libzmq
thread_local std::uint64_t left = 0;  // the step that makes it 0 is the one
at_step                    in_handlers   = at_step::nothing;
int                        signal_number = 0;
volatile std::sig_atomic_t handled       = 0;

// True if the call of this step is to end with EINTR.
bool step() {
    switch (what) {
        case at_step::nothing: return false;
        case at_step::interrupt_always:  // every other one, or nothing would get on
            if (++left % 2 != 0) return false;
            break;
        default:
            if (left == 0 || --left != 0) return false;
    }
    ::raise(signal_number);
    return what != at_step::raise;  // signals that are blocked interrupt nothing
}

template <class Function>
Function* original(char const* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Calls libzmq's own function, unless this step is to be interrupted. What that calls itself is no step.
template <class Function, class... Arguments>
int step_or(Function* original, Arguments... arguments) {
    if (inside) return original(arguments...);
    if (step()) {
        errno = EINTR;
        return -1;
    }
    struct mark {
        ~mark() { inside = false; }
    } const until_it_returns;
    inside = true;
    return original(arguments...);
}

// Runs the process with the n-th step disturbed, from the start or the first handler on. False if it has no n-th.
bool talk(std::uint64_t n, at_step from_start, at_step from_handlers, int& exit_code) {
    in_handlers        = from_handlers;
    self_talk::disturb = [] {
        what = in_handlers;
        static_cast<void>(step());
    };
    left      = n;
    what      = from_start;
    exit_code = self_talk::run();
    what               = at_step::nothing;
    return left == 0;
}

struct counted_handler {
    struct sigaction before{};

    explicit counted_handler(int number) : number_{number} {
        struct sigaction action{};
        action.sa_handler = [](int) { handled = handled + 1; };  // without SA_RESTART
        ::sigaction(number, &action, &before);
        signal_number = number;
        handled       = 0;
    }
    ~counted_handler() { ::sigaction(number_, &before, nullptr); }

private:
    int number_;
};

}  // namespace

// In front of libzmq's own.
extern "C" {
int zmq_poll(zmq_pollitem_t* items, int count, long timeout) {
    static auto* const next = original<decltype(zmq_poll)>("zmq_poll");
    return step_or(next, items, count, timeout);
}
int zmq_msg_send(zmq_msg_t* message, void* socket, int flags) {
    static auto* const next = original<decltype(zmq_msg_send)>("zmq_msg_send");
    return step_or(next, message, socket, flags);
}
int zmq_msg_recv(zmq_msg_t* message, void* socket, int flags) {
    static auto* const next = original<decltype(zmq_msg_recv)>("zmq_msg_recv");
    return step_or(next, message, socket, flags);
}
int zmq_bind(void* socket, char const* endpoint) {
    static auto* const next = original<decltype(zmq_bind)>("zmq_bind");
    return step_or(next, socket, endpoint);
}
int zmq_connect(void* socket, char const* endpoint) {
    static auto* const next = original<decltype(zmq_connect)>("zmq_connect");
    return step_or(next, socket, endpoint);
}
int zmq_setsockopt(void* socket, int option, void const* value, size_t size) {
    static auto* const next = original<decltype(zmq_setsockopt)>("zmq_setsockopt");
    return step_or(next, socket, option, value, size);
}
int zmq_getsockopt(void* socket, int option, void* value, size_t* size) {
    static auto* const next = original<decltype(zmq_getsockopt)>("zmq_getsockopt");
    return step_or(next, socket, option, value, size);
}
int zmq_ctx_term(void* context) {
    static auto* const next = original<decltype(zmq_ctx_term)>("zmq_ctx_term");
    return step_or(next, context);
}
}

TEST_CASE("a signal in any one step, which interrupts it, costs no request its reply", "[signals][hazard]") {
    counted_handler const usr1{SIGUSR1};
    std::uint64_t         n = 1;
    for (int exit_code = 0; talk(n, at_step::interrupt, at_step::interrupt, exit_code); ++n) {
        INFO("step " << n);
        REQUIRE(exit_code == 0);
        REQUIRE(self_talk::seen.one_outcome_each());
        REQUIRE(self_talk::seen.replies == static_cast<int>(self_talk::requests));
    }
    CHECK(n > 50);
    CHECK(handled == static_cast<int>(n) - 1);
}

TEST_CASE("signals at every other step cost no request its reply", "[signals][hazard]") {
    counted_handler const usr1{SIGUSR1};
    int                   exit_code = 1;
    static_cast<void>(talk(0, at_step::interrupt_always, at_step::interrupt_always, exit_code));
    CHECK(exit_code == 0);
    CHECK(self_talk::seen.one_outcome_each());
    CHECK(self_talk::seen.replies == static_cast<int>(self_talk::requests));
    CHECK(handled > 25);
}

TEST_CASE("SIGTERM or SIGINT at any step ends the process in good order, and each request has one outcome",
          "[signals][hazard]") {
    signal_number = GENERATE(SIGTERM, SIGINT);
    int exit_code = 1;
    static_cast<void>(talk(1, at_step::raise, at_step::raise, exit_code));
    CHECK(exit_code == 0);
    CHECK(self_talk::seen.one_outcome_each());

    // Once the two ends have met: before that, what has not left keeps the process for its linger time, each time.
    std::uint64_t n = 1;
    for (; talk(n, at_step::nothing, at_step::raise, exit_code); ++n) {
        INFO("signal " << signal_number << " at step " << n);
        REQUIRE(exit_code == 0);
        REQUIRE(self_talk::seen.one_outcome_each());
    }
    CHECK(n > 30);
}

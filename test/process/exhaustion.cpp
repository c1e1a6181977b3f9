// Memory runs out in a process on ZeroMQ: at its first allocation, at the second, at each one. libzmq itself ends the
// program when it gets none (zmq_assert), so what is allocated inside of it does not fail.
#include "catch.hpp"
#include "failing_new.hpp"
#include "self_talk.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <vector>

using namespace std::chrono_literals;

namespace {

void const* library_of(void* code) {
    Dl_info where{};
    return ::dladdr(code, &where) != 0 ? where.dli_fbase : nullptr;
}

// Not to be told by the caller alone: libzmq may use this program's copy of a template of the standard library.
bool outside_of_libzmq() {
    static void const* const libzmq = library_of(::dlsym(RTLD_DEFAULT, "zmq_ctx_new"));
    void*                    callers[64];
    int const                count = ::backtrace(callers, 64);
    for (int i = 0; i < count; ++i)
        if (library_of(callers[i]) == libzmq) return false;
    return true;
}

// True if there was an n-th allocation, which failed.
bool talk_without_memory(std::uint64_t n) {
    self_talk::seen = {};
    memory::fail_at(n, 1, outside_of_libzmq);
    try {
        static_cast<void>(self_talk::run());
    } catch (std::exception const&) {  // what keeps it from coming up, or ends it, is the starter's
    }
    bool const failed = memory::out;
    memory::fail_at(0);
    return failed;
}

}  // namespace

TEST_CASE("whichever allocation of a ZeroMQ process fails, nothing crashes or leaks, and each request has one outcome",
          "[exhaustion]") {
    static_cast<void>(talk_without_memory(1'000'000));  // what is made once and kept
    CHECK(self_talk::seen.replies == static_cast<int>(self_talk::requests));
    self_talk::patience = 50ms;  // it is not the replies that count
    std::vector<std::uint64_t> wrong_outcomes, leaks;
    wrong_outcomes.reserve(10'000);
    leaks.reserve(10'000);
    std::uint64_t n = 1;
    for (bool failed = true; failed && n < 10'000; ++n) {
        auto const before = memory::live.load();
        failed            = talk_without_memory(n);
        if (memory::live.load() != before) leaks.push_back(n);
        if (!self_talk::seen.one_outcome_each()) wrong_outcomes.push_back(n);
    }
    CHECK(n > 50);
    CHECK(n < 10'000);
    CHECK(leaks.empty());
    CHECK(wrong_outcomes.empty());
}

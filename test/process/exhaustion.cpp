// Memory runs out in a process on ZeroMQ: at its first allocation, at the second, at each one. libzmq itself ends the
// program when it gets none (zmq_assert), so what is allocated inside of it does not fail.
#include "by_hand.hpp"
#include "catch.hpp"
#include "failing_new.hpp"
#include "self_talk.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string>
#include <thread>
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

namespace {

struct weigh { int item; };
struct weight { int grams; };
using scales = tenon::protocol<tenon::request<weigh, weight>>;

/// Answers with a text where its peers expect a number, and tells the definition that this comes from.
void serve_texts(by_hand::zmq::socket& router, std::stop_token const& over) {
    while (!over.stop_requested()) {
        if (!by_hand::zmq::wait(router, POLLIN, 10ms)) continue;
        auto       message = by_hand::receive(router);
        bool const asked   = message.back() == R"(["weigh",7])";
        message.back()     = asked ? R"(["weight","heavy"])"
                                   : R"(["tenon.definition","request weigh{item:int32} weight{grams:string}\n"])";
        by_hand::send(router, message);
    }
}

/// Asks once; memory fails when the question is on its way.
struct weighing_app {
    static constexpr auto out   = tenon::req<"out", scales>;
    static constexpr auto ports = tenon::ports(out);

    static inline std::uint64_t fails    = 0;
    static inline int           outcomes = 0;
    static inline bool          too_late = false;

    void on(tenon::started const&, auto& process) {
        process.after(20s, [&process] {
            too_late = true;
            process.stop();
        });
        process[out].request(weigh{7}, 1h, [&process](tenon::result<weight>) {
            memory::left = 0;
            ++outcomes;
            process.stop();
        });
        memory::fail_at(fails, 1, outside_of_libzmq);
    }
};

}  // namespace

TEST_CASE("a request whose failure cannot be explained for want of memory has its outcome all the same",
          "[exhaustion]") {
    by_hand::zmq::context context;
    by_hand::zmq::socket  router{context, tenon::pattern::router};
    auto const            where = router.bind("127.0.0.1");
    router.disown();
    std::jthread const         server{[&](std::stop_token over) { serve_texts(router, over); }};
    std::vector<std::uint64_t> wrong_outcomes;
    std::uint64_t              n = 1;
    for (bool failed = true; failed && n < 1000 && wrong_outcomes.empty(); ++n) {
        weighing_app::fails    = n;
        weighing_app::outcomes = 0;
        weighing_app::too_late = false;
        using process          = tenon::process<weighing_app, tenon::launch::here, tenon::transport::zmq>;
        tenon::run<process>(tenon::connect(weighing_app::out, where));
        failed = memory::out;
        memory::fail_at(0);
        if (weighing_app::outcomes != 1 || weighing_app::too_late) wrong_outcomes.push_back(n);
    }
    CHECK(n > 5);
    CHECK(n < 1000);
    CHECK(wrong_outcomes.empty());
}

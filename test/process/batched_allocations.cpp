// Packing and unpacking allocate nothing in the steady state but libzmq's one block for each batch.
#include "catch.hpp"
#include "counting_malloc.hpp"
#include "own_links.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace {

struct job {
    int         number;
    std::string text;
};
using work = tenon::protocol<tenon::command<job>>;

/// Pushes to itself, in rounds of one batch each; counts from the second half on.
struct steady_app {
    static constexpr int at_once = 64, rounds = 1000;

    static constexpr auto out   = tenon::push<"out", work, tenon::batched<at_once>>;
    static constexpr auto in    = tenon::pull<"in", work, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(out, in);

    static inline std::uint64_t used;
    static inline int           arrived;

    job           one{0, std::string(20, 'x')};
    int           round  = 0;
    std::uint64_t before = 0;

    void on(tenon::started const&, auto& process) {
        arrived = 0;
        own_links::link(process, in, out);
        send_round(process);
    }
    void send_round(auto& process) {
        if (++round == rounds / 2) before = allocations;
        for (int i = 0; i < at_once; ++i) process[out].send(one);
    }
    void on(job const&, auto& process) {
        if (++arrived % at_once != 0) return;
        if (round < rounds) return send_round(process);
        used = allocations - before;
        process.stop();
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a batch costs one allocation, that of its frame", "[allocations][batched]", tenon::codec::json,
                   tenon::codec::msgpack, tenon::codec::binary) {
    using process = tenon::process<steady_app, tenon::launch::here, TestType, tenon::transport::zmq>;
    CHECK(tenon::run<process>(tenon::unlinked(steady_app::out), tenon::unlinked(steady_app::in)) == 0);
    CHECK(steady_app::arrived == steady_app::at_once * steady_app::rounds);
    CHECK(steady_app::used == (COUNTED ? steady_app::rounds / 2 + 1 : 0));

    // The counter counts: otherwise all of this would mean nothing.
    auto const before = allocations;
    auto const text   = std::make_unique<std::string>(100, 'x');
    CHECK(allocations - before == (COUNTED ? 2 : 0));
}

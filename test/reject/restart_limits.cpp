// Limits of restarts that make no sense are found while compiling.
#include <tenon/launch/fork.hpp>
#include <tenon/launch/supervised.hpp>

struct body {
    int operator()(tenon::launch::readiness& ready) { return ready.ready(), 0; }
};

using namespace std::chrono_literals;

#ifdef REJECT
// expect: backoff_max at least backoff
// expect: launch::restart
constexpr tenon::launch::restart limits{.backoff = 10s, .backoff_max = 1s};
#else
constexpr tenon::launch::restart limits{.backoff = 1s, .backoff_max = 10s};
#endif

int main() { return tenon::launch::supervised<tenon::launch::fork, limits>::start(body{}).join(); }

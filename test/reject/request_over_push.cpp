// Nothing comes back from a PULL socket, so a push port cannot ask.
#include <tenon/protocol/check.hpp>

struct job {};
struct done {};

#ifdef REJECT
// expect: this port's pattern cannot carry a request
// expect: \bworks_app\b
// expect: \bjob\b
using work = tenon::protocol<tenon::request<job, done>>;
#else
using work = tenon::protocol<tenon::command<job>>;
#endif

struct works_app {
    static constexpr auto jobs  = tenon::push<"jobs", work>;
    static constexpr auto ports = tenon::ports(jobs);
};

static_assert(tenon::detail::check_ports<works_app>::value);

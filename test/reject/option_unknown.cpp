// A port takes options that ports know.
#include <tenon/protocol/check.hpp>

struct job {};
using work = tenon::protocol<tenon::command<job>>;

struct carefully {};

struct works_app {
#ifdef REJECT
    // expect: this is no port option
    // expect: \bworks_app\b
    // expect: jobs
    // expect: \bcarefully\b
    static constexpr auto jobs = tenon::push<"jobs", work, carefully>;
#else
    static constexpr auto jobs = tenon::push<"jobs", work, tenon::overload::drop_oldest<10>>;
#endif
    static constexpr auto ports = tenon::ports(jobs);
};

static_assert(tenon::detail::check_ports<works_app>::value);

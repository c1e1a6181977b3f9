// Two options of one kind contradict each other.
#include <tenon/protocol/check.hpp>

struct job {};
using work = tenon::protocol<tenon::command<job>>;

struct works_app {
#ifdef REJECT
    // expect: this port has two options of the same kind
    // expect: \bworks_app\b
    // expect: drop_oldest
    // expect: overload::fail
    static constexpr auto jobs = tenon::push<"jobs", work, tenon::overload::drop_oldest<10>, tenon::overload::fail>;
#else
    static constexpr auto jobs = tenon::push<"jobs", work, tenon::high_water_mark<5>, tenon::overload::fail>;
#endif
    static constexpr auto ports = tenon::ports(jobs);
};

static_assert(tenon::detail::check_ports<works_app>::value);

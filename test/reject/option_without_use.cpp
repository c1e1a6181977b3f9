// A port that only receives has no overload policy: the sender's port has it.
#include <tenon/protocol/check.hpp>

struct job {};
using work = tenon::protocol<tenon::command<job>>;

struct works_app {
#ifdef REJECT
    // expect: this port takes no overload option
    // expect: \bworks_app\b
    // expect: \bjobs\b
    static constexpr auto jobs = tenon::pull<"jobs", work, tenon::overload::drop_oldest<10>>;
#else
    static constexpr auto jobs = tenon::pull<"jobs", work, tenon::high_water_mark<10>>;
#endif
    static constexpr auto ports = tenon::ports(jobs);
};

static_assert(tenon::detail::check_ports<works_app>::value);

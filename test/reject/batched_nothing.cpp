// A batch holds at least one message.
#include <tenon/protocol/check.hpp>

struct job {};
using work = tenon::protocol<tenon::command<job>>;

struct works_app {
#ifdef REJECT
    // expect: a batch needs room and time for a message
    static constexpr auto jobs = tenon::push<"jobs", work, tenon::batched<0>>;
#else
    static constexpr auto jobs = tenon::push<"jobs", work, tenon::batched<1>>;
#endif
    static constexpr auto ports = tenon::ports(jobs);
};

static_assert(tenon::detail::check_ports<works_app>::value);

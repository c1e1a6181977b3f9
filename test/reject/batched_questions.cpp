// Only streams can be batched: a question and its answer travel alone.
#include <tenon/protocol/check.hpp>

struct ask {};
struct told {};
struct job {};
using talk = tenon::protocol<tenon::request<ask, told>, tenon::command<job>>;

struct works_app {
#ifdef REJECT
    // expect: this port cannot batch
    // expect: push, pub, xpub and dealer
    // expect: \bworks_app\b
    // expect: \bdesk\b
    static constexpr auto desk = tenon::rep<"desk", talk, tenon::batched<>>;
#else
    static constexpr auto desk = tenon::router<"desk", talk, tenon::batched<>>;
#endif
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<works_app>::value);

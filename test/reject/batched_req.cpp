// A req port asks, so it has nothing to batch; a dealer port batches its commands.
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
    static constexpr auto desk = tenon::req<"desk", talk, tenon::batched<>>;
#else
    static constexpr auto desk = tenon::dealer<"desk", talk, tenon::batched<>>;
#endif
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<works_app>::value);

// A batch is one frame, so what has frames of its own cannot be in it.
#include <tenon/message/attachment.hpp>
#include <tenon/protocol/check.hpp>

struct photo {
    int               number;
    tenon::attachment picture;
};
struct over {};
using work = tenon::protocol<tenon::command<photo>, tenon::command<over>>;

struct works_app {
#ifdef REJECT
    // expect: this message has attachments, and this port is tenon::batched
    // expect: send it through a port that does not batch
    // expect: \bworks_app\b
    // expect: \bdesk\b
    // expect: \bphoto\b
    static constexpr auto desk = tenon::push<"desk", work, tenon::batched<>>;
#else
    static constexpr auto desk = tenon::push<"desk", work>;
#endif
    static constexpr auto ports = tenon::ports(desk);
};

static_assert(tenon::detail::check_ports<works_app>::value);

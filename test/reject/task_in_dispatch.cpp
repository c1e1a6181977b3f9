// The step from a message to its handler cannot wait.
#include <tenon/dispatch/dispatch.hpp>
#include <tenon/process/task.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk = tenon::rep<"front_desk", talk>;

#ifdef REJECT
    // expect: dispatch\(\) cannot wait for a coroutine
    // expect: \bshop_app\b
    tenon::task<receipt> on(order const& o) { co_return {o.id}; }
#else
    receipt on(order const& o) { return {o.id}; }
#endif
};

auto take(shop_app& app, tenon::incoming<decltype(shop_app::desk)> const& message) {
    return tenon::dispatch(app, app.desk, message);
}

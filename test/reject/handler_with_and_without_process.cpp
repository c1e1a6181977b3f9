// With and without the process argument: which one is meant?
#include <tenon/dispatch/dispatch.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};
struct close {};

using talk = tenon::protocol<tenon::request<order, receipt>, tenon::command<close>>;

struct shop_app {
    static constexpr auto desk = tenon::rep<"front_desk", talk>;

#ifdef REJECT
    // expect: this app has several handlers for this message
    // expect: \bshop_app\b
    // expect: front_desk
    // expect: \border\b
    receipt on(order const& o) { return {o.id}; }
    receipt on(order const& o, auto&) { return {o.id + 1}; }
    void    on(close const&) {}
#else
    receipt on(order const& o) { return {o.id}; }
    void    on(close const&) {}
#endif
};

auto take(shop_app& app, tenon::incoming<decltype(shop_app::desk)> const& message) {
    return tenon::dispatch(app, app.desk, message);
}

// Nobody waits for an answer to a command.
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
    // expect: this handler takes a message that nobody answers
    // expect: \bshop_app\b
    // expect: front_desk
    // expect: \bclose\b
    receipt on(order const& o) { return {o.id}; }
    receipt on(close const&) { return {0}; }
#else
    receipt on(order const& o) { return {o.id}; }
    void    on(close const&) {}
#endif
};

auto take(shop_app& app, tenon::incoming<decltype(shop_app::desk)> const& message) {
    return tenon::dispatch(app, app.desk, message);
}

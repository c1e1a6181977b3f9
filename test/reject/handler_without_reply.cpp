// A handler of a question returns a reply.
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
    // expect: this handler returns something else than the reply that the protocol declares
    // expect: \bshop_app\b
    // expect: front_desk
    // expect: \border\b
    void on(order const&) {}
    void on(close const&) {}
#else
    receipt on(order const& o) { return {o.id}; }
    void    on(close const&) {}
#endif
};

auto take(shop_app& app, tenon::incoming<decltype(shop_app::desk)> const& message) {
    return tenon::dispatch(app, app.desk, message);
}

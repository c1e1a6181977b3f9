// A handler is called from outside of its app.
#include <tenon/dispatch/dispatch.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

class shop_app {
public:
    static constexpr auto desk = tenon::rep<"front_desk", talk>;

#ifdef REJECT
private:
#endif
    // expect: public `on
    // expect: \bshop_app\b
    // expect: front_desk
    // expect: \border\b
    receipt on(order const& o) { return {o.id}; }
};

auto take(shop_app& app, tenon::incoming<decltype(shop_app::desk)> const& message) {
    return tenon::dispatch(app, app.desk, message);
}

// An app with a configuration is started with one.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};
struct closing {};
struct stranger {};

using talk = tenon::protocol<tenon::request<order, receipt>, tenon::command<closing>>;

struct shop_app {
    struct config {
        int first_receipt;
    };

    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    config settings;

    receipt on(order const& o) { return {o.id + settings.first_receipt}; }
    void    on(closing const&, auto& process) { process.stop(); }
};

int main() {
#ifdef REJECT
    // expect: this app has a `config`: start<process>\(config, links...\) takes it first
    // expect: \bshop_app\b
    return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1"));
#else
    return tenon::run<tenon::process<shop_app>>(shop_app::config{1},
                                                tenon::bind(shop_app::desk, "127.0.0.1"));
#endif
}

// A configuration travels to the process like a message.
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
#ifdef REJECT
    // expect: a field of this message is a raw pointer
    // expect: shop_app::config
    struct config {
        int         first_receipt;
        char const* name;
    };
#else
    struct config {
        int         first_receipt;
        std::string name;
    };
#endif

    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    config settings;

    receipt on(order const& o) { return {o.id + settings.first_receipt}; }
    void    on(closing const&, auto& process) { process.stop(); }
};

int main() {
    return tenon::run<tenon::process<shop_app>>(shop_app::config{1, "corner"},
                                                tenon::bind(shop_app::desk, "127.0.0.1"));
}

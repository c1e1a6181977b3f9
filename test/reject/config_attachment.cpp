// A configuration has no frames behind it in which attachments could travel.
#include <tenon/message/attachment.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstddef>
#include <vector>

struct order {
    int id;
};
using talk = tenon::protocol<tenon::command<order>>;

struct shop_app {
#ifdef REJECT
    // expect: a `config` has no attachments
    // expect: shop_app
    struct config {
        tenon::attachment sign;
    };
#else
    struct config {
        std::vector<std::byte> sign;
    };
#endif

    static constexpr auto desk  = tenon::pull<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

    config settings;

    void on(order const&, auto& process) { process.stop(); }
};

int main() {
    return tenon::run<tenon::process<shop_app>>(shop_app::config{}, tenon::bind(shop_app::desk, "127.0.0.1"));
}

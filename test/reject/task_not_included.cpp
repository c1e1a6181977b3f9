// A handler that is a coroutine needs a header that is not part of the umbrella: the first error says which.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

struct shop_app {
    static constexpr auto desk  = tenon::rep<"front_desk", talk>;
    static constexpr auto ports = tenon::ports(desk);

#ifdef REJECT
    // expect: (?s)\A((?!error:).)*error: [^\n]*a tenon::task needs its header: include <tenon/process/task.hpp>
    // expect: tenon::task<receipt>
    tenon::task<receipt> on(order const& o, auto& process) {
        process.stop();
        co_return receipt{o.id};
    }
#else
    receipt on(order const& o, auto& process) {
        process.stop();
        return {o.id};
    }
#endif
};

int main() { return tenon::run<tenon::process<shop_app>>(tenon::bind(shop_app::desk, "127.0.0.1")); }

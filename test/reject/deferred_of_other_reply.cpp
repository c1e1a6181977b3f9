// An answer that is put off is the declared one too.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct ping {};
struct pong {};
struct other {};
struct what {};
using talk = tenon::protocol<tenon::request<ping, pong>, tenon::request<what, other>>;

struct table_app {
    static constexpr auto balls = tenon::rep<"balls", talk>;
    static constexpr auto ports = tenon::ports(balls);

    other on(what const&) { return {}; }
#ifdef REJECT
    // expect: this handler returns something else than the reply that the protocol declares
    // expect: \btable_app\b
    // expect: \bping\b
    tenon::deferred<other> on(ping const&, auto& process) {
        return process[balls].defer(what{}, [](tenon::promise<other>) {});
    }
#else
    tenon::deferred<pong> on(ping const& p, auto& process) {
        return process[balls].defer(p, [](tenon::promise<pong>) {});
    }
#endif
};

int main() { return tenon::run<tenon::process<table_app>>(tenon::bind(table_app::balls, "127.0.0.1")); }

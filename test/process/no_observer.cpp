// A process with ports of several patterns, compiled by no_observer.py with one observer after the other.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>

// Defined nowhere: they show in the object file if something calls them.
void marked_sent();
void marked_received();
void marked_handled();
void marked_connection();

namespace tenon::observer {

/// What observers were before they could be told more than incidents. As long as `none`, so that mangled names differ
/// in nothing but these four letters.
struct bare {
    using policy_kind = kind::observer;
    void dropped(incident const&) noexcept {}
};

/// Is told everything.
struct full {
    using policy_kind = kind::observer;
    void dropped(incident const&) noexcept {}
    void sent(traffic const&) noexcept { marked_sent(); }
    void received(traffic const&) noexcept { marked_received(); }
    void handled(traffic const&, std::chrono::nanoseconds) noexcept { marked_handled(); }
    void connection(connection_event const&) noexcept { marked_connection(); }
};

}  // namespace tenon::observer

namespace {

struct ping { int count; };
struct pong { int count; };
struct stop {};

using talk = tenon::protocol<tenon::request<ping, pong>, tenon::command<stop>>;
using jobs = tenon::protocol<tenon::command<ping>>;

struct app {
    static constexpr auto requests = tenon::rep<"requests", talk>;
    static constexpr auto upstream = tenon::req<"upstream", talk>;
    static constexpr auto work     = tenon::pull<"work", jobs>;
    static constexpr auto results  = tenon::push<"results", jobs>;
    static constexpr auto ports    = tenon::ports(requests, upstream, work, results);

    pong on(ping const& p) { return {p.count}; }
    void on(decltype(work), ping const& p, auto& process) {
        process[results].send(p);
        process[upstream].request(p, std::chrono::seconds{1}, [](tenon::result<pong> const&) {});
    }
    void on(stop const&, auto& process) { process.stop(); }
};

}  // namespace

int main() {
    using process = tenon::process<app, tenon::transport::zmq, tenon::observer::OBSERVER>;
    return tenon::run<process>(tenon::bind(app::requests, "127.0.0.1"), tenon::unlinked(app::upstream),
                               tenon::unlinked(app::work), tenon::unlinked(app::results));
}

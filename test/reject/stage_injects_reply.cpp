// A reply belongs to its question: it is given to that, and not said by itself.
#include <tenon/tenon.hpp>
#include <tenon/testing/stage.hpp>

struct ping {
    int count;
};
struct pong {
    int count;
};
using talk = tenon::protocol<tenon::request<ping, pong>>;

struct asker {
    static constexpr auto out   = tenon::req<"out", talk>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        process[out].request(ping{1}, std::chrono::seconds{1}, [](tenon::result<pong>) {});
    }
};

int main() {
    tenon::testing::stage<tenon::process<asker>> on;
#ifdef REJECT
    // expect: no peer of this port sends this message by itself
    // expect: \bpong\b
    on.inject(asker::out, pong{1});
#else
    on.expect<ping>().from(asker::out).answer(pong{1});
#endif
}

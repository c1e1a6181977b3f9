// A recorder checks what is sent as a process does.
#include <tenon/tenon.hpp>
#include <tenon/testing/recorder.hpp>

struct job {
    int number;
};
struct rest {};
using jobs = tenon::protocol<tenon::command<job>>;

struct source {
    static constexpr auto out   = tenon::push<"out", jobs>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
#ifdef REJECT
        // expect: this message is not declared in the port's protocol
        // expect: \brest\b
        process[out].send(rest{});
#else
        process[out].send(job{1});
#endif
    }
};

int main() {
    source                   app;
    tenon::testing::recorder process{app};
    app.on(tenon::started{}, process);
    return static_cast<int>(process[source::out].sent().size());
}

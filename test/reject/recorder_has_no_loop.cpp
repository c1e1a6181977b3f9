// A handler that watches something beside the ports needs a process.
#include <tenon/tenon.hpp>
#include <tenon/testing/recorder.hpp>

struct job {
    int number;
};
using jobs = tenon::protocol<tenon::command<job>>;

struct source {
    static constexpr auto out   = tenon::push<"out", jobs>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
#ifdef REJECT
        // expect: a recorder has no loop for sockets and descriptors beside the ports
        // expect: \bsource\b
        process.loop();
        // expect: a port of a recorder has no socket
        process[out].socket();
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

// A handler for `started` that forgot the const would never be called.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

// expect: without the const the handler would never be called

struct app {
#ifdef REJECT
    void on(tenon::started&, auto& process) { process.stop(); }
#else
    void on(tenon::started const&, auto& process) { process.stop(); }
#endif
};

int main() { return tenon::run<tenon::process<app>>(); }

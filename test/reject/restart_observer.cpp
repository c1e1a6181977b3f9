// A misspelled member of an observer would never be called.
#include <tenon/launch/fork.hpp>
#include <tenon/launch/supervised.hpp>

struct body {
    int operator()(tenon::launch::readiness& ready) { return ready.ready(), 0; }
};

struct observer {
    void crashed(tenon::launch::restart_report const&) {}
    void restarted(tenon::launch::restart_report const&) {}
#ifdef REJECT
    // expect: the observer is default-constructible and has
    // expect: \bobserver\b
    void gives_up(tenon::launch::restart_report const&) {}
#else
    void gave_up(tenon::launch::restart_report const&) {}
#endif
};

using launcher = tenon::launch::supervised<tenon::launch::fork, tenon::launch::restart{.times = 3}, observer>;

int main() { return launcher::start(body{}).join(); }

// A thread that crashes takes the program with it: there is nothing that could start it again.
#include <tenon/launch/supervised.hpp>
#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct shop_app {
    void on(tenon::started const&, auto& process) { process.stop(); }
};

#ifdef REJECT
// expect: restarts processes: Inner is launch::fork or launch::spawn
// expect: launch::thread
using launcher = tenon::launch::supervised<tenon::launch::thread>;
#else
using launcher = tenon::launch::supervised<tenon::launch::fork>;
#endif

int main() { return tenon::start<tenon::process<shop_app, launcher>>().join(); }

// A client blocks, and nothing may block in virtual time.
#include <tenon/tenon.hpp>
#include <tenon/transport/sim.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};
struct receipt {
    int id;
};

using talk = tenon::protocol<tenon::request<order, receipt>>;

int main() {
#ifdef REJECT
    // expect: a client blocks until the reply is there, and nothing may block on a simulated transport
    // expect: let a process with a `req` port ask
    using transport = tenon::transport::sim;
#else
    using transport = tenon::transport::zmq;
#endif
    tenon::client<talk, transport> server{"127.0.0.1:5678"};
}

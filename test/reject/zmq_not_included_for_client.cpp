// A client over ZeroMQ needs its header, too.
#include <tenon/tenon.hpp>

#ifdef REJECT
// expect: this is no transport; for tenon::transport::zmq add #include <tenon/transport/zmq.hpp>
// nothing more is included
#else
#include <tenon/transport/zmq.hpp>
#endif

struct order {
    int id;
};
struct receipt {
    int id;
};
struct closing {};
struct stranger {};

using talk = tenon::protocol<tenon::request<order, receipt>, tenon::command<closing>>;

int main() {
    tenon::client<talk, tenon::codec::json, tenon::transport::zmq> server{"127.0.0.1:5678"};
    return server.request(order{1}).id;
}

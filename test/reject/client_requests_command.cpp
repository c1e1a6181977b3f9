// Nobody answers a command.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

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

#ifdef REJECT
    // expect: this message is a command, which nobody answers; use send\(\) instead of request\(\)
    // expect: \bclosing\b
    server.request(closing{});
#else
    server.send(closing{});
#endif
}

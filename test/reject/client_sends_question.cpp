// A question has a reply, which wants to be received.
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
    // expect: this message asks for a reply; use request\(\) instead of send\(\)
    // expect: \border\b
    server.send(order{1});
#else
    static_cast<void>(server.request(order{1}));
#endif
}

// A client asks only what the protocol declares.
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
    // expect: this message is not declared in the port's protocol
    // expect: \bstranger\b
    // expect: add request<Message, Reply> to it
    static_cast<void>(server.request(stranger{}));
#else
    static_cast<void>(server.request(order{1}));
#endif
}

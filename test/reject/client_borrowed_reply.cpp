// A reply that borrows would refer to a frame that is gone.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

struct order {
    int id;
};

#ifdef REJECT
// expect: this reply borrows from the received frame
// expect: \border\b
struct receipt {
    std::string_view text;
};
#else
struct receipt {
    std::string text;
};
#endif

using talk = tenon::protocol<tenon::request<order, receipt>>;

int main() {
    tenon::client<talk, tenon::codec::json, tenon::transport::zmq> server{"127.0.0.1:5678"};
    auto const got = server.request(order{1});
    return got.text.empty();
}

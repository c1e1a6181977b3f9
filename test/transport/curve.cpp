// CURVE on bare sockets: who is known at the door comes in.
#include "support.hpp"

#include <tenon/transport/zmq/admission.hpp>

using namespace support;
using tenon::security::make_key_pair;

namespace {

/// Whether a client comes in whose key is `known` at the door.
bool talks(bool known) {
    namespace libzmq = tenon::transport::libzmq;
    auto const   server_pair = make_key_pair();
    auto const   client_pair = make_key_pair();
    zmq::context context;

    libzmq::admission           door{context};
    zmq::socket                 server{context, pattern::pull};
    tenon::security::curve_keys keys{.own = server_pair};
    if (known) keys.clients.push_back(client_pair.public_part);
    door.guard(server, "desk", keys);
    zmq::socket client{context, pattern::push};
    libzmq::join_curve(client, client_pair, server_pair.public_part);
    zmq::monitor at_client{context, client};
    client.connect(server.bind(tenon::address{"127.0.0.1"}));

    for (;;) {
        std::vector<zmq::poll_item> items{zmq::poll_item{at_client.socket(), POLLIN},
                                          zmq::poll_item{door.socket(), POLLIN}};
        REQUIRE(context.wait(items, patience) > 0);
        door.answer(64);
        while (auto const event = at_client.next()) {
            if (event->what == tenon::connection_change::handshake_succeeded) return true;
            if (is_handshake_failure(event->what) || event->what == tenon::connection_change::disconnected)
                return false;
        }
    }
}

}  // namespace

TEST_CASE("a client with a known key comes in", "[curve]") { CHECK(talks(true)); }
TEST_CASE("a client with another key does not", "[curve]") { CHECK(!talks(false)); }

TEST_CASE("a context has one door", "[curve]") {
    zmq::context                           context;
    tenon::transport::libzmq::admission const first{context};
    REQUIRE_THROWS_AS(tenon::transport::libzmq::admission{context}, tenon::error);
}

// CURVE on bare sockets: a server's question about a client has an answer, or nobody comes in.
#include "support.hpp"

#include <tenon/transport/zmq/admission.hpp>

using namespace support;
using tenon::security::make_key_pair;

namespace {

/// Whether a client comes in. With `with_admission` somebody is asked about it, and lets it in if it is `known`.
bool talks(bool with_admission, bool known) {
    namespace libzmq = tenon::transport::libzmq;
    auto const   server_pair = make_key_pair();
    auto const   client_pair = make_key_pair();
    zmq::context context;

    std::optional<libzmq::admission> door;
    if (with_admission) {
        door.emplace(context);
        tenon::security::curve_keys keys{.own = server_pair};
        if (known) keys.clients.push_back(client_pair.public_part);
        door->admit("desk", keys);
    }
    zmq::socket server{context, pattern::pull};
    libzmq::serve_curve(server, server_pair, "desk");
    zmq::socket client{context, pattern::push};
    libzmq::join_curve(client, client_pair, server_pair.public_part);
    zmq::monitor at_client{context, client};
    client.connect(server.bind(tenon::address{"127.0.0.1"}));

    for (;;) {
        std::vector<zmq::poll_item> items{zmq::poll_item{at_client.socket(), POLLIN}};
        if (door) items.emplace_back(door->socket(), POLLIN);
        REQUIRE(context.wait(items, patience) > 0);
        if (door) door->answer(64);
        while (auto const event = at_client.next()) {
            if (event->what == tenon::connection_change::handshake_succeeded) return true;
            if (is_handshake_failure(event->what) || event->what == tenon::connection_change::disconnected)
                return false;
        }
    }
}

}  // namespace

TEST_CASE("a client with a known key comes in", "[curve]") { CHECK(talks(true, true)); }
TEST_CASE("a client with another key does not", "[curve]") { CHECK(!talks(true, false)); }
TEST_CASE("nobody is let in where nobody can be asked", "[curve]") { CHECK(!talks(false, true)); }

TEST_CASE("a context has one door", "[curve]") {
    zmq::context                           context;
    tenon::transport::libzmq::admission const first{context};
    REQUIRE_THROWS_AS(tenon::transport::libzmq::admission{context}, tenon::error);
}

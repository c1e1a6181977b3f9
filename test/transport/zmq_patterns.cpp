#include "support.hpp"

using namespace support;
using tenon::address;

static_assert(tenon::transport::is_transport<zmq>);

namespace {

struct pairing {
    pattern binds;
    pattern connects;
};

// Sends through the pair as its patterns allow: there, and back where there is a way back.
void converse(zmq::socket& binds, zmq::socket& connects) {
    switch (binds.pattern()) {
        case pattern::rep:
            must_send(connects, "question");
            CHECK(receive(binds) == "question");
            must_send(binds, "answer");
            CHECK(receive(connects) == "answer");
            break;
        case pattern::router: {
            must_send(connects, "question");
            auto const parts = receive_all(binds);
            REQUIRE(parts.size() == 2);
            CHECK(parts[1] == "question");
            must_send(binds, parts[0], true);
            must_send(binds, "answer");
            CHECK(receive(connects) == "answer");
            break;
        }
        case pattern::pull:
            must_send(connects, "item");
            CHECK(receive(binds) == "item");
            break;
        case pattern::xpub:
            connects.subscribe(tenon::as_bytes("news"));
            CHECK(receive(binds) == std::string("\1news", 5));
            must_send(binds, "other");
            must_send(binds, "news!");
            CHECK(receive(connects) == "news!");
            connects.unsubscribe(tenon::as_bytes("news"));
            CHECK(receive(binds) == std::string("\0news", 5));
            break;
        case pattern::sub: {
            binds.subscribe({});
            std::string got;
            for (int i = 0; i < 500 && got.empty(); ++i) {  // until the subscription has arrived
                must_send(connects, "tick");
                if (zmq::wait(binds, POLLIN, 20ms)) got = receive(binds);
            }
            CHECK(got == "tick");
            break;
        }
        default:
            must_send(connects, "one way");
            CHECK(receive(binds) == "one way");
            must_send(binds, "and back");
            CHECK(receive(connects) == "and back");
    }
}

bool has_ipv6() {
    zmq::context context;
    zmq::socket  probe{context, pattern::pair};
    try {
        probe.bind("::1");
        return true;
    } catch (tenon::error const&) {
        return false;
    }
}

}  // namespace

TEST_CASE("a pair of every pattern talks over tcp, ipc and inproc") {
    auto const p = GENERATE(
        pairing{pattern::rep, pattern::req}, pairing{pattern::router, pattern::dealer},
        pairing{pattern::dealer, pattern::dealer}, pairing{pattern::pull, pattern::push},
        pairing{pattern::sub, pattern::pub}, pairing{pattern::xpub, pattern::sub},
        pairing{pattern::xpub, pattern::xsub}, pairing{pattern::pair, pattern::pair});
    auto const          number = GENERATE(0, 1, 2);
    temporary_directory here;
    address const       wanted[] = {"127.0.0.1", "ipc://" + here.path + "/socket", "inproc://somewhere"};
    INFO(wanted[number].to_string() << " " << name_of(p.binds) << " " << name_of(p.connects));
    zmq::context context;
    zmq::socket  binds{context, p.binds};
    zmq::socket  connects{context, p.connects};
    auto const   bound = binds.bind(wanted[number]);
    connects.connect(bound);
    converse(binds, connects);
    CHECK(binds.is_open());
    CHECK(binds.pattern() == p.binds);
}

TEST_CASE("a message of many parts arrives whole and in order") {
    zmq::context context;
    zmq::socket  pull{context, pattern::pull};
    zmq::socket  push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    std::vector<std::string> const parts{"", "short", std::string(33, 'v'), std::string(34, 'l'), "",
                                         std::string(100'000, 'x'), ""};
    REQUIRE(zmq::wait(push, POLLOUT, patience));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        zmq::frame part{tenon::as_bytes(parts[i])};
        REQUIRE(push.send(part, i + 1 < parts.size()) == io::done);
        CHECK(part.size() == 0);
    }
    CHECK(receive_all(pull) == parts);
}

TEST_CASE("a send that cannot be done leaves the frame untouched") {
    zmq::context context;
    zmq::socket  push{context, pattern::push};
    zmq::frame   part{tenon::as_bytes("precious")};
    CHECK(push.send(part, false) == io::again);
    CHECK(tenon::as_text(part.view()) == "precious");
    CHECK(push.receive(part) == io::failed);
    zmq::socket rep{context, pattern::rep};
    zmq::frame  reply{tenon::as_bytes("precious")};
    CHECK(rep.send(reply, false) == io::wrong_state);
    CHECK(tenon::as_text(reply.view()) == "precious");
    zmq::socket pull{context, pattern::pull};
    CHECK(pull.receive(part) == io::again);
}

TEST_CASE("a router says when nobody has the identity") {
    zmq::context context;
    zmq::socket  router{context, pattern::router};
    router.bind("127.0.0.1");
    CHECK(send(router, "nobody", true) == io::unroutable);
    socket_options silent;
    silent.router_mandatory = false;
    zmq::socket loses{context, pattern::router, silent};
    CHECK(send(loses, "nobody", true) == io::done);
}

TEST_CASE("a lost reply does not block a requester and a late one does not answer the next request") {
    zmq::context context;
    zmq::socket  router{context, pattern::router};
    zmq::socket  req{context, pattern::req};
    req.connect(router.bind("127.0.0.1"));
    must_send(req, "first");
    auto first = receive_all(router);
    must_send(req, "second");
    auto second = receive_all(router);
    REQUIRE(first.size() == 4);
    REQUIRE(second.size() == 4);
    first.back()  = "reply to first";
    second.back() = "reply to second";
    for (auto const& reply : {first, second})
        for (std::size_t i = 0; i < reply.size(); ++i) must_send(router, reply[i], i + 1 < reply.size());
    CHECK(receive(req) == "reply to second");
}

TEST_CASE("the identity of a socket is the first part at its router") {
    zmq::context   context;
    zmq::socket    router{context, pattern::router};
    socket_options named;
    named.identity = "left";
    zmq::socket dealer{context, pattern::dealer, named};
    dealer.connect(router.bind("127.0.0.1"));
    must_send(dealer, "hello");
    CHECK(receive_all(router) == std::vector<std::string>{"left", "hello"});
    named.identity = std::string(256, 'x');
    CHECK(mentions(refusal(errc::transport_error, [&] { zmq::socket{context, pattern::dealer, named}; }),
                   "identity"));
}

TEST_CASE("the real port comes back from binding to a random one") {
    zmq::context context;
    for (auto const* where : {"127.0.0.1", "127.0.0.1:0", "tcp://127.0.0.1:*", "lo", "localhost"}) {
        INFO(where);
        zmq::socket rep{context, pattern::rep};
        zmq::socket req{context, pattern::req};
        auto const  bound = rep.bind(where);
        CHECK(bound.host() == "127.0.0.1");
        REQUIRE(bound.port());
        req.connect(bound);
        converse(rep, req);
    }
}

TEST_CASE("localhost means the same to both ends") {
    zmq::context context;
    zmq::socket  rep{context, pattern::rep};
    zmq::socket  req{context, pattern::req};
    auto const   port = rep.bind("localhost").port();
    REQUIRE(port);
    req.connect({"localhost", *port});
    converse(rep, req);
}

TEST_CASE("a wildcard that was bound is reached over loopback") {
    zmq::context   context;
    socket_options open;
    open.open_to_network = true;
    zmq::socket rep{context, pattern::rep, open};
    zmq::socket req{context, pattern::req};
    auto const  bound = rep.bind("*");
    CHECK(bound.to_string() == "tcp://0.0.0.0:" + std::to_string(bound.port().value_or(0)));
    req.connect(bound.connectable());
    converse(rep, req);
}

TEST_CASE("IPv6 works over its loopback address") {
    if (!has_ipv6()) return;  // a machine or container without ::1
    zmq::context context;
    zmq::socket  rep{context, pattern::rep};
    zmq::socket  req{context, pattern::req};
    auto const   bound = rep.bind("[::1]:*");
    CHECK(bound.is_ipv6());
    CHECK(bound.port());
    req.connect(bound);
    converse(rep, req);
}

TEST_CASE("a socket binds and connects at several places and lets go of them") {
    temporary_directory here;
    zmq::context        context;
    zmq::socket         pull{context, pattern::pull};
    zmq::socket         push{context, pattern::push};
    auto const          tcp = pull.bind("127.0.0.1");
    auto const          ipc = pull.bind("ipc://" + here.path + "/socket");
    push.connect(tcp);
    must_send(push, "over tcp");
    CHECK(receive(pull) == "over tcp");
    push.disconnect(tcp);
    push.connect(ipc);
    must_send(push, "over ipc");
    CHECK(receive(pull) == "over ipc");
    push.disconnect(ipc);
    pull.unbind(ipc);
    CHECK(!std::filesystem::exists(here.path + "/socket"));
    CHECK(!std::filesystem::exists(here.path + "/socket.lock"));
    pull.unbind(tcp);
    CHECK(mentions(refusal(errc::bad_address, [&] { pull.unbind(tcp); }), "cannot unbind a PULL socket"));
    CHECK(mentions(refusal(errc::bad_address, [&] { push.disconnect(ipc); }), "cannot disconnect"));
}

TEST_CASE("frames own, move, share and replace their bytes") {
    zmq::frame empty;
    CHECK(empty.size() == 0);
    CHECK(empty.view().empty());
    CHECK(!empty.more());
    zmq::frame sized{std::size_t{5}};
    std::memcpy(sized.data(), "hello", 5);
    zmq::frame moved{std::move(sized)};
    CHECK(tenon::as_text(moved.view()) == "hello");
    auto& self = moved;
    moved      = std::move(self);
    CHECK(tenon::as_text(moved.view()) == "hello");
    auto const large = std::string(5000, 'l');
    moved.assign(tenon::as_bytes(large));
    auto const copy = moved.clone();
    CHECK(copy.view().data() == moved.view().data());
    moved.reset();
    CHECK(moved.size() == 0);
    CHECK(tenon::as_text(copy.view()) == large);
    empty = zmq::frame{tenon::as_bytes("x")};
    CHECK(tenon::as_text(empty.view()) == "x");
}

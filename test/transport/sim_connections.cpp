#include "sim_support.hpp"

using namespace support;
using tenon::address;

TEST_CASE("a simulated peer may connect before there is anybody to connect to") {
    auto const   where = GENERATE("tcp://127.0.0.1:5555", "inproc://later");
    sim::context context;
    sim::socket  push{context, pattern::push}, pull{context, pattern::pull};
    push.connect(where);
    CHECK(send(push, "patience") == io::done);
    pass(context, 3s);
    pull.bind(where);
    CHECK(receive(context, pull) == "patience");
}

TEST_CASE("an immediate socket queues for connections that stand only") {
    sim::context   context;
    socket_options options;
    options.immediate = true;
    sim::socket push{context, pattern::push, options}, pull{context, pattern::pull};
    push.connect("127.0.0.1:5555");
    CHECK(send(push, "too early") == io::again);
    CHECK_FALSE(wait(context, push, POLLOUT, 1s));
    pull.bind("127.0.0.1:5555");
    CHECK(wait(context, push, POLLOUT));
    CHECK(send(push, "now") == io::done);
    CHECK(receive(context, pull) == "now");
}

TEST_CASE("the pause between attempts to connect doubles up to its maximum") {
    sim::context   context;
    socket_options options;
    options.reconnect_interval     = 100ms;
    options.reconnect_interval_max = 400ms;
    sim::socket push{context, pattern::push, options}, pull{context, pattern::pull};
    push.connect("127.0.0.1:5555");
    pass(context, 60s);
    pull.bind("127.0.0.1:5555");
    auto const start = context.now();
    CHECK(send(push, "x") == io::done);
    CHECK(receive(context, pull) == "x");
    CHECK(context.now() - start < 501ms);
}

TEST_CASE("a simulated address is taken once and free again after unbind and close") {
    sim::context context;
    sim::socket  a{context, pattern::rep}, b{context, pattern::rep};
    auto const   bound = a.bind("127.0.0.1");
    REQUIRE(bound.port());
    CHECK(a.bind("127.0.0.1").port() != bound.port());
    CHECK(mentions(refusal(errc::address_in_use, [&] { b.bind(bound); }), "cannot bind a REP socket to"));
    a.unbind(bound);
    CHECK(b.bind(bound) == bound);
    b.close();
    b.close();
    CHECK_FALSE(b.is_open());
    CHECK(a.bind(bound) == bound);
    CHECK(mentions(refusal(errc::bad_address, [&] { a.unbind("127.0.0.1:1"); }), "it is not bound there"));
    CHECK(mentions(refusal(errc::bad_address, [&] { a.disconnect("127.0.0.1:1"); }), "it is not connected"));
    CHECK(mentions(refusal(errc::terminated, [&] { b.bind("127.0.0.1"); }), "the socket is closed"));
}

TEST_CASE("a wildcard that was bound in a simulation is reached by every name, with the word for it only") {
    sim::context   context;
    socket_options open;
    sim::socket    careful{context, pattern::pull};
    CHECK(mentions(refusal(errc::bad_address, [&] { careful.bind("*:5555"); }), "open to the network"));
    open.open_to_network = true;
    sim::socket pull{context, pattern::pull, open}, push{context, pattern::push}, other{context, pattern::push};
    auto const  bound = pull.bind("*:5555");
    CHECK(bound.to_string() == "tcp://0.0.0.0:5555");
    push.connect(bound.connectable());
    other.connect("server.example:5555");
    CHECK(send(push, "a") == io::done);
    CHECK(send(other, "b") == io::done);
    pass(context, 10ms);
    CHECK(take_all(pull).size() == 2);
    CHECK(mentions(refusal(errc::address_in_use, [&] { careful.bind("127.0.0.1:5555"); }), "in use"));
}

TEST_CASE("inproc names belong to one context and all other addresses to the network") {
    auto const   world = std::make_shared<sim::network>(7);
    sim::context one{*world}, two{*world};
    sim::socket  a{one, pattern::pull}, b{two, pattern::pull}, push{two, pattern::push};
    a.bind("inproc://x");
    b.bind("inproc://x");
    push.connect("inproc://x");
    CHECK(send(push, "near") == io::done);
    CHECK(take(b) == "near");  // at once
    CHECK(take(a) == "(nothing)");
    sim::socket far{two, pattern::push};
    far.connect(a.bind("127.0.0.1"));
    CHECK(send(far, "far") == io::done);
    CHECK(receive(one, a) == "far");
}

TEST_CASE("a socket that closes sends what waits for as long as it lingers") {
    auto const     linger = GENERATE(0ms, 500ms, 60'000ms);
    sim::context   context;
    socket_options options;
    options.linger = linger;
    sim::socket pull{context, pattern::pull};
    {
        sim::socket push{context, pattern::push, options};
        push.connect("127.0.0.1:5555");
        CHECK(fill(push, "x", 10) == 10);
    }
    pass(context, 5s);
    pull.bind("127.0.0.1:5555");
    pass(context, 20s);
    CHECK(take_all(pull).size() == (linger == 60'000ms ? 10u : 0u));
}

TEST_CASE("what is on its way when a socket closes arrives, also without lingering") {
    sim::context   context;
    socket_options options;
    options.linger = 0ms;
    sim::socket pull{context, pattern::pull};
    auto const  where = pull.bind("127.0.0.1");
    {
        sim::socket push{context, pattern::push, options};
        push.connect(where);
        pass(context, 10ms);
        CHECK(fill(push, "x", 10) == 10);
    }
    pass(context, 10ms);
    CHECK(take_all(pull).size() == 10);
}

TEST_CASE("what had arrived when the peer went can still be received") {
    sim::context context;
    sim::socket  push{context, pattern::push};
    auto         pull  = std::make_unique<sim::socket>(context, pattern::pull);
    auto const   where = pull->bind("127.0.0.1");
    push.connect(where);
    CHECK(fill(push, "x", 5) == 5);
    pass(context, 10ms);
    push.close();
    pass(context, 10ms);
    CHECK(take_all(*pull).size() == 5);
}

TEST_CASE("a client keeps what waits over a lost connection and loses what was on its way") {
    sim::context   context;
    socket_options options;
    options.receive_hwm = 3;
    options.send_hwm    = 5;
    sim::socket push{context, pattern::push, options};
    auto        pull  = std::make_unique<sim::socket>(context, pattern::pull, options);
    auto const  where = pull->bind("127.0.0.1");
    push.connect(where);
    pass(context, 10ms);
    CHECK(fill(push) == 5);
    pass(context, 1us);
    CHECK(fill(push) == 3);  // three are on their way, five wait
    *pull = sim::socket{context, pattern::pull, options};
    pull->bind(where);
    pass(context, 5s);
    std::size_t got = 0;
    while (wait(context, *pull, POLLIN, 10ms)) got += take_all(*pull).size();
    CHECK(got == 5);
}

TEST_CASE("disconnect and unbind end the connections that they made") {
    sim::context context;
    sim::socket  a{context, pattern::pull}, b{context, pattern::pull}, push{context, pattern::push};
    auto const   first = a.bind("127.0.0.1"), second = b.bind("127.0.0.1");
    push.connect(first);
    pass(context, 10ms);
    push.disconnect(first);
    CHECK(send(push, "to nobody") == io::again);
    push.connect(second);
    pass(context, 10ms);
    CHECK(send(push, "to b") == io::done);
    CHECK(receive(context, b) == "to b");
    b.unbind(second);
    pass(context, 10ms);
    CHECK(fill(push, "x", 3) == 3);  // for when it comes back
    pass(context, 1s);
    CHECK(take(b) == "(nothing)");
    b.bind(second);
    pass(context, 10s);
    CHECK(take_all(b).size() == 3);
}

TEST_CASE("a part beyond the receiver's limit ends the connection and is not delivered") {
    sim::context   context;
    socket_options options;
    options.max_message_size = 1000;
    sim::socket pull{context, pattern::pull, options}, push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    CHECK(send(push, std::string(1000, 'x')) == io::done);
    CHECK(receive(context, pull).size() == 1000);
    CHECK(send(push, std::string(1001, 'x')) == io::done);
    pass(context, 10ms);
    CHECK(take(pull) == "(nothing)");
    pass(context, 1s);
    CHECK(send(push, "small") == io::done);
    CHECK(receive(context, pull) == "small");
}

TEST_CASE("the end of a simulated context ends its sockets' calls") {
    auto        context = std::make_unique<sim::context>();
    sim::socket pull{*context, pattern::pull};
    context.reset();
    sim::frame part;
    CHECK(pull.receive(part) == io::terminated);
    CHECK(pull.is_open());
}

TEST_CASE("a wait in a simulation tells when it can have no end, or waits for a closed socket") {
    sim::context   context;
    sim::socket    pull{context, pattern::pull};
    sim::poll_item item{pull, POLLIN};
    CHECK(mentions(refusal(errc::transport_error, [&] { context.wait({&item, 1}, tenon::transport::forever); }),
                   "nothing is left that could "));
    pull.close();
    CHECK(mentions(refusal(errc::transport_error, [&] { context.wait({&item, 1}, 0s); }), "was closed"));
    CHECK(mentions(refusal(errc::transport_error, [] { sim::poll_item{0, POLLIN}; }), "cannot watch a descriptor"));
    socket_options options;
    options.identity = std::string(256, 'x');
    auto const open = [&] { sim::socket{context, pattern::dealer, options}; };
    CHECK(mentions(refusal(errc::transport_error, open), "identity"));
}

TEST_CASE("a monitor tells what happens to the connections of a simulated socket, in libzmq's order") {
    using change   = tenon::connection_change;
    auto const all = [](sim::monitor& from) {
        std::vector<change> changes;
        while (auto const report = from.next()) changes.push_back(report->what);
        return changes;
    };
    sim::context context;
    sim::socket  pull{context, pattern::pull}, push{context, pattern::push};
    sim::monitor binds{context, pull}, connects{context, push};
    push.connect("127.0.0.1:5555");
    pass(context, 50ms);
    CHECK(all(connects) == std::vector<change>{change::connect_delayed, change::closed, change::connect_retried});
    pull.bind("127.0.0.1:5555");
    sim::poll_item item{binds.socket(), POLLIN};
    CHECK(context.wait({&item, 1}, 0s) == 1);
    auto const first = binds.next();
    REQUIRE(first.has_value());
    CHECK(first->what == change::listening);
    CHECK(first->endpoint == "tcp://127.0.0.1:5555");
    CHECK_FALSE(binds.next().has_value());
    CHECK(context.wait({&item, 1}, 1s) == 1);
    CHECK(all(binds) == std::vector<change>{change::accepted, change::handshake_succeeded});
    CHECK(all(connects) == std::vector<change>{change::connected, change::handshake_succeeded});
    push.close();
    pass(context, 10ms);
    CHECK(all(binds) == std::vector<change>{change::disconnected});
}

#include "sim_support.hpp"

#include <tenon/transport/concept.hpp>

using namespace support;
using tenon::address;

static_assert(tenon::transport::is_transport<sim>);
static_assert(tenon::transport::is_stepped<sim>);
static_assert(tenon::transport::reports_connections<sim>);

namespace {

struct pairing {
    pattern binds;
    pattern connects;
};

void converse(sim::context& c, sim::socket& binds, sim::socket& connects) {
    switch (binds.pattern()) {
        case pattern::rep:
            must_send(c, connects, "question");
            CHECK(receive(c, binds) == "question");
            must_send(c, binds, "answer");
            CHECK(receive(c, connects) == "answer");
            break;
        case pattern::router: {
            must_send(c, connects, "question");
            auto const parts = receive_all(c, binds);
            REQUIRE(parts.size() == 2);
            CHECK(parts[0].size() == 5);
            CHECK(parts[1] == "question");
            must_send(c, binds, parts[0], true);
            must_send(c, binds, "answer");
            CHECK(receive(c, connects) == "answer");
            break;
        }
        case pattern::pull:
            must_send(c, connects, "item");
            CHECK(receive(c, binds) == "item");
            break;
        case pattern::xpub:
            connects.subscribe(tenon::as_bytes("news"));
            CHECK(receive(c, binds) == std::string("\1news", 5));
            must_send(c, binds, "other");
            must_send(c, binds, "news!");
            CHECK(receive(c, connects) == "news!");
            connects.unsubscribe(tenon::as_bytes("news"));
            CHECK(receive(c, binds) == std::string("\0news", 5));
            break;
        case pattern::sub:
            binds.subscribe({});
            pass(c, 10ms);  // the subscription travels too
            must_send(c, connects, "tick");
            CHECK(receive(c, binds) == "tick");
            break;
        default:
            must_send(c, connects, "one way");
            CHECK(receive(c, binds) == "one way");
            must_send(c, binds, "and back");
            CHECK(receive(c, connects) == "and back");
    }
}

}  // namespace

TEST_CASE("a simulated pair of every pattern talks over tcp, ipc and inproc") {
    auto const p = GENERATE(
        pairing{pattern::rep, pattern::req}, pairing{pattern::router, pattern::dealer},
        pairing{pattern::dealer, pattern::dealer}, pairing{pattern::pull, pattern::push},
        pairing{pattern::sub, pattern::pub}, pairing{pattern::xpub, pattern::sub},
        pairing{pattern::xpub, pattern::xsub}, pairing{pattern::pair, pattern::pair});
    auto const where = GENERATE("127.0.0.1", "ipc://*", "ipc:///run/socket", "inproc://somewhere");
    INFO(where << " " << name_of(p.binds) << " " << name_of(p.connects));
    sim::context context;
    sim::socket  binds{context, p.binds}, connects{context, p.connects};
    connects.connect(binds.bind(where));
    converse(context, binds, connects);
    CHECK(binds.is_open());
    CHECK(binds.pattern() == p.binds);
}

TEST_CASE("a simulated message of many parts arrives whole and in order") {
    sim::context context;
    sim::socket  pull{context, pattern::pull}, push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    std::vector<std::string> const parts{"", "short", std::string(64, 'v'), std::string(65, 'l'), "",
                                         std::string(100'000, 'x'), ""};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        sim::frame part{tenon::as_bytes(parts[i])};
        REQUIRE(push.send(part, i + 1 < parts.size()) == io::done);
        CHECK(part.size() == 0);
        if (i + 1 < parts.size()) CHECK_FALSE(wait(context, pull, POLLIN, 1s));
    }
    CHECK(receive_all(context, pull) == parts);
}

TEST_CASE("a simulated send that cannot be done leaves the frame untouched") {
    sim::context context;
    sim::socket  push{context, pattern::push}, rep{context, pattern::rep}, pull{context, pattern::pull};
    sim::frame   part{tenon::as_bytes("precious")};
    CHECK(push.send(part) == io::again);
    CHECK(push.receive(part) == io::failed);
    CHECK(rep.send(part) == io::wrong_state);
    CHECK(pull.send(part) == io::failed);
    CHECK(tenon::as_text(part.view()) == "precious");
    CHECK(pull.receive(part) == io::again);
}

TEST_CASE("nothing arrives in a simulation before time has passed") {
    sim::context context;
    sim::socket  pull{context, pattern::pull}, push{context, pattern::push};
    push.connect(pull.bind("127.0.0.1"));
    auto const start = context.now();
    CHECK(send(push, "x") == io::done);
    CHECK_FALSE(wait(context, pull, POLLIN, 0s));
    CHECK(context.now() == start);
    CHECK_FALSE(wait(context, pull, POLLIN, 100us));  // a connection takes longer
    CHECK(context.now() == start + 100us);
    CHECK(wait(context, pull));
    CHECK(context.now() < start + 2ms);
}

TEST_CASE("a push socket serves its peers in turn and a pull socket listens to them in turn") {
    sim::context context;
    sim::socket  push{context, pattern::push};
    sim::socket  a{context, pattern::pull}, b{context, pattern::pull}, c{context, pattern::pull};
    auto const   where = push.bind("127.0.0.1");
    for (sim::socket* each : {&a, &b, &c}) each->connect(where);
    pass(context, 10ms);
    for (int i = 0; i < 9; ++i) REQUIRE(send(push, std::to_string(i % 3)) == io::done);
    pass(context, 10ms);
    for (sim::socket* each : {&a, &b, &c}) {
        auto const got = take_all(*each);
        REQUIRE(got.size() == 3);
        CHECK(got[0] == got[2]);
    }

    sim::socket pull{context, pattern::pull}, x{context, pattern::push}, y{context, pattern::push};
    auto const  there = pull.bind("127.0.0.1");
    x.connect(there);
    y.connect(there);
    CHECK(fill(x, "x", 10) == 10);
    CHECK(fill(y, "y", 10) == 10);
    pass(context, 10ms);
    auto const got = take_all(pull);
    REQUIRE(got.size() == 20);
    for (std::size_t i = 2; i < got.size(); ++i) CHECK(got[i] == got[i - 2]);
    CHECK(got[0] != got[1]);
}

TEST_CASE("a simulated sender gets rid of both high-water marks and no more") {
    sim::context   context;
    socket_options options;
    options.send_hwm = 5;
    sim::socket push{context, pattern::push, options};
    options.receive_hwm = 7;
    sim::socket pull{context, pattern::pull, options};
    push.connect(pull.bind("127.0.0.1"));
    CHECK(fill(push) == 5);  // no connection yet: its own queue
    CHECK_FALSE(wait(context, push, POLLOUT, 0s));
    pass(context, 10ms);
    CHECK(fill(push) == 5);  // no more at once
    CHECK(wait(context, push, POLLOUT, 10us));
    CHECK(fill(push) == 2);
    CHECK_FALSE(wait(context, push, POLLOUT, 1s));
    CHECK(take(pull) == "x");
    CHECK(wait(context, push, POLLOUT, 10us));
    CHECK(fill(push) == 1);
    pass(context, 10ms);
    int got = 0;
    while (wait(context, pull, POLLIN, 10ms)) got += static_cast<int>(take_all(pull).size());
    CHECK(got == 12);
}

TEST_CASE("a high-water mark of zero is no limit") {
    sim::context   context;
    socket_options options;
    options.send_hwm = options.receive_hwm = 0;
    sim::socket push{context, pattern::push, options}, pull{context, pattern::pull, options};
    push.connect(pull.bind("127.0.0.1"));
    CHECK(fill(push, "x", 5000) == 5000);
    pass(context, 1s);
    CHECK(take_all(pull).size() == 5000);
}

TEST_CASE("a simulated publisher drops for the subscriber that is too slow, or waits if it is told to") {
    bool const     waits = GENERATE(false, true);
    sim::context   context;
    socket_options options;
    options.send_hwm = options.receive_hwm = 3;
    options.publisher_waits = waits;
    sim::socket pub{context, pattern::pub, options};
    sim::socket slow{context, pattern::sub, options};
    options.receive_hwm = 0;
    sim::socket quick{context, pattern::sub, options};
    auto const  where = pub.bind("127.0.0.1");
    for (sim::socket* each : {&slow, &quick}) {
        each->connect(where);
        each->subscribe({});
    }
    pass(context, 10ms);
    for (int i = 0; i < 10; ++i) {
        CHECK((send(pub, "x") == io::done) == (i < 6 || !waits));
        pass(context, 1ms);
    }
    CHECK(take_all(quick).size() == (waits ? 6u : 10u));
    std::size_t got = 0;
    while (wait(context, slow, POLLIN, 10ms)) got += take_all(slow).size();
    CHECK(got == 6);
    CHECK(fill(pub, "x", 10) == (waits ? 3 : 10));  // at once no more than the sender's own mark
    pass(context, 10ms);
    CHECK(take_all(quick).size() == 3);
}

TEST_CASE("a subscription is a prefix, takes time to arrive, and filters at the publisher") {
    sim::context context;
    sim::socket  pub{context, pattern::pub}, sub{context, pattern::sub};
    sub.connect(pub.bind("127.0.0.1"));
    sub.subscribe(tenon::as_bytes("ab"));
    CHECK(send(pub, "abc: too early") == io::done);  // the slow joiner
    pass(context, 10ms);
    for (auto const* text : {"a", "ab", "abc", "b", ""}) CHECK(send(pub, text) == io::done);
    pass(context, 10ms);
    CHECK(take_all(sub) == std::vector<std::string>{"ab", "abc"});
    sub.subscribe({});
    pass(context, 10ms);
    sub.unsubscribe(tenon::as_bytes("ab"));
    sub.unsubscribe({});
    CHECK(send(pub, "ab") == io::done);  // it does not know yet, and the subscriber drops it
    pass(context, 10ms);
    CHECK(send(pub, "ab") == io::done);
    pass(context, 10ms);
    CHECK(take_all(sub).empty());
}

TEST_CASE("an xpub socket hears of the first and last subscription of a kind, or of all") {
    bool const     all = GENERATE(false, true);
    sim::context   context;
    socket_options options;
    options.all_subscriptions = all;
    sim::socket xpub{context, pattern::xpub, options}, a{context, pattern::sub}, b{context, pattern::sub};
    auto const  where = xpub.bind("127.0.0.1");
    a.connect(where);
    b.connect(where);
    a.subscribe(tenon::as_bytes("t"));
    b.subscribe(tenon::as_bytes("t"));
    pass(context, 10ms);
    std::string const on{"\1t", 2}, off{"\0t", 2};
    CHECK(take_all(xpub) == (all ? std::vector<std::string>{on, on} : std::vector<std::string>{on}));
    a.unsubscribe(tenon::as_bytes("t"));
    pass(context, 10ms);
    CHECK(take_all(xpub) == (all ? std::vector<std::string>{off} : std::vector<std::string>{}));
    b.close();  // the end of a connection is the end of its subscriptions
    pass(context, 10ms);
    CHECK(take_all(xpub) == std::vector<std::string>{off});
}

TEST_CASE("an xsub socket subscribes by messages and sends the others to its publishers") {
    sim::context context;
    sim::socket  xpub{context, pattern::xpub}, xsub{context, pattern::xsub};
    xsub.connect(xpub.bind("127.0.0.1"));
    CHECK(send(xsub, std::string_view{"\1t", 2}) == io::done);
    pass(context, 10ms);
    CHECK(take(xpub) == std::string("\1t", 2));
    CHECK(send(xsub, "for the publisher") == io::done);
    pass(context, 10ms);
    CHECK(take(xpub) == "for the publisher");
    CHECK(send(xpub, "topic") == io::done);
    pass(context, 10ms);
    CHECK(take(xsub) == "topic");
}

TEST_CASE("a simulated rep socket answers once and in turn") {
    sim::context context;
    sim::socket  rep{context, pattern::rep}, dealer{context, pattern::dealer};
    dealer.connect(rep.bind("127.0.0.1"));
    for (auto const* envelope : {"one", "two"}) {
        CHECK(send(dealer, envelope, true) == io::done);
        CHECK(send(dealer, "hop", true) == io::done);
        CHECK(send(dealer, "", true) == io::done);
        CHECK(send(dealer, "question") == io::done);
    }
    CHECK(send(dealer, "no delimiter", true) == io::done);
    CHECK(send(dealer, "at all") == io::done);
    pass(context, 10ms);
    for (auto const* envelope : {"one", "two"}) {
        CHECK(send(rep, "early") == io::wrong_state);
        CHECK(take(rep) == "question");
        sim::frame part;
        CHECK(rep.receive(part) == io::wrong_state);
        CHECK(send(rep, "answer") == io::done);
        CHECK(receive_all(context, dealer) == std::vector<std::string>{envelope, "hop", "", "answer"});
    }
    CHECK(take(rep) == "(nothing)");
    CHECK_FALSE(wait(context, rep, POLLIN, 1s));
}

TEST_CASE("a simulated req socket takes only the reply to its latest request, and a strict one waits for it") {
    sim::context   context;
    socket_options strict;
    strict.request_correlation = false;
    sim::socket router{context, pattern::router}, req{context, pattern::req}, waits{context, pattern::req, strict};
    auto const  where = router.bind("127.0.0.1");
    sim::frame  part;
    req.connect(where);
    CHECK(req.receive(part) == io::wrong_state);
    CHECK(send(req, "first") == io::done);
    pass(context, 10ms);
    auto const first = receive_all(context, router);
    REQUIRE(first.size() == 4);
    CHECK(first[1].size() == 4);
    CHECK(send(req, "second") == io::done);
    auto const second = receive_all(context, router);
    REQUIRE(second.size() == 4);
    for (auto const& question : {first, second})
        for (std::size_t i = 0; i < 4; ++i) CHECK(send(router, question[i], i < 3) == io::done);
    pass(context, 10ms);
    CHECK(take(req) == "second");
    CHECK(req.receive(part) == io::wrong_state);

    waits.connect(where);
    CHECK(send(waits, "only") == io::done);
    CHECK(send(waits, "not yet") == io::wrong_state);
    auto const question = receive_all(context, router);
    REQUIRE(question.size() == 3);
    CHECK(question[1].empty());
}

TEST_CASE("a simulated router knows its peers by their names and ignores the second of a name") {
    sim::context   context;
    socket_options named;
    named.identity = "alice";
    sim::socket router{context, pattern::router};
    sim::socket alice{context, pattern::dealer, named}, other{context, pattern::dealer, named};
    auto const  where = router.bind("127.0.0.1");
    CHECK(send(router, "alice", true) == io::unroutable);
    alice.connect(where);
    pass(context, 10ms);
    other.connect(where);
    pass(context, 10ms);
    CHECK(send(other, "from the wrong one") == io::done);
    CHECK(send(alice, "from the right one") == io::done);
    pass(context, 10ms);
    CHECK(receive_all(context, router) == std::vector<std::string>{"alice", "from the right one"});
    CHECK(take(router) == "(nothing)");
    CHECK(send(router, "alice", true) == io::done);
    CHECK(send(router, "hello") == io::done);
    pass(context, 10ms);
    CHECK(take(alice) == "hello");
    CHECK(take(other) == "(nothing)");
    alice.close();
    pass(context, 10ms);
    CHECK(send(router, "alice", true) == io::unroutable);
}

TEST_CASE("a simulated router that is not told to mind drops what it cannot route") {
    sim::context   context;
    socket_options easy;
    easy.router_mandatory = false;
    sim::socket router{context, pattern::router, easy};
    CHECK(wait(context, router, POLLOUT, 0s));
    CHECK(send(router, "nobody", true) == io::done);
    CHECK(send(router, "hello") == io::done);
}

TEST_CASE("a simulated router says again when the queue of one peer is full") {
    sim::context   context;
    socket_options few;
    few.send_hwm = few.receive_hwm = 2;
    few.identity                   = "slow";
    sim::socket router{context, pattern::router, few}, dealer{context, pattern::dealer, few};
    dealer.connect(router.bind("127.0.0.1"));
    pass(context, 10ms);
    for (int i = 0; i < 4; ++i) {
        CHECK(send(router, "slow", true) == io::done);
        CHECK(send(router, "x") == io::done);
        pass(context, 10ms);
    }
    CHECK(send(router, "slow", true) == io::again);
}

TEST_CASE("a simulated pair socket has one peer") {
    sim::context context;
    sim::socket  a{context, pattern::pair}, b{context, pattern::pair}, late{context, pattern::pair};
    auto const   where = a.bind("127.0.0.1");
    b.connect(where);
    pass(context, 10ms);
    late.connect(where);
    CHECK(send(late, "me too") == io::done);
    pass(context, 1s);
    CHECK(take(a) == "(nothing)");
    CHECK(send(b, "me") == io::done);
    CHECK(receive(context, a) == "me");
    b.close();
    CHECK(take(a) == "(nothing)");
    pass(context, 10s);  // it tries again
    CHECK(send(late, "and me") == io::done);
    CHECK(receive(context, a) == "and me");
}

TEST_CASE("sockets that ZeroMQ does not pair do not meet in a simulation") {
    sim::context context;
    sim::socket  pull{context, pattern::pull}, req{context, pattern::req};
    req.connect(pull.bind("127.0.0.1"));
    CHECK(send(req, "accepted") == io::done);
    CHECK_FALSE(wait(context, pull, POLLIN, 10s));
}

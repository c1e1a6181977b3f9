#include "sim_support.hpp"

using namespace support;
using tenon::transport::simulation::incident_kind;
using tenon::transport::simulation::link_odds;
using tenon::transport::simulation::network_options;

namespace {

/// A pull socket and a push socket at nodes of their own, connected.
struct two_nodes {
    explicit two_nodes(std::uint64_t seed = 1, network_options const& options = {}, socket_options const& sockets = {})
        : world{std::make_shared<sim::network>(seed, options)}, there{*world}, here{*world},
          pull{there, pattern::pull, sockets}, push{here, pattern::push, sockets} {
        where = pull.bind("127.0.0.1").to_string();
        push.connect(where);
        pass(here, 10ms);
    }
    std::vector<std::string> got() {
        std::vector<std::string> all;
        while (wait(there, pull, POLLIN, 2s)) {
            auto const some = take_all(pull);
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    }
    int count(incident_kind what) const {
        int count = 0;
        for (auto const& each : world->trace().entries()) count += each.what == what ? 1 : 0;
        return count;
    }

    std::shared_ptr<sim::network> world;
    sim::context                  there, here;
    sim::socket                   pull, push;
    std::string                   where;
};

socket_options with_heartbeats() {
    socket_options options;
    options.heartbeat_interval = 200ms;
    options.heartbeat_timeout  = 400ms;
    return options;
}

}  // namespace

TEST_CASE("a partition holds up what is sent and loses nothing that TCP would not") {
    two_nodes both;
    CHECK(send(both.push, "on its way") == io::done);
    both.world->partition(both.here.home(), both.there.home());
    CHECK(send(both.push, "later") == io::done);
    CHECK_FALSE(wait(both.there, both.pull, POLLIN, 30s));
    CHECK_FALSE(both.world->reachable(both.here.home(), both.there.home()));
    both.world->heal(both.there.home(), both.here.home());
    CHECK(both.got() == std::vector<std::string>{"on its way", "later"});
}

TEST_CASE("heartbeats notice a partition and a frozen peer, and the connection comes back") {
    bool const freezes = GENERATE(false, true);
    two_nodes  both{1, {}, with_heartbeats()};
    both.world->trace().keep_entries(true);
    auto const cut = [&] {
        if (freezes) both.world->freeze(both.there.home(), 10s);
        else both.world->partition(both.here.home(), both.there.home());
    };
    cut();
    pass(both.here, 300ms);
    CHECK(both.count(incident_kind::disconnected) == 0);
    pass(both.here, 400ms);
    CHECK(both.count(incident_kind::disconnected) >= 1);
    CHECK(send(both.push, "when it is back") == io::done);
    pass(both.here, 5s);
    if (freezes) pass(both.here, 5s);
    else both.world->heal(both.here.home(), both.there.home());
    CHECK(both.got() == std::vector<std::string>{"when it is back"});
}

TEST_CASE("without heartbeats a frozen peer is not noticed and a partition after TCP's keepalive") {
    two_nodes both;
    both.world->trace().keep_entries(true);
    both.world->freeze(both.there.home(), 1000s);
    pass(both.here, 900s);
    CHECK(both.count(incident_kind::disconnected) == 0);
    pass(both.here, 200s);
    both.world->partition(both.here.home(), both.there.home());
    pass(both.here, 89s);
    CHECK(both.count(incident_kind::disconnected) == 0);
    pass(both.here, 2s);
    CHECK(both.count(incident_kind::disconnected) == 2);
}

TEST_CASE("a crash is noticed at once and what waited at the crashed node is gone") {
    two_nodes both;
    both.world->crash(both.there.home());
    CHECK_FALSE(both.pull.is_open());
    sim::frame part;
    CHECK(both.pull.receive(part) == io::terminated);
    pass(both.here, 10ms);
    CHECK(send(both.push, "for the next one") == io::done);
    both.world->revive(both.there.home());
    sim::socket again{both.there, pattern::pull};
    again.bind(both.where);
    CHECK(receive(both.there, again) == "for the next one");
}

TEST_CASE("rules drop, duplicate and delay the messages that they name, in one direction") {
    using rule = tenon::transport::simulation::fault_rule;
    two_nodes  both;
    auto const label = [&](char const* name, char const* text) {
        both.push.label("port", name);
        CHECK(send(both.push, text) == io::done);
    };
    both.world->add_rule({rule::action::drop, "ping", nullptr, nullptr, 2, {}});
    both.world->add_rule({rule::action::drop, "", &both.there.home(), &both.here.home(), 9, {}});
    label("ping", "1");
    label("other", "2");
    label("ping", "3");
    label("ping", "4");
    CHECK(both.got() == std::vector<std::string>{"2", "4"});
    both.world->add_rule({rule::action::duplicate, "ping", &both.here.home(), &both.there.home(), 1, {}});
    label("ping", "5");
    label("ping", "6");
    CHECK(both.got() == std::vector<std::string>{"5", "5", "6"});
    both.world->add_rule({rule::action::delay, "ping", nullptr, nullptr, rule::always, 700ms});
    auto const start = both.here.now();
    label("ping", "7");
    CHECK(receive(both.there, both.pull) == "7");
    CHECK(both.here.now() - start >= 700ms);
}

TEST_CASE("a hostile network loses, repeats, reorders and cuts about as often as its odds say") {
    network_options options;
    options.odds = {100'000, 100'000, 100'000, 100'000};
    socket_options unlimited;
    unlimited.send_hwm = unlimited.receive_hwm = 0;
    two_nodes both{3, options, unlimited};
    for (int i = 1000; i < 3000; ++i) REQUIRE(send(both.push, std::to_string(i)) == io::done);
    auto const got   = both.got();
    int        twice = 0, before = 0, cut = 0;
    for (std::size_t i = 1; i < got.size(); ++i) {
        twice += got[i] == got[i - 1] ? 1 : 0;
        before += got[i].size() == 4 && got[i - 1].size() == 4 && got[i] < got[i - 1] ? 1 : 0;
        cut += got[i].size() == 2 ? 1 : 0;
    }
    CHECK(got.size() > 1900);
    CHECK(got.size() < 2100);
    for (int const count : {twice, before, cut}) {
        CHECK(count > 100);
        CHECK(count < 300);
    }
}

TEST_CASE("the same seed gives the same run, another one another, and both are what they were when this was written") {
    auto const run = [](std::uint64_t seed) {
        network_options options;
        options.odds = {10'000, 10'000, 10'000, 10'000};
        two_nodes both{seed, options, with_heartbeats()};
        for (int i = 0; i < 200; ++i) {
            if (i == 50) both.world->partition(both.here.home(), both.there.home());
            if (i == 60) both.world->heal(both.here.home(), both.there.home());
            send(both.push, std::to_string(i));
            pass(both.here, 100ms);
        }
        return both.world->trace().hash();
    };
    CHECK(run(1) == run(1));
    CHECK(run(1) != run(2));
    CHECK(run(1) == 0xad5347edceddb7a5u);
}

TEST_CASE("a message never overtakes another one of its connection in a faithful network") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        two_nodes both{seed};
        for (int i = 1000; i < 1500; ++i) {
            REQUIRE(send(both.push, std::to_string(i)) == io::done);
            if (i % 7 == 0) pass(both.here, 30us);
        }
        auto const got = both.got();
        REQUIRE(got.size() == 500);
        for (std::size_t i = 1; i < got.size(); ++i) REQUIRE(got[i - 1] < got[i]);
    }
}

TEST_CASE("a clock that jumps moves the time of its node only") {
    two_nodes  both;
    auto const before = both.here.now();
    both.world->jump(both.here.home(), 5s);
    CHECK(both.here.now() == before + 5s);
    CHECK(both.there.now() == before);
}

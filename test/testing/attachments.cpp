// Attachments in tests: on a simulated network, on a stage, with a recorder, and in words.
#include "../process/lent.hpp"
#include "catch.hpp"

#include <tenon/tenon.hpp>
#include <tenon/testing/difference.hpp>
#include <tenon/testing/print.hpp>
#include <tenon/testing/recorder.hpp>
#include <tenon/testing/stage.hpp>
#include <tenon/testing/world.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using tenon::testing::stage;
static_assert(tenon::transport::borrows_bytes<tenon::transport::sim::frame>);
using tenon::testing::world;
using tenon::testing::world_options;

namespace {

struct scan {
    int               page;
    tenon::attachment image;
};
struct scanned {
    tenon::attachment text;
    int               page;
    tenon::attachment image;
};
struct archive { tenon::attachment image; };
struct arrived {
    std::string       shelf;
    tenon::attachment image;
};
using scanning = tenon::protocol<tenon::request<scan, scanned>, tenon::command<archive>, tenon::event<arrived>>;
using storing  = tenon::protocol<tenon::command<archive>>;
using showing  = tenon::protocol<tenon::event<arrived, &arrived::shelf>>;

constexpr std::size_t large = 100'000;

/// Scans, stores and shows.
struct office {
    static constexpr auto desk  = tenon::router<"desk", scanning>;
    static constexpr auto cellar = tenon::push<"cellar", storing>;
    static constexpr auto window = tenon::pub<"window", showing, tenon::sequenced>;
    static constexpr auto ports  = tenon::ports(desk, cellar, window);

    std::vector<std::byte const*> seen{};

    scanned on(scan const& s, auto& process) {
        seen.push_back(s.image.data());
        process[cellar].send(archive{s.image});
        process[window].send(arrived{"left", s.image});
        return {std::string{"words"}, s.page, s.image};
    }
    void on(archive const& a, auto& process) { process[desk].send(arrived{"right", a.image}, process[desk].peer()); }
};

struct visitor {
    using retry = tenon::retry::times<3, tenon::static_duration{10ms}>;

    static constexpr auto desk   = tenon::dealer<"desk", scanning, retry>;
    static constexpr auto cellar = tenon::pull<"cellar", storing>;
    static constexpr auto window = tenon::sub<"window", showing, tenon::sequenced>;
    static constexpr auto ports  = tenon::ports(desk, cellar, window);

    std::vector<std::byte const*> seen{};
    int                           failed = 0;

    void bring(tenon::attachment image, auto& process) {
        process[desk].request(scan{1, std::move(image)}, 100ms, [this](tenon::result<scanned> r) {
            if (r) seen.push_back(r->image.data());
            else ++failed;
        });
    }
    void on(arrived const& a) { seen.push_back(a.image.data()); }
    void on(archive const& a) { seen.push_back(a.image.data()); }
};

using office_process  = tenon::process<office>;
using visitor_process = tenon::process<visitor>;

struct both {
    explicit both(world& in)
        : serves{in.start<office_process>(tenon::bind(office::desk, "127.0.0.1"),
                                          tenon::bind(office::cellar, "127.0.0.1"),
                                          tenon::bind(office::window, "127.0.0.1"))},
          asks{in.start<visitor_process>(tenon::connect(visitor::desk, serves.address(office::desk)),
                                         tenon::connect(visitor::cellar, serves.address(office::cellar)),
                                         tenon::connect(visitor::window, serves.address(office::window)))} {
        in.advance(100ms);  // until it has subscribed
    }
    void bring(tenon::attachment image) { asks.app().bring(std::move(image), asks.process()); }

    tenon::testing::resident_process<tenon::testing::simulated<office_process>>&  serves;
    tenon::testing::resident_process<tenon::testing::simulated<visitor_process>>& asks;
};

}  // namespace

TEST_CASE("a simulated network shares the bytes of attachments, and gives them back once", "[attachment][sim]") {
    lent::buffer  image{large};
    std::uint64_t hashes[2];
    {
        world here{1};
        both  pair{here};
        pair.bring(image.lend());
        here.advance(1s);
        CHECK(pair.serves.app().seen == std::vector<std::byte const*>{image.data()});
        CHECK(pair.asks.app().seen == std::vector<std::byte const*>(3, image.data()));
        CHECK(pair.asks.app().failed == 0);
        hashes[0] = here.network().trace().hash();
    }
    CHECK(image.back() == 1);
    for (unsigned char content = 7; content < 9; ++content) {  // the same bytes are the same run
        lent::buffer other{large, content};
        world        here{1};
        both         pair{here};
        pair.bring(other.lend());
        here.advance(1s);
        hashes[1] = here.network().trace().hash();
        CHECK((hashes[0] == hashes[1]) == (content == 7));
    }
}

TEST_CASE("attachments survive loss, duplication, reordering and truncation, or are refused", "[attachment][sim]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        lent::buffer  image{large};
        world_options options;
        options.network.odds = {100'000, 100'000, 100'000, 100'000};
        {
            world here{seed, options};
            both  pair{here};
            auto  shared = image.lend();
            for (int i = 0; i < 20; ++i) pair.bring(shared);
            shared = {};
            here.advance(10s);
            for (auto const* const at : pair.serves.app().seen) CHECK(at == image.data());
            for (auto const* const at : pair.asks.app().seen) CHECK(at == image.data());
            CHECK(pair.serves.process()[office::desk].counters().undecodable == 0);
        }
        CHECK(image.back() == 1);
    }
}

TEST_CASE("on a stage attachments are sent and expected like any field", "[attachment][stage]") {
    lent::buffer          image{large};
    stage<office_process> here;  // keeps what has come out
    auto const            shared = image.lend();
    here.inject(office::desk, scan{3, shared});
    here.expect(scanned{std::string{"words"}, 3, shared}).from(office::desk);
    CHECK(here.expect<archive>().from(office::cellar).image.data() == image.data());
    CHECK(here.expect(arrived{"left", shared}).from(office::window).image.size() == large);
    here.inject(office::desk, archive{std::string{"short"}});
    here.expect(arrived{"right", std::string{"short"}}).from(office::desk);
    here.nothing_more();
    here.inject(office::desk, archive{std::string{"abc"}});
    try {
        here.expect(arrived{"right", std::string{"abd"}}).from(office::desk);
        CHECK(false);
    } catch (tenon::testing::unexpected const& e) {
        CHECK(std::string{e.what()}.find("arrived.image is 3 bytes hex:616263 and not 3 bytes hex:616264") !=
              std::string::npos);
    }
}

TEST_CASE("a recorder keeps attachments of what was sent", "[attachment][recorder]") {
    office                           app;
    tenon::testing::recorder<office> process{app};
    auto const                       reply = app.on(scan{1, std::string{"page"}}, process);
    CHECK(tenon::as_text(reply.text.view()) == "words");
    REQUIRE(process[office::cellar].sent<archive>().size() == 1);
    CHECK(process[office::cellar].sent<archive>()[0].image == tenon::attachment{std::string{"page"}});
}

TEST_CASE("attachments are printed by their size and first bytes, and compared by all", "[attachment]") {
    CHECK(tenon::testing::to_text(archive{std::string{"AB"}}) == "archive{image: 2 bytes hex:4142}");
    CHECK(tenon::testing::to_text(archive{}) == "archive{image: 0 bytes hex:}");
    CHECK(tenon::testing::difference(archive{std::string{"AB"}}, archive{std::string{"AB"}}).empty());
}

// Applications as data.
#include "catch.hpp"
#include "describe/describe.hpp"

#include <tenon/describe/model.hpp>
#include <tenon/process/sound.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

namespace description = tenon::description;
using description::meaning;

struct news { std::string topic; std::vector<double> values; };
using feed = tenon::protocol<tenon::event<news, &news::topic>>;

struct board_app {
    static constexpr auto requests = tenon::rep<"requests", ping_pong>;
    static constexpr auto out      = tenon::pub<"out", feed, tenon::sequenced>;
    static constexpr auto front    = tenon::opaque<tenon::pattern::router, "front">;
    static constexpr auto ports    = tenon::ports(requests, out, front);

    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&) {}
    void on(decltype(front), tenon::opaque_message auto&, auto&) {}
};

constexpr auto asker  = tenon::participants<tenon::process<ping_app>, "asker">;
constexpr auto board  = tenon::participant<tenon::process<board_app>>;
constexpr auto script = tenon::outsider<"script">;
constexpr auto app =
    tenon::topology(asker[ping_app::out] >> board[board_app::requests],
                    script[tenon::sub<"in", feed>] >> board[board_app::out], tenon::open(board[board_app::front]));
static_assert(tenon::sound(app));

TEST_CASE("messages have their names, ids, fields and types", "[model]") {
    auto const made = description::model(app);
    REQUIRE(made.messages.size() == 4);
    CHECK(made.messages[0].name == "ping");
    CHECK(made.messages[0].id == tenon::message_id<ping>);
    REQUIRE(made.messages[0].fields.size() == 1);
    CHECK(made.messages[0].fields[0].name == "count");
    CHECK(made.messages[0].fields[0].type == "i32");
    CHECK(made.messages[2].name == "plzdiekthxbye");
    CHECK(made.messages[2].fields.empty());
    CHECK(made.messages[3].fields[1].type == "[f64]");
}

TEST_CASE("protocols are there once, with statements that refer to messages", "[model]") {
    auto const made = description::model(app);
    REQUIRE(made.protocols.size() == 2);
    auto const& talk = made.protocols[0].statements;
    REQUIRE(talk.size() == 2);
    CHECK(talk[0].kind == meaning::request);
    CHECK(made.messages[talk[0].message].name == "ping");
    CHECK(made.messages[talk[0].reply].name == "pong");
    CHECK(talk[1].kind == meaning::command);
    CHECK(talk[1].reply == description::none);
    auto const& told = made.protocols[1].statements[0];
    CHECK(told.kind == meaning::event);
    REQUIRE(told.keys.size() == 1);
    CHECK(told.keys[0] == "topic");
}

TEST_CASE("participants say what they are", "[model]") {
    auto const made = description::model(app);
    REQUIRE(made.participants.size() == 3);
    CHECK(made.participants[0].name == "asker");
    CHECK(made.participants[0].many);
    CHECK(made.participants[0].codec == "json");
    CHECK(made.participants[1].name == "script");
    CHECK(made.participants[1].foreign);
    CHECK(made.participants[1].codec == "");
    CHECK(made.participants[2].name == "board_app");
    CHECK(!made.participants[2].many);
}

TEST_CASE("ports belong to participants, and links connect them", "[model]") {
    auto const made = description::model(app);
    REQUIRE(made.ports.size() == 5);
    REQUIRE(made.links.size() == 2);
    auto const& out = made.ports[made.links[0].connects];
    CHECK(out.name == "out");
    CHECK(out.participant == 0);
    CHECK(!out.is_server);
    auto const& requests = made.ports[made.links[0].binds];
    CHECK(requests.pattern == tenon::pattern::rep);
    CHECK(requests.protocol == out.protocol);
    CHECK(requests.participant == 2);
    CHECK(made.ports[made.links[1].binds].sequenced);
    CHECK(made.ports[made.links[1].connects].participant == 1);
    auto const& front = made.ports[3];
    CHECK(front.name == "front");
    CHECK(front.is_open);
    CHECK(front.protocol == description::none);
}

}  // namespace

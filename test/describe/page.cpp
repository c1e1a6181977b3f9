// Pages of whole applications, as golden files.
#include "catch.hpp"
#include "describe/describe.hpp"

#include <tenon/describe/page.hpp>
#include <tenon/process/sound.hpp>

#include <string>

namespace {

namespace description = tenon::description;

struct news { std::string topic; std::vector<double> values; };
struct odd_one { bool yes; };

}  // namespace

template <>
struct tenon::traits<odd_one> {
    static constexpr std::string_view name = "odd|one`";
};

namespace {

using feed = tenon::protocol<tenon::event<news, &news::topic>, tenon::event<odd_one>>;

struct board_app {
    static constexpr auto requests = tenon::router<"requests", ping_pong>;
    static constexpr auto out      = tenon::pub<"out", feed>;
    static constexpr auto front    = tenon::opaque<tenon::pattern::router, "front">;
    static constexpr auto ports    = tenon::ports(requests, out, front);

    pong on(ping const& p) { return {p.count}; }
    void on(plzdiekthxbye const&) {}
    void on(decltype(front), tenon::opaque_message auto&, auto&) {}
};

constexpr auto asker  = tenon::participants<tenon::process<ping_app>, "PingProc">;
constexpr auto board  = tenon::participant<tenon::process<board_app>, "Board_1">;
constexpr auto script = tenon::outsider<"script">;
constexpr auto pings  = asker[ping_app::out] >> board[board_app::requests];
constexpr auto told   = script[tenon::sub<"in", feed>] >> board[board_app::out];
constexpr auto app    = tenon::topology(pings, told, tenon::open(board[board_app::front]));
static_assert(tenon::sound(app));

constexpr auto sending_pings =
    tenon::chain("Sending pings", article_notes, tenon::step<ping>(pings), tenon::step<pong>(pings));
constexpr auto telling = tenon::chain("Telling", tenon::notes(), tenon::step<news>(told));

constexpr description::page_info about{"A board", "All that is said between *askers* and the board."};

TEST_CASE("a whole application is a page in Markdown", "[page]") {
    CHECK(description::markdown(app, about, sending_pings, telling) == golden("board.md"));
}

TEST_CASE("the same page in reStructuredText", "[page]") {
    CHECK(description::restructured_text(app, about, sending_pings, telling) == golden("board.rst"));
}

TEST_CASE("a page without introduction and chains ends with the messages", "[page]") {
    std::string const page = description::markdown(app, {"A board"});
    CHECK(page.starts_with("# A board\n\n## Processes\n"));
    CHECK(page.find("Chains") == std::string::npos);
}

TEST_CASE("names that are markup are shown as they are", "[page]") {
    using markdown = description::detail::markdown_markup;
    using rst      = description::detail::restructured_markup;
    CHECK(markdown::text("a_b*c|d") == "a\\_b\\*c\\|d");
    CHECK(markdown::literal("a_b") == "`a_b`");
    CHECK(markdown::literal("a`b|") == "a\\`b\\|");
    CHECK(rst::literal("a_b") == "``a_b``");
    CHECK(rst::literal("a`b") == "a\\`b");
    CHECK(description::detail::dedented("    a\n\n      b\n", 4) == "a\n\n  b\n");
}

}  // namespace

// Chains in the article's form, byte for byte.
#include "catch.hpp"
#include "describe/describe.hpp"

#include <tenon/describe/ascii.hpp>
#include <tenon/process/sound.hpp>

#include <string>
#include <string_view>

namespace {

using tenon::description::ascii;

constexpr auto ping_proc = tenon::participant<tenon::process<ping_app>, "PingProc">;
constexpr auto pong_proc = tenon::participant<tenon::process<pong_app>, "PongProc">;
constexpr auto pings     = ping_proc[ping_app::out] >> pong_proc[pong_app::requests];
static_assert(tenon::sound(tenon::topology(pings)));

struct news { std::string topic; int number; };
struct job { int id; };
struct query { int key; };
struct row { int key; std::string text; };
using feed    = tenon::protocol<tenon::event<news, &news::topic, &news::number>>;
using work    = tenon::protocol<tenon::command<job>>;
using lookup  = tenon::protocol<tenon::request<query, row>, tenon::event<news>>;

/// What stands after the diagram, without its margin.
std::string frames_of(auto const& chain) {
    std::string const text = ascii(chain);
    std::string       lines;
    for (std::size_t at = text.find("\n    1 IN") + 1; at < text.size();) {
        std::size_t const end = text.find('\n', at);
        if (end > at) lines += text.substr(at + 4, end - at - 3);
        at = end + 1;
    }
    return lines;
}

template <auto From, auto To>
constexpr auto linked = tenon::outsider<"left">[From] >> tenon::outsider<"right">[To];

TEST_CASE("the article's ping-pong is printed as the article has it", "[ascii]") {
    constexpr auto chain =
        tenon::chain("Sending pings", article_notes, tenon::step<ping>(pings), tenon::step<pong>(pings));
    CHECK(ascii(chain) == golden("sending_pings.txt"));
}

TEST_CASE("a ROUTER shows the envelope", "[ascii]") {
    constexpr auto router = tenon::participant<tenon::process<pong_router_app>, "PongProc">;
    constexpr auto link   = ping_proc[ping_app::out] >> router[pong_router_app::requests];
    static_assert(tenon::sound(tenon::topology(link)));
    CHECK(ascii(tenon::chain("Sending pings", article_notes, tenon::step<ping>(link), tenon::step<pong>(link))) ==
          golden("sending_pings_router.txt"));
}

TEST_CASE("the diagram does not depend on which end binds", "[ascii]") {
    constexpr auto turned = pong_proc[pong_app::requests] >> ping_proc[ping_app::out];
    CHECK(ascii(tenon::chain("Sending pings", article_notes, tenon::step<ping>(turned), tenon::step<pong>(turned))) ==
          golden("sending_pings.txt"));
}

TEST_CASE("a DEALER's id comes out at a ROUTER and is left off at a REP", "[ascii]") {
    constexpr auto routed = linked<tenon::dealer<"out", ping_pong>, tenon::router<"in", ping_pong>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<ping>(routed), tenon::step<pong>(routed))) ==
          "1 IN : [id, '', 'ping, count']\n1 OUT: [left_uuid, id, '', 'ping, count']\n"
          "2 IN : [left_uuid, id, '', 'pong, count']\n2 OUT: [id, '', 'pong, count']\n");
    constexpr auto replied = linked<tenon::dealer<"out", ping_pong>, tenon::rep<"in", ping_pong>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<ping>(replied), tenon::step<pong>(replied))) ==
          "1 IN : [id, '', 'ping, count']\n1 OUT: ['ping, count']\n"
          "2 IN : ['pong, count']\n2 OUT: [id, '', 'pong, count']\n");
}

TEST_CASE("an event from a ROUTER goes to one peer and has no id", "[ascii]") {
    constexpr auto link = linked<tenon::dealer<"out", lookup>, tenon::router<"in", lookup>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<news>(link))) ==
          "1 IN : [left_uuid, '', 'news, topic, number']\n1 OUT: ['', 'news, topic, number']\n");
}

TEST_CASE("pipelines have no envelope, published events a topic and perhaps a number", "[ascii]") {
    constexpr auto pipe = linked<tenon::push<"out", work>, tenon::pull<"in", work>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<job>(pipe))) ==
          "1 IN : ['job, id']\n1 OUT: ['job, id']\n");
    constexpr auto plain = linked<tenon::sub<"in", feed>, tenon::pub<"out", feed>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<news>(plain))) ==
          "1 IN : [news/<topic>/<number>/, 'news, topic, number']\n"
          "1 OUT: [news/<topic>/<number>/, 'news, topic, number']\n");
    constexpr auto counted = linked<tenon::sub<"in", feed>, tenon::pub<"out", feed, tenon::sequenced>>;
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<news>(counted))) ==
          "1 IN : [news/<topic>/<number>/, 'news, topic, number', number]\n"
          "1 OUT: [news/<topic>/<number>/, 'news, topic, number', number]\n");
}

TEST_CASE("a message without fields is its name, and a refusal is a reply like any other", "[ascii]") {
    CHECK(frames_of(tenon::chain("t", tenon::notes(), tenon::step<plzdiekthxbye>(pings),
                                 tenon::step<tenon::failure>(pings))) ==
          "1 IN : ['plzdiekthxbye']\n1 OUT: ['plzdiekthxbye']\n"
          "2 IN : ['failure, code, text']\n2 OUT: ['failure, code, text']\n");
}

TEST_CASE("a chain over several processes names each socket where it changes", "[ascii]") {
    constexpr auto client = tenon::outsider<"Client">;
    constexpr auto server = tenon::outsider<"Server">;
    constexpr auto store  = tenon::outsider<"Store">;
    constexpr auto watch  = tenon::outsider<"WatchTower">;
    constexpr auto asks   = client[tenon::req<"out", lookup>] >> server[tenon::router<"in", lookup>];
    constexpr auto reads  = server[tenon::dealer<"out", lookup>] >> store[tenon::rep<"in", lookup>];
    constexpr auto told   = watch[tenon::sub<"in", feed>] >> client[tenon::pub<"out", feed>];
    CHECK(ascii(tenon::chain("Looking up", tenon::notes(), tenon::step<query>(asks), tenon::step<query>(reads),
                             tenon::step<row>(reads), tenon::step<row>(asks), tenon::step<news>(told))) ==
          golden("looking_up.txt"));
}

TEST_CASE("a line break in a note is a space", "[ascii]") {
    CHECK(ascii(tenon::chain("t", tenon::notes("one\ntwo", "three"), tenon::step<ping>(pings)))
              .starts_with("t\n-\n\n* one two\n* three\n\n"));
}

TEST_CASE("ten steps and more leave room for their numbers", "[ascii]") {
    auto chain = tenon::description::model(
        tenon::chain("Many", tenon::notes(), tenon::step<ping>(pings), tenon::step<pong>(pings)));
    for (int i = 0; i < 4; ++i)
        for (int step = 0; step < 2; ++step) chain.steps.push_back(chain.steps[static_cast<std::size_t>(step)]);
    std::string const text = ascii(chain);
    CHECK(text.find("\n     [REQ] ---1---> [REP]\n") != std::string::npos);
    CHECK(text.find("\n           <--10---\n") != std::string::npos);
    CHECK(text.find("\n    10 OUT: ['pong, count']\n") != std::string::npos);
}

TEST_CASE("notes are broken between words, and words that are too long are not broken", "[ascii]") {
    using tenon::description::detail::list_item;
    CHECK(list_item("one two three", 9) == "* one two\n  three\n");
    CHECK(list_item("incomprehensible two", 9) == "* incomprehensible\n  two\n");
    CHECK(list_item("  many   spaces ", 72) == "* many spaces\n");
    CHECK(list_item("\xc3\xa4\xc3\xb6\xc3\xbc x", 7) == "* \xc3\xa4\xc3\xb6\xc3\xbc x\n");
}

TEST_CASE("identities are called after their participants", "[ascii]") {
    using tenon::description::detail::identity_name;
    CHECK(identity_name("PingProc") == "ping_uuid");
    CHECK(identity_name("ping_process") == "ping_uuid");
    CHECK(identity_name("IceCreamVendor") == "ice_cream_vendor_uuid");
    CHECK(identity_name("HTTPGate") == "httpgate_uuid");
    CHECK(identity_name("_app") == "_app_uuid");
}

}  // namespace

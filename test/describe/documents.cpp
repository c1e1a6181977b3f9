// Mermaid diagrams of chains and topologies, and the documents of the article's ping-pong, as golden files.
#include "catch.hpp"
#include "describe/describe.hpp"

#include <tenon/describe/async_api.hpp>
#include <tenon/describe/json_schema.hpp>
#include <tenon/describe/mermaid.hpp>

#include <string>

namespace {

constexpr auto ping_proc = tenon::participant<tenon::process<ping_app>, "PingProc">;
constexpr auto pong_proc = tenon::participant<tenon::process<pong_app>, "PongProc">;
constexpr auto pings     = ping_proc[ping_app::out] >> pong_proc[pong_app::requests];

TEST_CASE("a chain is a sequence diagram with notes", "[mermaid]") {
    CHECK(tenon::description::mermaid(tenon::chain("Sending pings", article_notes, tenon::step<ping>(pings),
                                                   tenon::step<pong>(pings), tenon::step<plzdiekthxbye>(pings))) ==
          golden("sending_pings.mmd"));
}

TEST_CASE("a topology is a flow chart of processes and links", "[mermaid]") {
    constexpr auto workers = tenon::participants<tenon::process<ping_app>, "workers">;
    constexpr auto script  = tenon::outsider<"a \"script\"">;
    CHECK(tenon::description::mermaid(tenon::topology(
              pings, workers[ping_app::out] >> pong_proc[pong_app::requests],
              script[tenon::dealer<"out", ping_pong>] >> pong_proc[pong_app::requests])) == golden("topology.mmd"));
}

TEST_CASE("what Mermaid takes for syntax is written as its code", "[mermaid]") {
    using tenon::description::detail::mermaid_text;
    CHECK(mermaid_text("a; b # <c> \"d\"\ne") == "a#59; b #35; #60;c#62; #34;d#34; e");
}

TEST_CASE("the ping-pong's JSON Schema and AsyncAPI document", "[documents]") {
    CHECK(tenon::description::json_schema<ping_pong>() == golden("ping_pong.schema.json"));
    CHECK(tenon::description::async_api(pong_proc, {"Ping-pong", "1.0.0"}) == golden("ping_pong.asyncapi.json"));
}

}  // namespace

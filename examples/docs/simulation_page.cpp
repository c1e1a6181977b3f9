// Prints docs/simulation-conversation.md: what the processes of examples/simulation.cpp say to each other.
#include "../simulation/conversation.hpp"

#include <tenon/describe/page.hpp>

#include <cstdio>

int main() {
    constexpr tenon::description::page_info about{
        "The conversation of the simulation example",
        "This page is printed from the types of [examples/simulation](../examples/simulation/conversation.hpp) by\n"
        "[examples/docs/simulation_page.cpp](../examples/docs/simulation_page.cpp); do not edit it. The target\n"
        "`pages` writes it anew, and a test fails when it is stale."};
    std::fputs(tenon::description::markdown(forest_app, about, joining, advancing).c_str(), stdout);
}

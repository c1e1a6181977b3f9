// Says whether something holds, for the examples of tests: a framework does the same with CHECK.
#pragma once

#include <cstdio>
#include <cstdlib>

template <class Outcome>
void check(Outcome const& good, char const* what) {
    std::printf("%s: %s\n", good ? "ok" : "FAILED", what);
    if (!good) std::exit(1);
}

// The test runner's main, compiled once for all Catch2 v2 tests (v3 brings its own).
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

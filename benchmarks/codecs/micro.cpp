// The codecs on the clock. Figures of a busy machine are worth nothing: `instructions` tells more.
#define CATCH_CONFIG_ENABLE_BENCHMARKING
#include "subjects.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif

#include <string>

using namespace benchmark;

namespace {

template <class Subject, class M>
void measure() {
    auto const [name, message] = sample<M>();
    Subject       by;
    tenon::buffer frame;
    frame.append(by.encode(message));
    M                 reused{};
    std::string const title = std::string{Subject::format} + ", " + std::string{Subject::subject} + ", ";
    std::string const cell  = title + std::string{name};
    BENCHMARK(cell + " encode") { return by.encode(message); };
    BENCHMARK(cell + " decode reused") { return by.decode(frame.view(), reused); };
    BENCHMARK(cell + " decode fresh") {
        M fresh{};
        return by.decode(frame.view(), fresh);
    };
}

template <class Subject>
void measure_all() {
    measure<Subject, ping>();
    measure<Subject, order>();
    measure<Subject, orders>();
}

}  // namespace

TEST_CASE("binary") { measure_all<ours<tenon::codec::binary>>(); }
TEST_CASE("msgpack") { measure_all<ours<tenon::codec::msgpack>>(); }
TEST_CASE("json") { measure_all<ours<tenon::codec::json>>(); }
TEST_CASE("by hand") {
    measure<hand<by_hand::binary>, ping>();
    measure<hand<by_hand::msgpack>, ping>();
    measure<hand<by_hand::json>, ping>();
}

// Port options: picked by kind in any order, with a default for each pattern.
#include "catch.hpp"

#include <tenon/protocol/check.hpp>
#include <tenon/protocol/port.hpp>

#include <chrono>
#include <type_traits>

using namespace std::chrono_literals;
using tenon::pattern;
namespace overload = tenon::overload;

namespace {

struct job {};
struct done {};
using work = tenon::protocol<tenon::command<job>>;
using news = tenon::protocol<tenon::event<done>>;
using asks = tenon::protocol<tenon::request<job, done>>;

template <auto Port>
using options = typename std::remove_cvref_t<decltype(Port)>::options;

TEST_CASE("options are found by their kind, in any order", "[options]") {
    using some = options<tenon::push<"p", work, tenon::high_water_mark<5, 7>, overload::drop_oldest<3>>>;
    CHECK(some::high_water_mark::send == 5);
    CHECK(some::high_water_mark::receive == 7);
    CHECK(std::is_same_v<some::overload, overload::drop_oldest<3>>);
    using other = options<tenon::push<"p", work, overload::drop_oldest<3>, tenon::high_water_mark<5>>>;
    CHECK(std::is_same_v<some::overload, other::overload>);
    CHECK(other::high_water_mark::receive == 5);
}

TEST_CASE("each pattern has its defaults", "[options]") {
    CHECK(std::is_same_v<options<tenon::push<"p", work>>::overload, overload::fail>);
    CHECK(std::is_same_v<options<tenon::dealer<"p", asks>>::overload, overload::fail>);
    CHECK(std::is_same_v<options<tenon::pub<"p", news>>::overload, overload::by_transport>);
    CHECK(std::is_same_v<options<tenon::xpub<"p", news>>::overload, overload::by_transport>);
    CHECK(options<tenon::req<"p", asks>>::retry::repeats == 0);
    CHECK(options<tenon::sub<"p", news>>::subscriptions::by_default);
    CHECK(!options<tenon::sub<"p", news>>::sequence::numbers);
    CHECK(options<tenon::req<"p", asks>>::high_water_mark::send == -1);
}

TEST_CASE("durations of options are those of std::chrono", "[options]") {
    using retry = options<tenon::req<"p", asks, tenon::retry::times<3, 20ms, 1s>>>::retry;
    CHECK(retry::repeats == 3);
    CHECK(retry::backoff == 20ms);
    CHECK(retry::backoff_max == 1s);
    CHECK(options<tenon::push<"p", work, overload::block<1500us>>>::overload::limit == 1500us);
    CHECK(std::is_same_v<overload::block<1s>, overload::block<1000ms>>);
}

TEST_CASE("a pair stands where its option says", "[options]") {
    CHECK(decltype(tenon::pair<"p", asks, tenon::server_side>)::is_server);
    CHECK(!decltype(tenon::pair<"p", asks, tenon::client_side>)::is_server);
}

TEST_CASE("a port with other options is another port", "[options]") {
    CHECK(!std::is_same_v<decltype(tenon::push<"p", work>), decltype(tenon::push<"p", work, overload::fail>)>);
}

}  // namespace

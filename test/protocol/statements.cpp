// Protocols: what each side sends, in which order, and who answers what.
#include "catch.hpp"

#include <tenon/protocol/check.hpp>
#include <tenon/protocol/protocol.hpp>

#include <string>
#include <type_traits>
#include <variant>

namespace {

using tenon::command;
using tenon::event;
using tenon::failure;
using tenon::message_set;
using tenon::request;

struct ping {
    int count;
};
struct pong {
    int count;
};
struct peek {};
struct plzdiekthxbye {};
struct price {
    double value;
};
struct closed {};
struct done {};

TEST_CASE("a protocol sorts its statements by who speaks") {
    using p = tenon::protocol<event<price>, request<ping, pong>, command<plzdiekthxbye>, event<closed>,
                              request<peek, price>>;

    CHECK(p::size == 5);
    CHECK(std::is_same_v<p::to_server, message_set<ping, plzdiekthxbye, peek>>);
    CHECK(std::is_same_v<p::replies, message_set<pong, price, failure>>);
    CHECK(std::is_same_v<p::events, message_set<price, closed>>);
    CHECK(std::is_same_v<p::statement_list,
                         tenon::detail::type_list<event<price>, request<ping, pong>, command<plzdiekthxbye>,
                                                  event<closed>, request<peek, price>>>);
}

TEST_CASE("a reply of several requests, an event of several statements stand once, where they come first") {
    using p = tenon::protocol<request<ping, done>, request<peek, pong>, request<price, done>,
                              request<closed, pong>, event<price>, event<closed>, event<price>>;
    CHECK(std::is_same_v<p::replies, message_set<done, pong, failure>>);
    CHECK(std::is_same_v<p::events, message_set<price, closed>>);
    CHECK(std::is_same_v<p::to_server, message_set<ping, peek, price, closed>>);
}

TEST_CASE("a protocol may have one kind of statement, or none") {
    using asks = tenon::protocol<request<ping, pong>>;
    CHECK(std::is_same_v<asks::to_server, message_set<ping>>);
    CHECK(std::is_same_v<asks::replies, message_set<pong, failure>>);
    CHECK(std::is_same_v<asks::events, message_set<>>);

    using tells = tenon::protocol<command<plzdiekthxbye>>;
    CHECK(std::is_same_v<tells::to_server, message_set<plzdiekthxbye>>);
    CHECK(std::is_same_v<tells::replies, message_set<failure>>);

    using shows = tenon::protocol<event<price>>;
    CHECK(std::is_same_v<shows::to_server, message_set<>>);
    CHECK(std::is_same_v<shows::events, message_set<price>>);

    using silence = tenon::protocol<>;
    CHECK(silence::size == 0);
    CHECK(std::is_same_v<silence::to_server, message_set<>>);
    CHECK(std::is_same_v<silence::replies, message_set<failure>>);
    CHECK(std::is_same_v<silence::events, message_set<>>);
}

TEST_CASE("a protocol knows the reply to each question and that commands have none") {
    using p =
        tenon::protocol<event<price>, request<ping, pong>, command<plzdiekthxbye>, request<peek, price>>;
    CHECK(std::is_same_v<p::reply_to<ping>, pong>);
    CHECK(std::is_same_v<p::reply_to<peek>, price>);
    CHECK(std::is_void_v<p::reply_to<plzdiekthxbye>>);
    CHECK(p::statement_of<ping> == 1);
    CHECK(p::statement_of<peek> == 3);
    CHECK(p::statement_of<plzdiekthxbye> == 2);
    CHECK(p::statement_of<pong> == tenon::detail::npos);
    CHECK(p::statement_of<price> == tenon::detail::npos);
}

TEST_CASE("a message may be question and reply at once: an echo") {
    using p = tenon::protocol<request<ping, ping>>;
    CHECK(std::is_same_v<p::reply_to<ping>, ping>);
    CHECK(std::is_same_v<p::to_server, message_set<ping>>);
    CHECK(std::is_same_v<p::replies, message_set<ping, failure>>);
}

TEST_CASE("kinds of statements are told apart") {
    using namespace tenon::detail;
    CHECK(is_request<request<ping, pong>>);
    CHECK(!is_request<command<ping>>);
    CHECK(is_command<command<ping>>);
    CHECK(is_event<event<ping>>);
    CHECK(!is_event<command<ping>>);
    CHECK(is_statement<event<ping>>);
    CHECK(!is_statement<ping>);
    CHECK(std::is_same_v<server_message_t<request<ping, pong>>, ping>);
    CHECK(std::is_void_v<server_message_t<event<ping>>>);
    CHECK(std::is_same_v<reply_of_t<request<ping, pong>>, pong>);
    CHECK(std::is_void_v<reply_of_t<command<ping>>>);
}

template <int I>
struct numbered {
    int value;
};

template <int... I>
tenon::protocol<request<numbered<I>, pong>...> make_long(std::integer_sequence<int, I...>);

TEST_CASE("a protocol of 128 requests is sorted like a short one") {
    using p = decltype(make_long(std::make_integer_sequence<int, 128>{}));
    CHECK(p::to_server::size == 128);
    CHECK(std::is_same_v<p::to_server::at<127>, numbered<127>>);
    CHECK(std::is_same_v<p::replies, message_set<pong, failure>>);
    CHECK(std::is_same_v<p::reply_to<numbered<64>>, pong>);
}

}  // namespace

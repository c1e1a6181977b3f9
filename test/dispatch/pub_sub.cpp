// The numbers of events, and the subscriptions of peers: without a socket.
#include "catch.hpp"

#include <tenon/dispatch/sequence.hpp>
#include <tenon/dispatch/subscriptions.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace {

using tenon::event_number;
using tenon::subscription_change;
using tenon::detail::event_counter;
using tenon::detail::gap_finder;

std::string_view text(auto const& bytes) { return tenon::as_text({bytes.data(), bytes.size()}); }

TEST_CASE("an event's number is sixteen bytes, both halves little endian") {
    std::array<std::byte, event_number::wire_size> bytes{};
    event_number{0x0807060504030201, 0x100f0e0d0c0b0a09}.write(bytes.data());
    CHECK(text(bytes) == "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
    CHECK(event_number::read(bytes) == event_number{0x0807060504030201, 0x100f0e0d0c0b0a09});

    CHECK(!event_number::read(tenon::as_bytes("")));
    CHECK(!event_number::read(tenon::as_bytes("123456789012345")));
    CHECK(!event_number::read(tenon::as_bytes("12345678901234567")));
    event_number{0, 1}.write(bytes.data());
    CHECK(!event_number::read(bytes));
}

TEST_CASE("a publisher numbers each topic from one, under an id of its own") {
    event_counter counter, other;
    auto const    first = counter.next("a/");
    CHECK(first.publisher != 0);
    CHECK(first.number == 1);
    CHECK(counter.next("b/").number == 1);
    CHECK(counter.next("a/") == event_number{first.publisher, 2});
    CHECK(other.next("a/").publisher != first.publisher);
}

TEST_CASE("a publisher of too many topics begins anew as another one") {
    event_counter counter;
    auto const    before = counter.next("0");
    for (std::size_t i = 1; i < tenon::max_numbered_topics; ++i) static_cast<void>(counter.next(std::to_string(i)));
    CHECK(counter.next("0") == event_number{before.publisher, 2});
    auto const after = counter.next("one more");
    CHECK(after.publisher != before.publisher);
    CHECK(after.number == 1);
    CHECK(counter.next("0") == event_number{after.publisher, 1});
}

TEST_CASE("what is missing between two numbers of a topic is told") {
    gap_finder gaps;
    CHECK(gaps.missed_before("a/", {1, 5}) == 0);  // the first is where one comes in
    CHECK(gaps.missed_before("a/", {1, 6}) == 0);
    CHECK(gaps.missed_before("a/", {1, 10}) == 3);
    CHECK(gaps.missed_before("a/", {1, 11}) == 0);
    CHECK(gaps.missed_before("b/", {1, 9}) == 0);  // topics are counted each by itself
    CHECK(gaps.missed_before("b/", {1, 11}) == 1);
}

TEST_CASE("two publishers of one topic are not taken for each other") {
    gap_finder gaps;
    CHECK(gaps.missed_before("a/", {1, 5}) == 0);
    CHECK(gaps.missed_before("a/", {2, 100}) == 0);
    CHECK(gaps.missed_before("a/", {1, 6}) == 0);
    CHECK(gaps.missed_before("a/", {2, 102}) == 1);
    CHECK(gaps.missed_before("a/", {1, 8}) == 1);
}

TEST_CASE("an event that comes again is no gap, and makes none") {
    gap_finder gaps;
    CHECK(gaps.missed_before("a/", {1, 5}) == 0);
    CHECK(gaps.missed_before("a/", {1, 6}) == 0);
    CHECK(gaps.missed_before("a/", {1, 5}) == 0);
    CHECK(gaps.missed_before("a/", {1, 7}) == 0);
}

TEST_CASE("after a new subscription the first event is not measured by the old ones") {
    gap_finder gaps;
    CHECK(gaps.missed_before("price/AAPL/", {1, 5}) == 0);
    CHECK(gaps.missed_before("price/SAP/", {1, 5}) == 0);
    gaps.forget("price/AAPL/");
    CHECK(gaps.missed_before("price/AAPL/", {1, 50}) == 0);
    CHECK(gaps.missed_before("price/SAP/", {1, 7}) == 1);
    gaps.forget("price/");
    CHECK(gaps.missed_before("price/AAPL/", {1, 70}) == 0);
    CHECK(gaps.missed_before("price/SAP/", {1, 70}) == 0);
}

TEST_CASE("numbers and topics that no publisher sends do no harm") {
    gap_finder     gaps;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    CHECK(gaps.missed_before("a/", {1, 0}) == 0);
    CHECK(gaps.missed_before("a/", {1, most}) == most - 1);
    CHECK(gaps.missed_before("a/", {1, most}) == 0);
    CHECK(gaps.missed_before("", {1, 1}) == 0);
    CHECK(gaps.missed_before("", {1, 3}) == 1);
    std::string const long_topic(256, 'x');
    CHECK(gaps.missed_before(long_topic, {1, 1}) == 0);
    CHECK(gaps.missed_before(long_topic, {1, 9}) == 0);
}

TEST_CASE("a subscriber to too many topics forgets them, and goes on") {
    gap_finder gaps;
    for (std::size_t i = 0; i < tenon::max_numbered_topics; ++i)
        REQUIRE(gaps.missed_before(std::to_string(i), {1, 1}) == 0);
    CHECK(gaps.missed_before("0", {1, 3}) == 1);
    CHECK(gaps.missed_before("one more", {1, 1}) == 0);
    CHECK(gaps.missed_before("0", {1, 9}) == 0);
    CHECK(gaps.missed_before("0", {1, 11}) == 1);
}

TEST_CASE("a subscription is a byte of one or nought and a prefix") {
    auto const read = [](std::string_view bytes) { return subscription_change::read(tenon::as_bytes(bytes)); };
    CHECK(read("\1price/")->added);
    CHECK(read("\1price/")->prefix == "price/");
    CHECK(!read({"\0price/", 7})->added);
    CHECK(read("\1")->prefix.empty());
    CHECK(!read(""));
    CHECK(!read("\2price/"));
    CHECK(!read("price/"));
    CHECK(read("\1" + std::string(255, 'x'))->prefix.size() == 255);
    CHECK(!read("\1" + std::string(256, 'x')));
}

TEST_CASE("the subscriptions that cover a topic are those to its beginnings") {
    tenon::subscription_table table{1};
    auto const add    = [&](std::string_view prefix) { return table.apply({true, prefix}); };
    auto const remove = [&](std::string_view prefix) { return table.apply({false, prefix}); };
    CHECK(table.covering("price/AAPL/") == 0);
    CHECK(add("price/AAPL/"));
    CHECK(table.covering("price/AAPL/") == 1);
    CHECK(table.covering("price/") == 0);
    CHECK(table.covering("price/AAPL/NYSE/") == 1);
    CHECK(add("price/"));
    CHECK(add("price/"));
    CHECK(add("pri"));
    CHECK(add(""));
    CHECK(table.covering("price/") == 4);
    CHECK(table.covering("price/AAPL/") == 5);
    CHECK(table.covering("prices/") == 2);
    CHECK(table.covering("") == 1);
    CHECK(remove("price/"));
    CHECK(table.covering("price/") == 3);
    CHECK(remove("price/"));
    CHECK(!remove("price/"));
    CHECK(!remove("never/"));
    CHECK(table.covering("price/AAPL/") == 3);
}

TEST_CASE("peers cannot fill the memory with subscriptions") {
    tenon::subscription_table table{1};
    for (std::size_t i = 0; i < tenon::subscription_table::max_prefixes; ++i)
        REQUIRE(table.apply({true, std::to_string(i)}));
    CHECK(!table.apply({true, "one more"}));
    CHECK(table.apply({true, "7"}));
    CHECK(table.covering("7") == 2);
    CHECK(table.apply({false, "8"}));
    CHECK(table.apply({true, "one more"}));
}

}  // namespace

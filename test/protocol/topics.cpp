// Topics: what stands in the first frame of an event, and which prefixes choose it.
#include "catch.hpp"

#include <tenon/protocol/protocol.hpp>
#include <tenon/protocol/topic.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace keyed {

enum class venue : std::uint8_t { nyse = 1, xetra = 2 };
enum class toggle : bool { off, on };

struct price {
    std::string symbol;
    double      value;
};
struct prices {
    int count;
};
struct trade {
    venue            where;
    std::string_view symbol;
    std::int64_t     lot;
    bool             open;
    std::uint8_t     tier;
    char             side;
    toggle           live;
};
struct renamed {
    int id;
};
struct endless {};

using market = tenon::protocol<
    tenon::event<price, &price::symbol>, tenon::event<prices>,
    tenon::event<trade, &trade::where, &trade::symbol, &trade::lot, &trade::open, &trade::tier, &trade::side,
                 &trade::live>,
    tenon::event<renamed, &renamed::id>, tenon::event<endless>>;

}  // namespace keyed

template <>
struct tenon::traits<keyed::renamed> {
    static constexpr std::string_view name = "50%/50";
};
template <>
struct tenon::traits<keyed::endless> {
    static constexpr std::string_view name =
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
        "123456789 123456789 123456789 123456789 123456789 12345";
};

namespace {

using namespace keyed;

template <class Event>
std::string topic_of(Event const& m) {
    return std::string{tenon::topic_of<market>(m).text()};
}
template <class Event, class... Keys>
std::string prefix(Keys const&... keys) {
    return std::string{tenon::topic_prefix<market, Event>(keys...).text()};
}

TEST_CASE("an event's topic is its wire name and its keys, each with a slash behind it") {
    CHECK(topic_of(price{"AAPL", 3.5}) == "price/AAPL/");
    CHECK(topic_of(prices{3}) == "prices/");
    CHECK(topic_of(trade{venue::xetra, "SAP", -7, true, 200, 'B', toggle::on}) == "trade/2/SAP/-7/true/200/66/true/");
}

TEST_CASE("a prefix has the first keys, as they stand in the topic") {
    CHECK(prefix<price>() == "price/");
    CHECK(prefix<price>("AAPL") == "price/AAPL/");
    CHECK(prefix<price>(std::string{"AAPL"}) == "price/AAPL/");
    CHECK(prefix<price>(std::string_view{"AAPL"}) == "price/AAPL/");
    CHECK(prefix<trade>(venue::nyse) == "trade/1/");
    CHECK(prefix<trade>(venue::nyse, "SAP", 7) == "trade/1/SAP/7/");
    CHECK(prefix<trade>(venue::nyse, "SAP", 7, false, 200ull, 'B', toggle::off) ==
          topic_of(trade{venue::nyse, "SAP", 7, false, 200, 'B', toggle::off}));
}

TEST_CASE("no topic begins like another one by accident") {
    CHECK(!topic_of(prices{1}).starts_with(prefix<price>()));
    CHECK(!topic_of(price{"AAPLX", 1}).starts_with(prefix<price>("AAPL")));
    CHECK(topic_of(price{"AAPL", 1}).starts_with(prefix<price>("AAPL")));
    CHECK(!topic_of(price{"AAPL", 1}).starts_with(prefix<price>("")));
    CHECK(topic_of(price{"", 1}) == "price//");
}

TEST_CASE("a slash and a percent sign in a key do not look like the end of it") {
    CHECK(topic_of(price{"BRK/B", 1}) == "price/BRK%2FB/");
    CHECK(topic_of(price{"BRK%2FB", 1}) == "price/BRK%252FB/");
    CHECK(prefix<price>("BRK/B") == "price/BRK%2FB/");
    CHECK(!topic_of(price{"BRK/B", 1}).starts_with(prefix<price>("BRK")));
    CHECK(topic_of(renamed{3}) == "50%25%2F50/3/");
}

TEST_CASE("integers of every width are written whole") {
    struct wide { std::int64_t low; std::uint64_t high; };
    using talk = tenon::protocol<tenon::event<wide, &wide::low, &wide::high>>;
    wide const extreme{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()};
    CHECK(tenon::topic_of<talk>(extreme).text() == "wide/-9223372036854775808/18446744073709551615/");
    CHECK(tenon::topic_of<talk>(wide{0, 0}).text() == "wide/0/0/");
}

TEST_CASE("a key that does not fit the field is refused, since it would match nothing") {
    auto const tier = [](auto const& value) { return prefix<trade>(venue::nyse, "SAP", 7, false, value); };
    CHECK(tier(255) == "trade/1/SAP/7/false/255/");
    REQUIRE_THROWS_AS(tier(256), tenon::error);
    REQUIRE_THROWS_AS(tier(-1), tenon::error);
    REQUIRE_THROWS_AS(prefix<trade>(venue::nyse, "SAP", std::numeric_limits<std::uint64_t>::max()), tenon::error);
}

TEST_CASE("a topic holds 255 bytes, and says so if that is not enough") {
    std::string const fits(255 - std::string_view{"price//"}.size(), 'x');
    auto const        whole = tenon::topic_of<market>(price{fits, 1});
    CHECK(!whole.too_long());
    CHECK(whole.text() == "price/" + fits + "/");
    CHECK(whole.text().size() == tenon::topic::max_size);

    CHECK(tenon::topic_of<market>(price{fits + "x", 1}).too_long());
    CHECK(tenon::topic_of<market>(price{fits + "x", 1}).text() == "price/");
    CHECK(tenon::topic_of<market>(price{fits.substr(1) + "/", 1}).too_long());  // escaped it does not fit
    CHECK(prefix<price>(fits) == whole.text());
    REQUIRE_THROWS_AS(prefix<price>(fits + "x"), tenon::error);
    REQUIRE_THROWS_AS(prefix<endless>(), tenon::error);
    CHECK(tenon::topic_of<market>(endless{}).too_long());

    // What comes behind a key that was too long is not taken for it.
    std::string const long_symbol(300, 'x');
    auto const        cut = tenon::topic_of<market>(trade{venue::nyse, long_symbol, 7, true, 1, 'B', toggle::on});
    CHECK(cut.too_long());
    CHECK(cut.text() == "trade/1/");
}

TEST_CASE("keys make no other statement of it") {
    using with    = tenon::event<price, &price::symbol>;
    using talk    = tenon::protocol<tenon::request<prices, price>, with>;
    namespace rules = tenon::detail;
    CHECK(rules::is_event<with>);
    CHECK(rules::is_statement<with>);
    CHECK(std::is_same_v<talk::events, tenon::message_set<price>>);
    CHECK(std::is_same_v<rules::statement_of_event_t<talk, price>, with>);
    CHECK(std::is_same_v<rules::statement_of_event_t<market, prices>, tenon::event<prices>>);
}

}  // namespace

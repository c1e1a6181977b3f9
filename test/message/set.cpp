// Sets of messages: found by wire name and by id.
#include "catch.hpp"

#include <tenon/message/set.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace {

struct ping {
    int count;
};
struct pong {
    int count;
};
struct plzdiekthxbye {};
struct stranger {};
struct pint {
    int count;
};

template <std::size_t I>
struct numbered {
    int value;
};

// "m_000" to "m_127": names that differ in one character.
template <std::size_t I>
struct number_name {
    char text[5]{'m', '_', static_cast<char>('0' + I / 100), static_cast<char>('0' + I / 10 % 10),
                 static_cast<char>('0' + I % 10)};
};
template <std::size_t I>
inline constexpr number_name<I> number_name_of{};

}  // namespace

template <std::size_t I>
struct tenon::traits<numbered<I>> {
    static constexpr std::string_view name{number_name_of<I>.text, 5};
};

namespace {

using tenon::message_set;

template <class Set>
std::size_t messages_not_found() {
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < Set::size; ++i) {
        // A copy, so that no pointer is taken for the name.
        if (Set::find(std::string{Set::names[i]}) != i) ++wrong;
        if (Set::find(Set::ids[i]) != i) ++wrong;
        if (Set::find(std::string{Set::names[i]} + "x") != Set::npos) ++wrong;
        if (Set::find(Set::names[i].substr(1)) != Set::npos) ++wrong;
        std::string upper{Set::names[i]};
        upper[0] = static_cast<char>(upper[0] - 'a' + 'A');
        if (Set::find(upper) != Set::npos) ++wrong;
    }
    return wrong;
}

TEST_CASE("a message is found by its name and its id, and nothing else is") {
    using set = message_set<ping, pong, plzdiekthxbye>;
    CHECK(messages_not_found<set>() == 0);
    CHECK(set::find("pong") == 1);
    CHECK(set::find(tenon::message_id<plzdiekthxbye>) == 2);
    CHECK(set::find("pint") == set::npos);
    CHECK(set::find("") == set::npos);
    CHECK(set::find(tenon::message_id<pint>) == set::npos);
    CHECK(set::find(0u) == set::npos);
    CHECK(set::find(std::string_view{"pong\0", 5}) == set::npos);
}

TEST_CASE("a set of one message knows it from others") {
    using set = message_set<ping>;
    CHECK(messages_not_found<set>() == 0);
    CHECK(set::find("pong") == set::npos);
}

TEST_CASE("nothing is found in an empty set") {
    using set = message_set<>;
    CHECK(set::size == 0);
    CHECK(set::find("ping") == set::npos);
    CHECK(set::find(tenon::message_id<ping>) == set::npos);
    CHECK(std::is_same_v<set::variant, std::variant<std::monostate>>);
}

TEST_CASE("a set lists its messages in order, as types, names, ids and variant") {
    using set = message_set<ping, pong, plzdiekthxbye>;
    CHECK(set::size == 3);
    CHECK(std::is_same_v<set::at<1>, pong>);
    CHECK(std::is_same_v<set::variant, std::variant<ping, pong, plzdiekthxbye>>);
    CHECK(set::names[2] == "plzdiekthxbye");
    CHECK(set::ids[0] == tenon::message_id<ping>);
    CHECK(set::contains<pong>);
    CHECK(!set::contains<stranger>);
    CHECK(set::index_of<plzdiekthxbye> == 2);
    CHECK(set::index_of<stranger> == set::npos);
}

template <std::size_t... I>
message_set<numbered<I>...> make_numbered(std::index_sequence<I...>);
template <std::size_t N>
using numbered_set = decltype(make_numbered(std::make_index_sequence<N>{}));

TEST_CASE("many messages with names that look alike are found") {
    CHECK(numbered_set<128>::names[127] == "m_127");
    CHECK(messages_not_found<numbered_set<8>>() == 0);
    CHECK(messages_not_found<numbered_set<32>>() == 0);
    CHECK(messages_not_found<numbered_set<64>>() == 0);
    CHECK(messages_not_found<numbered_set<128>>() == 0);
    CHECK(messages_not_found<numbered_set<256>>() == 0);
}

}  // namespace

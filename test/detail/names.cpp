// Names of types, strings as template arguments, and lists of types.
#include "catch.hpp"

#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

struct global {};

namespace shop {
struct order {
    struct line {};
};
template <class...>
struct box {
    struct inner {};
};
template <char>
struct cell {};
namespace {
struct hidden {};
}  // namespace
}  // namespace shop

namespace {

using namespace tenon::detail;

template <class T, class U>
auto local_of_template() {
    struct order {};
    return order{};
}

TEST_CASE("the unqualified name of a type is its last part, wherever it is declared") {
    CHECK(unqualified_name<global>() == "global");
    CHECK(unqualified_name<shop::order>() == "order");
    CHECK(unqualified_name<shop::order::line>() == "line");
    CHECK(unqualified_name<shop::hidden>() == "hidden");
}

TEST_CASE("the unqualified name of a local type is its own") {
    struct local {};
    CHECK(unqualified_name<local>() == "local");

    auto const plain   = [] { struct order {}; return order{}; };
    auto const generic = [](auto) { struct order {}; return order{}; };
    CHECK(unqualified_name<decltype(plain())>() == "order");
    CHECK(unqualified_name<decltype(generic(std::string{}))>() == "order");
    // g++ spells the function's template arguments in front of it.
    CHECK(unqualified_name<decltype(local_of_template<int, shop::box<std::string>>())>() == "order");
}

TEST_CASE("template arguments do not belong to the unqualified name") {
    CHECK(unqualified_name<shop::box<>>() == "box");
    CHECK(unqualified_name<shop::box<int>>() == "box");
    CHECK(unqualified_name<shop::box<shop::order, std::vector<shop::box<int>>>>() == "box");
    CHECK(unqualified_name<shop::box<shop::order>::inner>() == "inner");
    CHECK(unqualified_name<shop::cell<'>'>>() == "cell");
    CHECK(unqualified_name<shop::cell<'<'>>() == "cell");
    CHECK(unqualified_name<shop::cell<'a'>>() == "cell");
}

TEST_CASE("the name for people says where the type is declared") {
    CHECK(type_name<shop::order>() == "shop::order");
    CHECK(type_name<int>() == "int");
    CHECK(type_name<shop::box<int>>() == "shop::box<int>");
}

template <fixed_string Text>
struct named {
    static constexpr std::string_view name = Text.view();
};

TEST_CASE("a string can be a template argument") {
    CHECK(named<"requests">::name == "requests");
    CHECK(named<"">::name.empty());
    CHECK(std::is_same_v<named<"a">, named<"a">>);
    CHECK(!std::is_same_v<named<"a">, named<"b">>);
    CHECK(!std::is_same_v<named<"a">, named<"ab">>);
    CHECK(fixed_string{"one"} == fixed_string{"one"});
    CHECK(!(fixed_string{"one"} == fixed_string{"ones"}));
    CHECK(decltype(fixed_string{"four"})::size() == 4);
}

TEST_CASE("types are found in a list by index and by type") {
    CHECK(std::is_same_v<type_at<0, int, char, int>, int>);
    CHECK(std::is_same_v<type_at<1, int, char, int>, char>);
    CHECK(std::is_same_v<type_at<2, int, char, int>, int>);
    CHECK(std::is_same_v<type_at<1, void, int&, void>, int&>);
    CHECK(index_of<char, int, char, char>() == 1);
    CHECK(index_of<int, int>() == 0);
    CHECK(index_of<long, int, char>() == npos);
    CHECK(index_of<long>() == npos);
    CHECK(one_of<char, int, char>);
    CHECK(!one_of<long, int, char>);
    CHECK(!one_of<long>);
    CHECK(type_list<int, char>::size == 2);
}

}  // namespace

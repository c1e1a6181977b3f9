// Which types a field may have, and how each of them is treated.
#include "catch.hpp"

#include <tenon/message/message.hpp>

#include <array>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace tenon;
using enum field_kind;

enum class scoped : std::uint16_t { a = 1, b = 5 };
enum plain : int { one, two };
struct point {
    int x, y;
};
struct nothing {};
struct with_view {
    int              n;
    std::string_view text;
};
struct deep_view {
    std::vector<std::optional<std::map<std::string, with_view>>> all;
};
struct tree {
    std::vector<tree> children;
};
struct tree_of_views {
    std::vector<tree_of_views> children;
    std::string_view           label;
};
struct with_constructor {
    explicit with_constructor(int) {}
};
struct derived : point {};

}  // namespace

template <>
struct tenon::traits<scoped> {
    static constexpr std::array<scoped, 2> values{scoped::a, scoped::b};
};

namespace {

TEST_CASE("scalars have their kinds") {
    CHECK(kind_of<bool> == boolean);
    CHECK(kind_of<char> == integer);
    CHECK(kind_of<signed char> == integer);
    CHECK(kind_of<unsigned char> == integer);
    CHECK(kind_of<std::int16_t> == integer);
    CHECK(kind_of<std::uint32_t> == integer);
    CHECK(kind_of<long> == integer);
    CHECK(kind_of<unsigned long long> == integer);
    CHECK(kind_of<float> == floating);
    CHECK(kind_of<double> == floating);
    CHECK(kind_of<scoped> == enumeration);
    CHECK(kind_of<plain> == enumeration);
    CHECK(kind_of<std::byte> == enumeration);
}

TEST_CASE("text and bytes have their kinds, owned and borrowed") {
    CHECK(kind_of<std::string> == string);
    CHECK(kind_of<std::string_view> == string_view);
    CHECK(kind_of<std::vector<std::byte>> == blob);
    CHECK(kind_of<std::array<std::byte, 16>> == blob);
    CHECK(kind_of<std::span<std::byte const>> == blob_view);
    CHECK(kind_of<std::span<double const>> == span);
    CHECK(kind_of<std::span<std::uint8_t const>> == span);
}

TEST_CASE("containers have their kinds") {
    CHECK(kind_of<std::vector<int>> == sequence);
    CHECK(kind_of<std::vector<bool>> == sequence);
    CHECK(kind_of<std::vector<point>> == sequence);
    CHECK(kind_of<std::array<int, 4>> == array);
    CHECK(kind_of<std::array<point, 1>> == array);
    CHECK(kind_of<std::array<int, 0>> == array);
    CHECK(kind_of<std::optional<int>> == optional);
    CHECK(kind_of<std::map<std::string, int>> == map);
    CHECK(kind_of<std::unordered_map<std::uint64_t, point>> == map);
    CHECK(kind_of<std::variant<int, std::string>> == variant);
    CHECK(kind_of<std::pair<int, int>> == tuple);
    CHECK(kind_of<std::tuple<int, std::string>> == tuple);
    CHECK(kind_of<std::tuple<>> == tuple);
}

TEST_CASE("durations, emptiness and structs have their kinds") {
    CHECK(kind_of<std::chrono::milliseconds> == duration);
    CHECK(kind_of<std::chrono::duration<double>> == duration);
    CHECK(kind_of<std::monostate> == empty);
    CHECK(kind_of<point> == aggregate);
    CHECK(kind_of<nothing> == aggregate);
    CHECK(kind_of<failure> == aggregate);
}

TEST_CASE("what cannot travel is unsupported") {
    CHECK(kind_of<wchar_t> == unsupported);
    CHECK(kind_of<char8_t> == unsupported);
    CHECK(kind_of<char16_t> == unsupported);
    CHECK(kind_of<char32_t> == unsupported);
    CHECK(kind_of<long double> == unsupported);
    CHECK(kind_of<std::wstring> == unsupported);
    CHECK(kind_of<std::u8string> == unsupported);
    CHECK(kind_of<std::set<int>> == unsupported);
    CHECK(kind_of<std::list<int>> == unsupported);
    CHECK(kind_of<std::unique_ptr<int>> == unsupported);
    CHECK(kind_of<std::span<int>> == unsupported);
    CHECK(kind_of<std::span<std::byte>> == unsupported);
    CHECK(kind_of<std::complex<double>> == unsupported);
    CHECK(kind_of<int*> == unsupported);
    CHECK(kind_of<char const*> == unsupported);
    CHECK(kind_of<with_constructor> == unsupported);
    CHECK(kind_of<std::chrono::system_clock::time_point> == unsupported);
}

TEST_CASE("the concept tells messages from other types") {
    CHECK(message<point>);
    CHECK(message<nothing>);
    CHECK(message<failure>);
    CHECK(!message<point const>);
    CHECK(!message<point&>);
    CHECK(!message<int>);
    CHECK(!message<scoped>);
    CHECK(!message<std::string>);
    CHECK(!message<std::vector<point>>);
    CHECK(!message<std::array<int, 2>>);
    CHECK(!message<std::monostate>);
    CHECK(!message<with_constructor>);
}

TEST_CASE("borrowed fields are found however deep they stand") {
    CHECK(detail::borrows<with_view>());
    CHECK(detail::borrows<deep_view>());
    CHECK(detail::borrows<std::variant<int, std::span<int const>>>());
    CHECK(detail::borrows<std::tuple<int, std::array<std::span<std::byte const>, 2>>>());
    CHECK(detail::borrows<tree_of_views>());
    CHECK(!detail::borrows<point>());
    CHECK(!detail::borrows<tree>());
    CHECK(!detail::borrows<failure>());
    CHECK(!detail::borrows<std::vector<std::string>>());
}

TEST_CASE("an enum takes the values that its traits list, or all") {
    CHECK(is_valid_enum(scoped::a));
    CHECK(is_valid_enum(scoped::b));
    CHECK(!is_valid_enum(static_cast<scoped>(2)));
    CHECK(is_valid_enum(two));
    CHECK(is_valid_enum(static_cast<plain>(77)));
}

// The checks behind the sentences of check_message; the sentences themselves are tested in test/reject.

TEST_CASE("a base class is seen") {
    struct empty_base : nothing {};
    struct with_field : nothing {
        int n;
    };
    CHECK(detail::has_base_class<derived>);
    CHECK(detail::has_base_class<empty_base>);
    CHECK(detail::has_base_class<with_field>);
    CHECK(!detail::has_base_class<point>);
    CHECK(!detail::has_base_class<deep_view>);
    CHECK(!detail::has_base_class<nothing>);
}

template <class T>
struct alone {
    T it;
};
template <class T>
struct between {
    std::string before;
    T           it;
    int         after;
};

template <class T>
constexpr bool array_seen = detail::has_c_array<alone<T>>() && detail::has_c_array<between<T>>();
template <class T>
constexpr bool no_array_seen = !detail::has_c_array<alone<T>>() && !detail::has_c_array<between<T>>();

TEST_CASE("a C array is seen, whatever it is an array of") {
    CHECK(array_seen<int[2]>);
    CHECK(array_seen<char[16]>);
    CHECK(array_seen<point[2]>);
    CHECK(array_seen<std::string[3]>);
    CHECK(array_seen<std::vector<point>[2]>);
    CHECK(array_seen<int[2][2]>);
    CHECK(array_seen<std::tuple<int, int>[2]>);
    CHECK(array_seen<scoped[2]>);
}

TEST_CASE("no other field is taken for a C array") {
    CHECK(no_array_seen<int>);
    CHECK(no_array_seen<point>);
    CHECK(no_array_seen<nothing>);
    CHECK(no_array_seen<std::string>);
    CHECK(no_array_seen<std::string_view>);
    CHECK(no_array_seen<std::array<int, 3>>);
    CHECK(no_array_seen<std::array<point, 3>>);
    CHECK(no_array_seen<std::array<std::array<int, 2>, 2>>);
    CHECK(no_array_seen<std::vector<std::string>>);
    CHECK(no_array_seen<std::pair<std::string, std::string>>);
    CHECK(no_array_seen<std::tuple<int, std::string>>);
    CHECK(no_array_seen<std::tuple<>>);
    CHECK(no_array_seen<std::variant<std::string, point>>);
    CHECK(no_array_seen<std::optional<point>>);
    CHECK(no_array_seen<std::map<std::string, point>>);
    CHECK(no_array_seen<std::unordered_map<int, point>>);
    CHECK(no_array_seen<std::span<int const>>);
    CHECK(no_array_seen<std::chrono::milliseconds>);
    CHECK(no_array_seen<std::monostate>);
    CHECK(no_array_seen<tree>);
    CHECK(no_array_seen<failure>);
}

}  // namespace

// Names and fields of message structs. Compiled twice: with the field names that Boost.PFR reads (from Boost
// 1.84 on), and with those of our own helper.
#include "catch.hpp"

#include <tenon/message/message.hpp>

#include <boost/version.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#if BOOST_VERSION >= 108400
#include <boost/pfr/core_name.hpp>
#endif

struct ping {
    int count;
};
struct plzdiekthxbye {};

namespace shop {
enum class colour : std::uint8_t { red, green };
struct money {
    std::int64_t cents;
    std::string  currency;
};
struct order {
    std::uint32_t              id;
    std::string                customer_name;
    std::vector<money>         prices;
    std::optional<colour>      c;
    std::map<std::string, int> x1;
    money                      total;
    std::array<double, 3>      size_;
    bool                       _paid;
};
namespace {
struct hidden {
    int first, second;
};
}  // namespace
template <class T>
struct box {
    T                   content;
    std::pair<T, money> content2;
};
struct tree {
    int               value;
    std::vector<tree> children;
};
struct borrowed {
    std::string_view           text;
    std::span<double const>    samples;
    std::span<std::byte const> raw;
};
struct everything {
    bool                                                           b;
    char                                                           c;
    std::int64_t                                                   i;
    float                                                          f;
    colour                                                         e;
    std::string                                                    s;
    std::vector<std::byte>                                         bytes;
    std::vector<bool>                                              flags;
    std::array<int, 2>                                             pair;
    std::optional<std::vector<std::vector<std::string>>>           o;
    std::variant<std::monostate, int, std::string, money>          v;
    std::pair<int, std::string>                                    p;
    std::tuple<int, double, std::string>                           t;
    std::tuple<>                                                   nothing;
    std::chrono::milliseconds                                      d;
    std::monostate                                                 empty;
    plzdiekthxbye                                                  empty_struct;
    std::map<std::string, std::vector<std::optional<money>>>       m;
    std::array<money, 2>                                           moneys;
    std::optional<money>                                           maybe;
    std::array<std::byte, 16>                                      digest;
};
struct renamed {
    int a, b;
};
struct twelve {
    int a, b, c, d, e, f, g, h, i, j, k, l;
};
struct listed {
    int a, b;
};
}  // namespace shop

template <>
struct tenon::traits<shop::renamed> {
    static constexpr std::string_view                name = "re:named";
    static constexpr std::array<std::string_view, 2> fields{"first-one", "b"};
};
template <>
struct tenon::traits<shop::listed> {
    static constexpr char const* fields[] = {"x", "y"};
};

namespace {

using namespace tenon;

template <class M>
std::vector<std::string_view> names() {
    return {field_names<M>.begin(), field_names<M>.end()};
}
using list = std::vector<std::string_view>;

TEST_CASE("the wire name of a message is the unqualified name of its struct") {
    CHECK(message_name<ping> == "ping");
    CHECK(message_name<shop::order> == "order");
    CHECK(message_name<shop::hidden> == "hidden");
    CHECK(message_name<shop::box<int>> == "box");
    CHECK(message_name<failure> == "failure");
    struct local {
        int value;
    };
    CHECK(message_name<local> == "local");
}

TEST_CASE("field names are those of the struct, in declared order") {
    CHECK(names<ping>() == list{"count"});
    CHECK(names<plzdiekthxbye>().empty());
    CHECK(names<shop::money>() == list{"cents", "currency"});
    CHECK(names<shop::order>() ==
          list{"id", "customer_name", "prices", "c", "x1", "total", "size_", "_paid"});
    CHECK(names<shop::twelve>() == list{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"});
    CHECK(names<failure>() == list{"code", "text"});
    CHECK(field_name<shop::order, 5> == "total");
}

TEST_CASE("field names are found in an unnamed namespace, in templates and in recursive structs") {
    CHECK(names<shop::hidden>() == list{"first", "second"});
    CHECK(names<shop::box<int>>() == list{"content", "content2"});
    CHECK(names<shop::box<std::map<std::string, shop::money>>>() == list{"content", "content2"});
    CHECK(names<shop::tree>() == list{"value", "children"});
    CHECK(names<shop::borrowed>() == list{"text", "samples", "raw"});
}

TEST_CASE("every kind of field has its name") {
    CHECK(names<shop::everything>() ==
          list{"b", "c", "i", "f",       "e", "s",     "bytes",        "flags", "pair",   "o",     "v",
               "p", "t", "nothing", "d", "empty", "empty_struct", "m", "moneys", "maybe", "digest"});
    CHECK(detail::check_message<shop::everything>::value);
}

TEST_CASE("traits give a message and its fields other names") {
    CHECK(message_name<shop::renamed> == "re:named");
    CHECK(names<shop::renamed>() == list{"first-one", "b"});
    CHECK(names<shop::listed>() == list{"x", "y"});
}

TEST_CASE("the names come from where the build says") {
#if BOOST_VERSION < 108400 || defined(TENON_OWN_FIELD_NAMES)
    STATIC_REQUIRE(TENON_PFR_HAS_NAMES == 0);
#endif
#if BOOST_VERSION >= 108400 && (defined(__clang__) || __GNUC__ >= 13)
    #ifndef TENON_OWN_FIELD_NAMES
    STATIC_REQUIRE(TENON_PFR_HAS_NAMES == 1);
#endif
    // Whichever way was taken above, it agrees with Boost's.
    auto const agree = []<class M>(std::type_identity<M>) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return ((boost::pfr::get_name<I, M>() == field_name<M, I>) && ...);
        }(std::make_index_sequence<field_count<M>>{});
    };
    CHECK(agree(std::type_identity<ping>{}));
    CHECK(agree(std::type_identity<shop::order>{}));
    CHECK(agree(std::type_identity<shop::box<std::string>>{}));
    CHECK(agree(std::type_identity<shop::everything>{}));
#endif
}

TEST_CASE("fields are counted and typed") {
    CHECK(field_count<ping> == 1);
    CHECK(field_count<plzdiekthxbye> == 0);
    CHECK(field_count<shop::order> == 8);
    CHECK(field_count<shop::everything> == 21);
    CHECK(std::is_same_v<field_type<shop::order, 1>, std::string>);
    CHECK(std::is_same_v<field_type<shop::order, 3>, std::optional<shop::colour>>);
}

TEST_CASE("fields are read and written through the object") {
    shop::money m{250, "EUR"};
    get_field<0>(m) = 300;
    CHECK(m.cents == 300);
    CHECK(get_field<1>(std::as_const(m)) == "EUR");

    std::string seen;
    for_each_field(std::as_const(m), [&](auto const& field, auto index) {
        seen += std::to_string(index());
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field)>, std::string>) seen += field;
    });
    CHECK(seen == "01EUR");

    apply_fields(m, [](std::int64_t& cents, std::string& currency) {
        cents    = 1;
        currency = "USD";
    });
    CHECK(m.cents == 1);
    CHECK(m.currency == "USD");
    plzdiekthxbye none;
    CHECK(apply_fields(none, [](auto&... fields) { return sizeof...(fields); }) == 0);
}

}  // namespace

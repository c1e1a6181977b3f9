// Message ids: golden values, and which changes of a struct change its id. Ids are on the wire of the binary
// codec: a golden value that changes breaks peers that were built before.
#include "catch.hpp"

#include <tenon/message/id.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace golden {

struct ping { int count; };
struct plzdiekthxbye {};
enum class colour : std::uint8_t { red };
struct money { std::int64_t cents; std::string currency; };
struct scalars {
    bool b; char c; std::int8_t i8; std::uint16_t u16; float f; double d; colour e; std::byte raw;
};
struct texts {
    std::string s; std::string_view v; std::vector<std::byte> blob; std::array<std::byte, 16> digest;
    std::span<std::byte const> view;
};
struct containers {
    std::vector<int> many; std::array<int, 4> four; std::optional<std::string> maybe;
    std::map<std::string, int> m; std::unordered_map<std::uint64_t, std::vector<bool>> u;
    std::span<double const> samples;
};
struct choices {
    std::variant<int, std::string, std::monostate> v; std::pair<int, bool> p;
    std::tuple<int, double, std::string> t;
};
struct times {
    std::chrono::nanoseconds ns; std::chrono::duration<std::int64_t, std::ratio<60>> minutes;
    std::chrono::duration<double> s;
};
struct order { std::uint32_t id; std::vector<money> lines; money total; plzdiekthxbye nothing; };
struct tree { int value; std::vector<tree> children; };
struct renamed { int a, b; };

}  // namespace golden

template <>
struct tenon::traits<golden::renamed> {
    static constexpr std::string_view                name = "other";
    static constexpr std::array<std::string_view, 2> fields{"x", "y"};
};

namespace {

using tenon::message_id;

// FNV-1a once more, written apart from the library's.
std::uint32_t fnv1a(std::string_view text) {
    std::uint64_t state = 0x811c9dc5;
    for (char const c : text) state = ((state ^ static_cast<unsigned char>(c)) * 0x01000193) & 0xffffffff;
    return static_cast<std::uint32_t>(state);
}

struct golden_id {
    std::uint32_t    id;
    std::uint32_t    expected;
    std::string_view description;
};

TEST_CASE("ids are the hash of the message's description, on every compiler") {
    golden_id const all[] = {
        {message_id<golden::ping>, 0x5e4c4fad, "ping{count:i32;}"},
        {message_id<golden::plzdiekthxbye>, 0xd6c2ab7a, "plzdiekthxbye{}"},
        {message_id<golden::money>, 0x5ed5be9f, "money{cents:i64;currency:str;}"},
        {message_id<golden::scalars>, 0x9efd50b4,
         "scalars{b:bool;c:c8;i8:i8;u16:u16;f:f32;d:f64;e:u8;raw:u8;}"},
        {message_id<golden::texts>, 0xcae81663, "texts{s:str;v:str;blob:bytes;digest:bytes*16;view:bytes;}"},
        {message_id<golden::containers>, 0x8bf42a03,
         "containers{many:[i32];four:[i32*4];maybe:str?;m:{str:i32};u:{u64:[bool]};samples:[f64];}"},
        {message_id<golden::choices>, 0x2d58da9e,
         "choices{v:(i32|str|null|);p:(i32,bool,);t:(i32,f64,str,);}"},
        {message_id<golden::times>, 0x2d0b19b9, "times{ns:d1/1000000000:i64;minutes:d60/1:i64;s:d1/1:f64;}"},
        {message_id<golden::order>, 0x12dd3b6a,
         "order{id:u32;lines:[{cents:i64;currency:str;}];total:{cents:i64;currency:str;};nothing:{};}"},
        {message_id<golden::tree>, 0x6a1e8931, "tree{value:i32;children:[^0];}"},
        {message_id<golden::renamed>, 0x415b8cd2, "other{x:i32;y:i32;}"},
        {message_id<tenon::failure>, 0xddfaff68, "failure{code:u16;text:str;}"},
    };
    for (golden_id const& each : all) {
        INFO(each.description);
        CHECK(each.id == fnv1a(each.description));
        CHECK(each.id == each.expected);
    }
}

TEST_CASE("ids are known while compiling") {
    STATIC_REQUIRE(message_id<golden::ping> != message_id<golden::plzdiekthxbye>);
}

// Each of these namespaces has one message of the same name, changed in one thing.
using ints      = std::vector<int>;
using text_view = std::string_view;
using int_span  = std::span<int const>;
using text      = std::string;
using blob      = std::vector<std::byte>;
using ms        = std::chrono::milliseconds;
using sec       = std::chrono::seconds;
using float_ms  = std::chrono::duration<double, std::milli>;
struct inner { int n; };
struct inner_k { int k; };
struct inner_char { char n; };
struct inner_alike { int n; };
enum class number : int {};

namespace base {
struct m { int a; ints list; text label; inner nested; ms wait; };
}  // namespace base
namespace field_name { struct m { int b; ints list; text label; inner nested; ms wait; }; }
namespace field_type { struct m { long a; ints list; text label; inner nested; ms wait; }; }
namespace field_sign { struct m { unsigned a; ints list; text label; inner nested; ms wait; }; }
namespace field_order { struct m { ints list; int a; text label; inner nested; ms wait; }; }
namespace field_fewer { struct m { int a; ints list; text label; inner nested; }; }
namespace field_more { struct m { int a; ints list; text label; inner nested; ms wait; bool more; }; }
namespace field_optional { struct m { std::optional<int> a; ints list; text label; inner nested; ms wait; }; }
namespace element_type { struct m { int a; std::vector<short> list; text label; inner nested; ms wait; }; }
namespace fixed_length { struct m { int a; std::array<int, 3> list; text label; inner nested; ms wait; }; }
namespace text_is_blob { struct m { int a; ints list; blob label; inner nested; ms wait; }; }
namespace nested_name { struct m { int a; ints list; text label; inner_k nested; ms wait; }; }
namespace nested_type { struct m { int a; ints list; text label; inner_char nested; ms wait; }; }
namespace nested_flat { struct m { int a; ints list; text label; int nested; ms wait; }; }
namespace duration_unit { struct m { int a; ints list; text label; inner nested; sec wait; }; }
namespace duration_rep { struct m { int a; ints list; text label; inner nested; float_ms wait; }; }
namespace other_name { struct n { int a; ints list; text label; inner nested; ms wait; }; }

TEST_CASE("every change that the wire shows gives another id") {
    std::uint32_t const ids[] = {
        message_id<base::m>,         message_id<field_name::m>,     message_id<field_type::m>,
        message_id<field_sign::m>,   message_id<field_order::m>,    message_id<field_fewer::m>,
        message_id<field_more::m>,   message_id<field_optional::m>, message_id<element_type::m>,
        message_id<fixed_length::m>, message_id<text_is_blob::m>,   message_id<nested_name::m>,
        message_id<nested_type::m>,  message_id<nested_flat::m>,    message_id<duration_unit::m>,
        message_id<duration_rep::m>, message_id<other_name::n>,
    };
    std::size_t const count = sizeof ids / sizeof *ids;
    for (std::size_t b = 0; b < count; ++b)
        for (std::size_t a = 0; a < b; ++a) {
            INFO("changes number " << a << " and " << b);
            CHECK(ids[a] != ids[b]);
        }
}

// The same bytes on the wire, so the same id: one end may borrow what the other owns.
namespace borrowing { struct m { int a; int_span list; text_view label; inner nested; ms wait; }; }
namespace other_inner_name { struct m { int a; ints list; text label; inner_alike nested; ms wait; }; }
namespace enumerated { struct m { number a; std::vector<number> list; text label; inner nested; ms wait; }; }
namespace map_ordered { struct m { std::map<int, std::vector<std::byte>> all; }; }
namespace map_hashed { struct m { std::unordered_map<int, std::span<std::byte const>> all; }; }

TEST_CASE("changes that the wire does not show keep the id") {
    CHECK(message_id<borrowing::m> == message_id<base::m>);
    CHECK(message_id<other_inner_name::m> == message_id<base::m>);
    CHECK(message_id<enumerated::m> == message_id<base::m>);
    CHECK(message_id<map_ordered::m> == message_id<map_hashed::m>);
}

namespace list_of_self { struct m { int v; std::vector<m> all; }; }
namespace list_of_leaf { struct leaf { int v; }; struct m { int v; std::vector<leaf> all; }; }
namespace map_of_self { struct m { int v; std::map<std::string, m> all; }; }
namespace two_levels {
struct m {
    struct n { std::vector<m> up; std::vector<n> same; };
    int            v;
    std::vector<n> all;
};
}  // namespace two_levels
namespace two_levels_swapped {
struct m {
    struct n { std::vector<n> up; std::vector<m> same; };
    int            v;
    std::vector<n> all;
};
}  // namespace two_levels_swapped

TEST_CASE("recursive structs have ids that say what they hold") {
    CHECK(message_id<list_of_self::m> == fnv1a("m{v:i32;all:[^0];}"));
    CHECK(message_id<map_of_self::m> == fnv1a("m{v:i32;all:{str:^0};}"));
    CHECK(message_id<two_levels::m> == fnv1a("m{v:i32;all:[{up:[^1];same:[^0];}];}"));
    CHECK(message_id<list_of_self::m> != message_id<list_of_leaf::m>);
    CHECK(message_id<two_levels::m> != message_id<two_levels_swapped::m>);
}

}  // namespace

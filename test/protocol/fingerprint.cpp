// Fingerprints and definitions: golden values, what changes them, and the sentences about what differs. A golden value
// that changes makes builds from before and after look different that are not.
#include "catch.hpp"

#include <tenon/protocol/difference.hpp>
#include <tenon/protocol/fingerprint.hpp>
#include <tenon/protocol/protocol.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace golden {

struct ping { int count; };
struct pong { int count; };
struct plzdiekthxbye {};
struct item { std::string sku; std::uint16_t count; };
struct order { std::uint64_t id; std::vector<item> items; std::optional<std::string> note; };
struct receipt { std::uint64_t id; };
struct price { std::string symbol; double value; std::int32_t lot; };
struct renamed { int a, b; };

using ping_pong = tenon::protocol<tenon::request<ping, pong>, tenon::command<plzdiekthxbye>>;
using turned    = tenon::protocol<tenon::command<plzdiekthxbye>, tenon::request<ping, pong>>;
using shop      = tenon::protocol<tenon::request<order, receipt>, tenon::event<price, &price::lot, &price::symbol>,
                                  tenon::event<renamed, &renamed::b>>;

}  // namespace golden

template <>
struct tenon::traits<golden::renamed> {
    static constexpr std::string_view                name = "other";
    static constexpr std::array<std::string_view, 2> fields{"x", "y"};
};

namespace {

// Each of these namespaces changes one thing.
namespace other_type {
struct ping { long long count; };
using protocol = tenon::protocol<tenon::request<ping, golden::pong>, tenon::command<golden::plzdiekthxbye>>;
}
namespace other_field {
struct ping { int number; };
using protocol = tenon::protocol<tenon::request<ping, golden::pong>, tenon::command<golden::plzdiekthxbye>>;
}
namespace other_statement {
using protocol = tenon::protocol<tenon::command<golden::ping>, tenon::command<golden::plzdiekthxbye>>;
}
namespace other_reply {
using protocol = tenon::protocol<tenon::request<golden::ping, golden::ping>, tenon::command<golden::plzdiekthxbye>>;
}
namespace fewer {
using protocol = tenon::protocol<tenon::request<golden::ping, golden::pong>>;
}
namespace other_keys {
struct price { std::string symbol; double value; std::int32_t lot; };
using protocol = tenon::protocol<tenon::event<price, &price::symbol>>;
using swapped  = tenon::protocol<tenon::event<price, &price::lot>>;
}

using tenon::fingerprint;
using tenon::detail::first_difference;

// FNV-1a once more, written apart from the library's.
std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t state = 14695981039346656037u;
    for (char const c : text) {
        state ^= static_cast<unsigned char>(c);
        state *= 1099511628211u;
    }
    return state;
}

TEST_CASE("the definition of a protocol is a line for each statement, on every compiler") {
    CHECK(tenon::definition_of<golden::ping_pong>().text ==
          "request ping{count:i32;} pong{count:i32;}\n"
          "command plzdiekthxbye{}\n");
    CHECK(tenon::definition_of<golden::shop>().text ==
          "request order{id:u64;items:[{sku:str;count:u16;}];note:str?;} receipt{id:u64;}\n"
          "event price{symbol:str;value:f64;lot:i32;} lot symbol\n"
          "event other{x:i32;y:i32;} y\n");
    CHECK(tenon::definition_of<golden::shop>().fingerprint() == fingerprint<golden::shop>);
    CHECK(tenon::definition{"no end"}.fingerprint() == fnv1a("no end"));
    CHECK(tenon::definition{}.fingerprint() == 0);
}

TEST_CASE("a fingerprint is the sum of the hashes of the lines, known while compiling") {
    STATIC_REQUIRE(fingerprint<golden::ping_pong> == 0x12f7fc9db76c7bc1);
    STATIC_REQUIRE(fingerprint<golden::shop> == 0xe7172fc26e8ab58d);
    STATIC_REQUIRE(fingerprint<tenon::protocol<>> == 0);
    CHECK(fingerprint<golden::ping_pong> ==
          fnv1a("request ping{count:i32;} pong{count:i32;}\n") + fnv1a("command plzdiekthxbye{}\n"));
}

TEST_CASE("a fingerprint changes with names, fields, types and statements, and not with their order") {
    constexpr std::uint64_t ours = fingerprint<golden::ping_pong>;
    CHECK(fingerprint<golden::turned> == ours);
    CHECK(fingerprint<other_type::protocol> != ours);
    CHECK(fingerprint<other_field::protocol> != ours);
    CHECK(fingerprint<other_statement::protocol> != ours);
    CHECK(fingerprint<other_reply::protocol> != ours);
    CHECK(fingerprint<fewer::protocol> != ours);
    CHECK(fingerprint<other_keys::protocol> != fingerprint<other_keys::swapped>);
}

TEST_CASE("what differs is said with message and field") {
    std::string_view const ours = "request q{a:i32;items:[{sku:str;count:u32;}];by:{name:str;}?;} r{b:u8;}\n";
    auto const differs = [&](std::string const& theirs) { return first_difference(ours, theirs); };

    CHECK(differs(std::string{"event q{}\ncommand stop{}\n"} + std::string{ours}) == "");
    CHECK(differs("request q{a:i64;items:[{sku:str;count:u32;}];by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: field a is i64 there and i32 here");
    CHECK(differs("request q{a:i32;items:[{sku:str;count:u16;}];by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: field items.count is u16 there and u32 here");
    CHECK(differs("request q{a:i32;items:[{sku:str;}];by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: field items.count (u32) is only here");
    CHECK(differs("request q{a:i32;items:[{sku:str;count:u32;}];by:{name:str;age:u8?;}?;} r{b:u8;}\n") ==
          "message q: field by.age (u8?) is only there");
    CHECK(differs("request q{a:i32;items:[{count:u32;sku:str;}];by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: the fields of items have another order");
    CHECK(differs("request q{items:[{sku:str;count:u32;}];a:i32;by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: the fields have another order");
    CHECK(differs("request q{a:i32;items:{str:u32};by:{name:str;}?;} r{b:u8;}\n") ==
          "message q: field items is {str:u32} there and [{sku:str;count:u32;}] here");
    CHECK(differs("request q{a:i32;items:[{sku:str;count:u32;}];by:{name:str;}?;} r{b:u16;}\n") ==
          "message r: field b is u16 there and u8 here");
    CHECK(differs("request q{a:i32;items:[{sku:str;count:u32;}];by:{name:str;}?;} s{b:u8;}\n") ==
          "the reply to q is s there and r here");
    CHECK(differs("command q{a:i32;items:[{sku:str;count:u32;}];by:{name:str;}?;}\n") ==
          "message q is declared as command there and as request here");
    CHECK(differs("request p{} r{b:u8;}\n") == "message q is only here");
    CHECK(differs("") == "message q is only here");
    CHECK(first_difference("event e{a:i32;b:i32;} a\n", "event e{a:i32;b:i32;} b\n") == "message e has other keys");
}

TEST_CASE("a definition may be any text") {
    std::string_view const ours = "request q{a:i32;m:{str:u8};} r{}\n";
    char const* const texts[] = {
        "request", "request ", "request q", "request q{", "request q{a", "request q{a:", "request q}{",
        "request q{a:i32", "request q{}}}}", "request q{{{{", "\n\n\n", "   ", "request q{;;;;}",
        "request q{:;:;}", "request q[[[[ (((", "request q{a:i32;m:{str:u8};} ", "\xff{\x01}"};
    for (std::string const text : texts) {
        INFO(text);
        CHECK(!first_difference(ours, text).empty());
    }
    // What a peer wrote is shown without what a terminal obeys, and not at length.
    auto const shown = first_difference(ours, "request q{a:" + std::string(1000, '\x1b') + ";m:{str:u8};} r{}\n");
    CHECK(shown.size() < 200);
    CHECK(shown.find('\x1b') == std::string::npos);
}

}  // namespace

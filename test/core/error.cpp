// Error codes, failures and the exception: the vocabulary of what can go wrong.
#include "catch.hpp"

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using tenon::errc;

// The numbers travel, so they are repeated here: a change of one breaks peers that were built before.
std::vector<std::pair<errc, int>> const codes{
    {errc::ok, 0},
    {errc::malformed, 1},
    {errc::truncated, 2},
    {errc::trailing_bytes, 3},
    {errc::unknown_message, 4},
    {errc::wrong_type, 5},
    {errc::out_of_range, 6},
    {errc::wrong_arity, 7},
    {errc::bad_utf8, 8},
    {errc::duplicate_key, 9},
    {errc::unknown_key, 10},
    {errc::missing_field, 11},
    {errc::not_finite, 12},
    {errc::too_deep, 13},
    {errc::too_large, 14},
    {errc::handler_failed, 100},
    {errc::refused, 101},
    {errc::wrong_frames, 102},
    {errc::unexpected_reply, 103},
    {errc::timed_out, 104},
    {errc::late, 105},
    {errc::stopped, 106},
    {errc::lost, 107},
    {errc::other_definition, 108},
    {errc::would_block, 200},
    {errc::unroutable, 201},
    {errc::bad_address, 202},
    {errc::address_in_use, 203},
    {errc::wrong_thread, 204},
    {errc::terminated, 205},
    {errc::transport_error, 206},
    {errc::launch_failed, 300},
    {errc::not_ready, 301},
};

TEST_CASE("every error code keeps its number and has a text of its own") {
    std::set<std::string_view> texts;
    for (auto const& [code, number] : codes) {
        INFO("code " << number);
        CHECK(static_cast<int>(code) == number);
        CHECK(!describe(code).empty());
        CHECK(describe(code) != "unknown error");
        CHECK(texts.insert(describe(code)).second);
    }
}

TEST_CASE("every number that is described as an error is listed above") {
    std::size_t described = 0;
    for (unsigned number = 0; number <= 0xffff; ++number)
        if (describe(static_cast<errc>(number)) != "unknown error") ++described;
    CHECK(described == codes.size());
}

TEST_CASE("a code of a newer peer is described as unknown") {
    CHECK(describe(static_cast<errc>(9999)) == "unknown error");
}

TEST_CASE("a codec error is put into a sentence with its offset and what was expected") {
    CHECK(describe(tenon::codec_error{errc::malformed, 7, "']'"}) ==
          "malformed message at byte 7: expected ']'");
    CHECK(describe(tenon::codec_error{errc::trailing_bytes, 12}) ==
          "bytes after the end of the message at byte 12");
}

TEST_CASE("a codec error is true only if there is one") {
    CHECK(!tenon::codec_error{});
    CHECK(tenon::codec_error{errc::truncated, 0});
}

TEST_CASE("an exception carries the failure's code and text") {
    tenon::error const e{tenon::failure{errc::timed_out, "no reply within 20 ms"}};
    CHECK(e.code() == errc::timed_out);
    CHECK(e.what() == std::string{"no reply within 20 ms"});
}

TEST_CASE("an exception made from a failure without a text says what the code means") {
    tenon::error const e{tenon::failure{errc::unroutable, ""}};
    CHECK(e.what() == std::string{"no such peer"});
}

TEST_CASE("failures are compared by code and text") {
    tenon::failure const one{errc::refused, "no"};
    CHECK(one == tenon::failure{errc::refused, "no"});
    CHECK(one != tenon::failure{errc::refused, "never"});
    CHECK(one != tenon::failure{errc::late, "no"});
    CHECK(tenon::failure{}.code == errc::refused);
}

TEST_CASE("patterns are named as the manual names them") {
    using tenon::pattern;
    std::set<std::string_view> names;
    for (pattern const p : {pattern::req, pattern::rep, pattern::dealer, pattern::router, pattern::pub,
                            pattern::sub, pattern::xpub, pattern::xsub, pattern::push, pattern::pull,
                            pattern::pair})
        names.insert(name_of(p));
    CHECK(names == std::set<std::string_view>{"REQ", "REP", "DEALER", "ROUTER", "PUB", "SUB", "XPUB", "XSUB",
                                              "PUSH", "PULL", "PAIR"});
    CHECK(name_of(pattern::req) == "REQ");
}

}  // namespace

// result: a value or the reason why there is none.
#include "catch.hpp"

#include <tenon/core/result.hpp>

#include <any>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using tenon::errc;
using tenon::failure;
using tenon::result;

// Calls f and returns the error that it throws; the code is `ok` if it throws none.
template <class F>
tenon::error thrown_by(F&& f) {
    try {
        f();
    } catch (tenon::error const& e) {
        return e;
    }
    return {errc::ok, "nothing was thrown"};
}

TEST_CASE("a result with a value gives it") {
    result<int> r = 7;
    REQUIRE(r.has_value());
    CHECK(static_cast<bool>(r));
    CHECK(*r == 7);
    CHECK(r.value() == 7);
    CHECK(std::as_const(r).value() == 7);
    CHECK(r.value_or(9) == 7);
    *r = 8;
    CHECK(r.value() == 8);
}

TEST_CASE("a result without a value gives the reason and throws it") {
    result<int> r = failure{errc::refused, "sold out"};
    REQUIRE(!r.has_value());
    CHECK(!r);
    CHECK(r.error() == failure{errc::refused, "sold out"});
    CHECK(std::as_const(r).error().code == errc::refused);
    CHECK(r.value_or(9) == 9);

    auto const e = thrown_by([&] { static_cast<void>(r.value()); });
    CHECK(e.code() == errc::refused);
    CHECK(e.what() == std::string{"sold out"});
    CHECK(thrown_by([&] { static_cast<void>(std::as_const(r).value()); }).code() == errc::refused);
    CHECK(thrown_by([&] { static_cast<void>(std::move(r).value()); }).code() == errc::refused);
}

TEST_CASE("a result over a codec error throws its description") {
    result<int, tenon::codec_error> r = tenon::codec_error{errc::truncated, 3, "a number"};

    auto const e = thrown_by([&] { static_cast<void>(r.value()); });
    CHECK(e.code() == errc::truncated);
    CHECK(e.what() == std::string{"message ends too early at byte 3: expected a number"});
}

TEST_CASE("a result holds values that cannot be copied, and gives them away") {
    result<std::unique_ptr<int>> r = std::make_unique<int>(5);
    CHECK(**r == 5);
    CHECK(r->get() != nullptr);
    std::unique_ptr<int> const taken = std::move(r).value();
    CHECK(*taken == 5);
    CHECK(*r == nullptr);
}

TEST_CASE("a result reaches the members of its value") {
    result<std::string> r = std::string{"pong"};
    CHECK(r->size() == 4);
    CHECK(std::as_const(r)->front() == 'p');
}

TEST_CASE("a result is copied, moved and assigned with what it holds") {
    std::string const         text = "a text that is longer than a small string";
    result<std::string> const good = text;
    result<std::string> const bad  = failure{errc::refused, text};

    auto changing = good;
    CHECK(*changing == text);
    changing = bad;
    REQUIRE(!changing.has_value());
    CHECK(changing.error().text == text);
    changing         = good;
    auto const moved = std::move(changing);
    CHECK(*moved == text);
    CHECK(std::is_copy_constructible_v<result<std::string>>);
    CHECK(!std::is_copy_constructible_v<result<std::unique_ptr<int>>>);
    CHECK(std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);
}

TEST_CASE("a result of nothing is a success unless it has a reason") {
    result<void> const good;
    CHECK(good.has_value());
    CHECK(static_cast<bool>(good));
    good.value();

    result<void> const bad = failure{errc::would_block, ""};
    CHECK(!bad);
    CHECK(bad.error().code == errc::would_block);
    auto const e = thrown_by([&] { bad.value(); });
    CHECK(e.code() == errc::would_block);
    CHECK(e.what() == std::string{"operation would block"});
}

TEST_CASE("a result of nothing over a codec error throws its description") {
    result<void, tenon::codec_error> const bad = tenon::codec_error{errc::too_deep, 64};
    auto const                             e   = thrown_by([&] { bad.value(); });
    CHECK(e.code() == errc::too_deep);
    CHECK(e.what() == std::string{"nested too deeply at byte 64"});
}

TEST_CASE("a value that could be an element of its own list stays as it is") {
    std::vector<std::any> const two{1, 2};
    CHECK(result<std::vector<std::any>>{two}->size() == 2);
}

TEST_CASE("results are told from other types") {
    CHECK(tenon::detail::is_result<result<int>>);
    CHECK(tenon::detail::is_result<result<void>>);
    CHECK(!tenon::detail::is_result<int>);
    CHECK(std::is_same_v<result<int>::value_type, int>);
    CHECK(std::is_same_v<result<void>::error_type, failure>);
}

}  // namespace

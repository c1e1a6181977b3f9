// Messages in Catch2's assertions, versions 2 and 3: how they are printed, and a matcher that names the field. The only
// header that knows Catch2; for tests.
#pragma once

#include <tenon/core/result.hpp>
#include <tenon/message/message.hpp>
#include <tenon/testing/difference.hpp>
#include <tenon/testing/explore/findings.hpp>
#include <tenon/testing/print.hpp>

#include <string>
#include <type_traits>
#include <utility>

#if __has_include(<catch2/catch_tostring.hpp>)
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace tenon::testing {

namespace detail {

#if __has_include(<catch2/catch_tostring.hpp>)
template <class M>
using matcher_base = Catch::Matchers::MatcherBase<M>;
#else
template <class M>
using matcher_base = Catch::MatcherBase<M>;
#endif

/// Printed through reflection: what can be reflected, unless Catch2 has a way of its own to print it.
template <class M>
concept reflected = message<M> && !tenon::detail::has_base_class<M> && !Catch::is_range<M>::value &&
                    !Catch::Detail::IsStreamInsertable<M>::value;

}  // namespace detail

/// The matcher of `equals`.
template <message M>
class equals_message final : public detail::matcher_base<M> {
public:
    explicit equals_message(M expected) : expected_{std::move(expected)} {}

    bool match(M const& is) const override {
        difference_ = difference(is, expected_);
        return difference_.empty();
    }
    std::string describe() const override {
        return difference_.empty() ? "equals " + to_text(expected_)
                                   : "equals " + to_text(expected_) + ": " + difference_;
    }

private:
    M                   expected_;
    mutable std::string difference_;
};

/// `CHECK_THAT(answer, tenon::testing::equals(pong{3}))`: if not, the failure names the fields that differ.
template <message M>
[[nodiscard]] equals_message<M> equals(M expected) {
    return equals_message<M>{std::move(expected)};
}

}  // namespace tenon::testing

namespace Catch {

template <tenon::testing::detail::reflected M>
struct StringMaker<M> {
    static std::string convert(M const& m) { return tenon::testing::to_text(m); }
};
template <class T, class E>
struct StringMaker<tenon::result<T, E>> {
    static std::string convert(tenon::result<T, E> const& r) { return tenon::testing::to_text(r); }
};
template <>
struct StringMaker<tenon::testing::comparison> {
    static std::string convert(tenon::testing::comparison const& c) { return c ? "the same" : c.difference(); }
};
template <>
struct StringMaker<tenon::testing::findings> {
    static std::string convert(tenon::testing::findings const& f) { return f.text(); }
};

}  // namespace Catch

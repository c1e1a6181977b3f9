// What two messages differ in, field by field.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/testing/codec_laws/same.hpp>
#include <tenon/testing/print.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::testing {

namespace detail {

/// Collects the places where two values differ, and what stands there.
class difference_text {
public:
    template <class T>
    void compare(std::string const& where, T const& a, T const& b) {
        constexpr field_kind kind = kind_of<T>;
        if (laws::same(a, b)) return;
        if constexpr (kind == field_kind::aggregate) compare_fields(where, a, b);
        else if constexpr (kind == field_kind::sequence || kind == field_kind::array) compare_elements(where, a, b);
        else if constexpr (kind == field_kind::optional) {
            if (a && b) compare(where, *a, *b);
            else note(where, to_text(a), to_text(b));
        } else if constexpr (kind == field_kind::map) compare_entries(where, a, b);
        else if constexpr (kind == field_kind::variant) compare_alternatives(where, a, b);
        else note(where, to_text(a), to_text(b));
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void note(std::string_view what) { text_ += tenon::detail::concat({text_.empty() ? "" : "; ", what}); }
    void note(std::string_view where, std::string_view a, std::string_view b) {
        note(tenon::detail::concat({where, " is ", a, " and not ", b}));
    }

    template <class T>
    void compare_fields(std::string const& where, T const& a, T const& b) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (compare(tenon::detail::concat({where, ".", field_name<T, I>}), get_field<I>(a), get_field<I>(b)), ...);
        }(std::make_index_sequence<field_count<T>>{});
    }

    template <class T>
    void compare_elements(std::string const& where, T const& a, T const& b) {
        if (a.size() != b.size())
            return note(where + ".size()", tenon::detail::digits(a.size()), tenon::detail::digits(b.size()));
        auto        other = b.begin();
        std::size_t index = 0;
        for (auto const& one : a) {
            using element = std::remove_cvref_t<decltype(one)>;
            compare<element>(tenon::detail::concat({where, "[", tenon::detail::digits(index++), "]"}), one, *other++);
        }
    }

    template <class T>
    void compare_entries(std::string const& where, T const& a, T const& b) {
        for (auto const& [key, mapped] : a) {
            auto const place = b.find(key);
            auto const entry = tenon::detail::concat({where, "[", to_text(key), "]"});
            if (place == b.end()) note(entry + " is " + to_text(mapped) + " and should not be there");
            else compare(entry, mapped, place->second);
        }
        for (auto const& [key, mapped] : b)
            if (a.find(key) == a.end())
                note(tenon::detail::concat({where, "[", to_text(key), "] is missing and should be ", to_text(mapped)}));
    }

    template <class T>
    void compare_alternatives(std::string const& where, T const& a, T const& b) {
        if (a.index() != b.index()) return note(where, to_text(a), to_text(b));
        std::visit([&]<class Held>(Held const& held) { compare(where, held, std::get<Held>(b)); }, a);
    }

    std::string text_;
};

}  // namespace detail

/// The fields in which `is` differs from what it `should_be`, in a sentence: `pong.count is 4 and not 3`, with `; `
/// between several; empty if they are the same. Messages need no `operator==` for it. Floating-point values are
/// compared bit by bit: a NaN is the same as itself.
template <message M>
[[nodiscard]] std::string difference(M const& is, M const& should_be) {
    detail::difference_text found;
    found.compare(std::string{message_name<M>}, is, should_be);
    return found.take();
}

/// What `same` has found: true, or what differs.
class comparison {
public:
    explicit comparison(std::string difference) : difference_{std::move(difference)} {}

    explicit operator bool() const noexcept { return difference_.empty(); }
    [[nodiscard]] std::string const& difference() const noexcept { return difference_; }

private:
    std::string difference_;
};

/// For assertions, `CHECK(same(answer, pong{3}))`: with <tenon/testing/catch2.hpp> a failed one says what differs.
template <message M>
[[nodiscard]] comparison same(M const& is, M const& should_be) {
    return comparison{difference(is, should_be)};
}

}  // namespace tenon::testing

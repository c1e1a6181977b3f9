// Whether two messages are the same, whatever their fields: floating-point values bit by bit.
#pragma once

#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::testing::laws {

/// True if `a` and `b` hold the same values. Messages need no `operator==` for it; -0.0 and 0.0 differ, a NaN
/// is the same as itself.
template <class T>
bool same(T const& a, T const& b);

template <class T>
bool same_elements(T const& a, T const& b) {
    if (a.size() != b.size()) return false;
    auto other = b.begin();
    for (auto const& one : a)
        if (!same<std::remove_cvref_t<decltype(one)>>(one, *other++)) return false;
    return true;
}

template <class T>
bool same(T const& a, T const& b) {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::floating) {
        return std::memcmp(&a, &b, sizeof(T)) == 0;
    } else if constexpr (kind == field_kind::duration) {
        return same(a.count(), b.count());
    } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view ||
                         kind == field_kind::span || kind == field_kind::sequence ||
                         kind == field_kind::array) {
        return same_elements(a, b);
    } else if constexpr (kind == field_kind::optional) {
        return a.has_value() == b.has_value() && (!a || same(*a, *b));
    } else if constexpr (kind == field_kind::map) {
        if (a.size() != b.size()) return false;
        for (auto const& [key, mapped] : a) {
            auto const place = b.find(key);
            if (place == b.end() || !same(mapped, place->second)) return false;
        }
        return true;
    } else if constexpr (kind == field_kind::variant) {
        return a.index() == b.index() && std::visit(
                                             [&]<class Held>(Held const& held) {
                                                 return same(held, std::get<Held>(b));
                                             },
                                             a);
    } else if constexpr (kind == field_kind::tuple) {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            using std::get;
            return (same(get<I>(a), get<I>(b)) && ...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::aggregate) {
        return apply_fields(a, [&](auto const&... left) {
            return apply_fields(b, [&](auto const&... right) { return (same(left, right) && ...); });
        });
    } else {
        return a == b;
    }
}

}  // namespace tenon::testing::laws

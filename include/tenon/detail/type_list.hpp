// A list of types as a type, with access by index and position.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tenon::detail {

/// Names a type without making an object of it.
template <class T>
struct type_tag {
    using type = T;
};

template <class... Ts>
struct type_list {
    static constexpr std::size_t size = sizeof...(Ts);
};

template <std::size_t I, class T>
struct indexed {};

template <class Indices, class... Ts>
struct indexed_all;
template <std::size_t... I, class... Ts>
struct indexed_all<std::index_sequence<I...>, Ts...> : indexed<I, Ts>... {};

// Overload resolution against the bases finds the type in one step: no recursion over the list.
template <std::size_t I, class T>
type_tag<T> type_at_index(indexed<I, T> const*);

/// The `I`th of `Ts`.
template <std::size_t I, class... Ts>
using type_at = typename decltype(type_at_index<I>(
    static_cast<indexed_all<std::index_sequence_for<Ts...>, Ts...> const*>(nullptr)))::type;

inline constexpr std::size_t npos = static_cast<std::size_t>(-1);

/// The position of the first `T` among `Ts`, or `npos`.
template <class T, class... Ts>
consteval std::size_t index_of() noexcept {
    std::size_t index = 0;
    bool const  found = ((std::is_same_v<T, Ts> || (++index, false)) || ...);
    return found ? index : npos;
}

template <class T, class... Ts>
inline constexpr bool one_of = (std::is_same_v<T, Ts> || ...);

/// For static_assert in branches that only a mistake reaches.
template <class...>
inline constexpr bool always_false = false;

}  // namespace tenon::detail

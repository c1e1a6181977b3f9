// Which types a field may have, and how each kind is treated by every codec.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tenon {

/// How a field is treated, whatever the codec. Found by the shape of the type, so that this header need not
/// include `<map>`, `<unordered_map>`, `<tuple>` or `<chrono>`.
enum class field_kind {
    boolean,
    integer,      ///< All integers of 8 to 64 bits; `char` counts as an integer of one byte.
    floating,     ///< float and double
    enumeration,  ///< Travels as its underlying integer; the type must be fixed (`enum class`, or `enum e : int`).
    string,       ///< std::string: UTF-8
    string_view,  ///< std::string_view: UTF-8, borrowed while the handler runs
    blob,         ///< std::vector<std::byte>, std::array<std::byte, N>: bytes without a meaning to the codec
    blob_view,    ///< std::span<std::byte const>: the same, borrowed while the handler runs
    span,         ///< std::span<T const> of numbers, borrowed while the handler runs
    sequence,     ///< std::vector
    array,        ///< std::array
    optional,     ///< std::optional: the only field that may be absent
    map,          ///< std::map, std::unordered_map with string or integer keys
    variant,      ///< std::variant: travels as index and value
    tuple,        ///< std::pair, std::tuple
    duration,     ///< std::chrono::duration: travels as its count; the unit is part of the type
    empty,        ///< std::monostate
    attachment,   ///< tenon::attachment: bytes in a frame of their own; in the body stands how many
    aggregate,    ///< A nested struct, reflected like a message
    unsupported,
};

namespace detail {

template <class T>
inline constexpr bool is_string = false;
template <class Traits, class Allocator>
inline constexpr bool is_string<std::basic_string<char, Traits, Allocator>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T, class Allocator>
inline constexpr bool is_vector<std::vector<T, Allocator>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

template <class T>
inline constexpr bool is_const_span = false;
template <class T>
inline constexpr bool is_const_span<std::span<T const>> = true;

template <class T>
concept map_like = requires {
    typename T::key_type;
    typename T::mapped_type;
};

template <class T>
concept tuple_like = requires { std::tuple_size<T>::value; };

template <class T>
concept array_like = tuple_like<T> && requires(T t) {
    typename T::value_type;
    t.data();
};

template <class T>
concept duration_like = requires(T t) {
    typename T::rep;
    typename T::period;
    { t.count() } -> std::same_as<typename T::rep>;
};

// char8_t, char16_t, char32_t and wchar_t are integral but mean text in another encoding: refused.
template <class T>
inline constexpr bool is_foreign_character = one_of<T, wchar_t, char8_t, char16_t, char32_t>;

template <class T>
consteval field_kind classify() noexcept {
    if constexpr (std::is_same_v<T, bool>) return field_kind::boolean;
    else if constexpr (std::is_integral_v<T>)
        return is_foreign_character<T> || sizeof(T) > 8 ? field_kind::unsupported : field_kind::integer;
    else if constexpr (std::is_floating_point_v<T>)
        return sizeof(T) > 8 ? field_kind::unsupported : field_kind::floating;
    else if constexpr (std::is_enum_v<T>) return field_kind::enumeration;
    else if constexpr (is_string<T>) return field_kind::string;
    else if constexpr (std::is_same_v<T, std::string_view>) return field_kind::string_view;
    else if constexpr (std::is_same_v<T, std::span<std::byte const>>) return field_kind::blob_view;
    else if constexpr (is_const_span<T>) return field_kind::span;
    else if constexpr (is_optional<T>) return field_kind::optional;
    else if constexpr (is_variant<T>) return field_kind::variant;
    else if constexpr (std::is_same_v<T, std::monostate>) return field_kind::empty;
    else if constexpr (is_vector<T>)
        return std::is_same_v<typename T::value_type, std::byte> ? field_kind::blob : field_kind::sequence;
    else if constexpr (array_like<T>)
        return std::is_same_v<typename T::value_type, std::byte> ? field_kind::blob : field_kind::array;
    else if constexpr (map_like<T>) return field_kind::map;
    else if constexpr (tuple_like<T>) return field_kind::tuple;
    else if constexpr (duration_like<T>) return field_kind::duration;
    else if constexpr (std::is_same_v<T, attachment>) return field_kind::attachment;
    else if constexpr (std::is_class_v<T> && std::is_aggregate_v<T>) return field_kind::aggregate;
    else return field_kind::unsupported;
}

}  // namespace detail

/// The kind of the field type `T`.
template <class T>
inline constexpr field_kind kind_of = detail::classify<T>();

/// True if `value` may travel as the enum `E`: one of `traits<E>::values` where they are listed, else always.
template <class E>
constexpr bool is_valid_enum(E value) noexcept {
    if constexpr (requires { traits<E>::values; }) {
        for (E const allowed : traits<E>::values)
            if (allowed == value) return true;
        return false;
    } else {
        return true;
    }
}

}  // namespace tenon

// How many bytes a type takes in the binary format, and which types look the same there and in memory.
#pragma once

#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tenon::codec::binary_detail {

inline constexpr std::size_t variable = static_cast<std::size_t>(-1);

constexpr std::size_t add_sizes(std::size_t a, std::size_t b) noexcept {
    return a == variable || b == variable ? variable : a + b;
}

/// The bytes of a `T`, or `variable` if that depends on the value.
template <class T>
consteval std::size_t compute_fixed_size() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean) {
        return 1;
    } else if constexpr (kind == field_kind::integer || kind == field_kind::floating) {
        return sizeof(T);
    } else if constexpr (kind == field_kind::enumeration) {
        return compute_fixed_size<std::underlying_type_t<T>>();
    } else if constexpr (kind == field_kind::duration) {
        return compute_fixed_size<typename T::rep>();
    } else if constexpr (kind == field_kind::empty) {
        return 0;
    } else if constexpr (kind == field_kind::attachment) {
        return sizeof(std::uint64_t);
    } else if constexpr (kind == field_kind::blob && tenon::detail::tuple_like<T>) {
        return std::tuple_size_v<T>;
    } else if constexpr (kind == field_kind::array) {
        constexpr std::size_t one = compute_fixed_size<typename T::value_type>();
        return one == variable ? variable : one * std::tuple_size_v<T>;
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t sum = 0;
            ((sum = add_sizes(sum, compute_fixed_size<std::tuple_element_t<I, T>>())), ...);
            return sum;
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::aggregate) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t sum = 0;
            ((sum = add_sizes(sum, compute_fixed_size<field_type<T, I>>())), ...);
            return sum;
        }(std::make_index_sequence<field_count<T>>{});
    } else {
        return variable;
    }
}

template <class T>
inline constexpr std::size_t fixed_size = compute_fixed_size<T>();
template <class T>
inline constexpr bool is_fixed = fixed_size<T> != variable;

/// The fewest bytes that a `T` takes: what a count of them is held against before memory is reserved.
template <class T>
consteval std::size_t compute_min_size() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (is_fixed<T>) {
        return fixed_size<T>;
    } else if constexpr (kind == field_kind::optional || kind == field_kind::variant) {
        return 1;
    } else if constexpr (kind == field_kind::array) {
        return std::tuple_size_v<T> * compute_min_size<typename T::value_type>();
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{0} + ... + compute_min_size<std::tuple_element_t<I, T>>());
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::aggregate) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{0} + ... + compute_min_size<field_type<T, I>>());
        }(std::make_index_sequence<field_count<T>>{});
    } else {
        return sizeof(std::uint32_t);
    }
}

template <class T>
inline constexpr std::size_t min_size = compute_min_size<T>();

/// True if any bytes of the right number are a `T`, and they are its bytes in memory: no padding, nothing to
/// check, one memcpy. On a big-endian host only single bytes are so.
template <class T>
consteval bool compute_bitwise() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::integer || kind == field_kind::floating) {
        return std::endian::native == std::endian::little || sizeof(T) == 1;
    } else if constexpr (kind == field_kind::enumeration) {
        return !requires { traits<T>::values; } && compute_bitwise<std::underlying_type_t<T>>();
    } else if constexpr (kind == field_kind::duration) {
        return compute_bitwise<typename T::rep>();
    } else if constexpr (kind == field_kind::blob) {
        return is_fixed<T>;
    } else if constexpr (kind == field_kind::array) {
        return compute_bitwise<typename T::value_type>() && fixed_size<T> == sizeof(T);
    } else if constexpr (kind == field_kind::aggregate && is_fixed<T>) {
        // Fields stand in memory in declared order, so equal sizes mean that nothing lies between them.
        return std::is_trivially_copyable_v<T> && fixed_size<T> == sizeof(T) &&
               []<std::size_t... I>(std::index_sequence<I...>) {
                   return (compute_bitwise<field_type<T, I>>() && ...);
               }(std::make_index_sequence<field_count<T>>{});
    } else {
        return false;
    }
}

template <class T>
inline constexpr bool is_bitwise = compute_bitwise<T>();

/// Little endian, whatever the host.
template <class T>
void store(std::byte* to, T value) noexcept {
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
        std::memcpy(to, &value, sizeof(T));
    } else {
        std::byte bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = bytes[sizeof(T) - 1 - i];
    }
}

template <class T>
T load(std::byte const* from) noexcept {
    T value;
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
        std::memcpy(&value, from, sizeof(T));
    } else {
        std::byte bytes[sizeof(T)];
        for (std::size_t i = 0; i < sizeof(T); ++i) bytes[sizeof(T) - 1 - i] = from[i];
        std::memcpy(&value, bytes, sizeof(T));
    }
    return value;
}

}  // namespace tenon::codec::binary_detail

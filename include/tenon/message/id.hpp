// The 32-bit id of a message: what the binary codec puts on the wire.
#pragma once

#include <tenon/message/message.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tenon {

namespace detail {

/// FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv): the hash over a message's description.
struct fnv1a {
    std::uint32_t state = 2166136261u;

    constexpr void add(char c) noexcept {
        state ^= static_cast<unsigned char>(c);
        state *= 16777619u;
    }
};

/// Takes a description: its hash, its length, and the text itself where there is a place for it.
struct description_text {
    fnv1a       hash{};
    std::size_t size = 0;
    char*       text = nullptr;

    constexpr void add(char c) noexcept {
        hash.add(c);
        if (text != nullptr) text[size] = c;
        ++size;
    }
    constexpr void add(std::string_view more) noexcept {
        for (char const c : more) add(c);
    }
    constexpr void add_number(std::uintmax_t number) noexcept {
        if (number >= 10) add_number(number / 10);
        add(static_cast<char>('0' + number % 10));
    }
};

/// Writes the description of `T` into `out`, in our own words so that all compilers agree:
/// `i32`, `u8`, `f64`, `bool`, `str`, `bytes`, `attachment`, `[T]`, `[T*4]`, `T?`, `{K:V}` for maps, `(A|B)` for
/// variants, `(A,B)` for tuples, `d1/1000:i64` for durations, `{name:T;...}` for structs. Types that look the same on
/// the wire (string and string_view, vector and span, int and long of the same size) are described the same.
/// A struct inside itself is `^n`, n levels up.
template <class T, class... Outer>
constexpr void describe_type(auto& out) {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean) {
        out.add("bool");
    } else if constexpr (kind == field_kind::integer) {
        // Whether char is signed depends on the machine, so it has a name of its own.
        out.add(std::is_same_v<T, char> ? "c" : std::is_signed_v<T> ? "i" : "u");
        out.add_number(sizeof(T) * 8);
    } else if constexpr (kind == field_kind::floating) {
        out.add('f');
        out.add_number(sizeof(T) * 8);
    } else if constexpr (kind == field_kind::enumeration) {
        describe_type<std::underlying_type_t<T>>(out);
    } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
        out.add("str");
    } else if constexpr (kind == field_kind::blob && tuple_like<T>) {
        out.add("bytes*");
        out.add_number(std::tuple_size_v<T>);
    } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
        out.add("bytes");
    } else if constexpr (kind == field_kind::sequence || kind == field_kind::span) {
        out.add('[');
        describe_type<typename T::value_type, Outer...>(out);
        out.add(']');
    } else if constexpr (kind == field_kind::array) {
        out.add('[');
        describe_type<typename T::value_type, Outer...>(out);
        out.add('*');
        out.add_number(std::tuple_size_v<T>);
        out.add(']');
    } else if constexpr (kind == field_kind::optional) {
        describe_type<typename T::value_type, Outer...>(out);
        out.add('?');
    } else if constexpr (kind == field_kind::map) {
        out.add('{');
        describe_type<typename T::key_type>(out);
        out.add(':');
        describe_type<typename T::mapped_type, Outer...>(out);
        out.add('}');
    } else if constexpr (kind == field_kind::variant) {
        out.add('(');
        [&]<class... Ts>(std::variant<Ts...> const*) {
            ((describe_type<Ts, Outer...>(out), out.add('|')), ...);
        }(static_cast<T const*>(nullptr));
        out.add(')');
    } else if constexpr (kind == field_kind::tuple) {
        out.add('(');
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((describe_type<std::tuple_element_t<I, T>, Outer...>(out), out.add(',')), ...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
        out.add(')');
    } else if constexpr (kind == field_kind::duration) {
        out.add('d');
        out.add_number(static_cast<std::uintmax_t>(T::period::num));
        out.add('/');
        out.add_number(static_cast<std::uintmax_t>(T::period::den));
        out.add(':');
        describe_type<typename T::rep>(out);
    } else if constexpr (kind == field_kind::empty) {
        out.add("null");
    } else if constexpr (kind == field_kind::attachment) {
        out.add("attachment");
    } else if constexpr (kind == field_kind::aggregate && one_of<T, Outer...>) {
        out.add('^');
        out.add_number(index_of<T, Outer...>());
    } else if constexpr (kind == field_kind::aggregate) {
        out.add('{');
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((out.add(field_name<T, I>), out.add(':'), describe_type<field_type<T, I>, T, Outer...>(out),
              out.add(';')),
             ...);
        }(std::make_index_sequence<field_count<T>>{});
        out.add('}');
    }
}

/// Writes the description of message `M` into `out`: its wire name and its fields, `ping{count:i32;}`.
template <class M>
constexpr void describe_message(auto& out) {
    out.add(message_name<M>);
    describe_type<M>(out);
}

template <class M>
consteval std::uint32_t compute_id() {
    description_text out;
    describe_message<M>(out);
    return out.hash.state;
}

}  // namespace detail

/// The id of message `M`: a hash over its name, its field names and types, all the way down. The same on every
/// compiler and machine; another definition of the struct gives another id, so two builds that disagree find out.
/// Names of nested structs do not count, since they are not on the wire.
template <message M>
inline constexpr std::uint32_t message_id = detail::compute_id<M>();

}  // namespace tenon

// From fields straight into JSON text: one function for each kind of field.
#pragma once

#include <tenon/codec/json/base64.hpp>
#include <tenon/codec/json/keys.hpp>
#include <tenon/codec/json/numbers.hpp>
#include <tenon/codec/json/print_floating.hpp>
#include <tenon/codec/json/writer.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::codec::detail::json {

/// The size of text that has no bound while compiling, or one too large to be reserved at once.
inline constexpr std::size_t unbounded = static_cast<std::size_t>(-1);

constexpr std::size_t bound(std::size_t size) noexcept { return size > 4096 ? unbounded : size; }

/// The bound of a row of values, each with a byte for its comma, of which one is unbounded if any is.
template <class... Sizes>
constexpr std::size_t bound_of_row(Sizes... sizes) noexcept {
    bool const bounded = ((sizes != unbounded) && ...);
    return bounded ? bound((std::size_t{2} + ... + (sizes + 1))) : unbounded;
}

template <class T>
consteval std::size_t max_text() noexcept;

template <class T>
consteval std::size_t max_text_of_object() noexcept {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        constexpr std::size_t values = bound_of_row(max_text<field_type<T, I>>()...);
        return values == unbounded ? unbounded : bound((values + ... + field_key<T, I>.size()));
    }(std::make_index_sequence<field_count<T>>{});
}

/// How many characters a value takes at most, or `unbounded`. Bounded values are written without looking at
/// the room, which their surroundings have made.
template <class T>
consteval std::size_t max_text() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean) {
        return 5;
    } else if constexpr (kind == field_kind::integer) {
        return std::numeric_limits<T>::digits10 + 1 + std::is_signed_v<T>;
    } else if constexpr (kind == field_kind::floating) {
        return max_floating;
    } else if constexpr (kind == field_kind::enumeration) {
        return max_text<std::underlying_type_t<T>>();
    } else if constexpr (kind == field_kind::blob && tenon::detail::tuple_like<T>) {
        return bound(base64_size(std::tuple_size_v<T>) + 2);
    } else if constexpr (kind == field_kind::array) {
        constexpr std::size_t each = max_text<typename T::value_type>();
        constexpr std::size_t size = std::tuple_size_v<T>;
        return each == unbounded || size > 4096 ? unbounded : bound(2 + (each + 1) * size);
    } else if constexpr (kind == field_kind::optional) {
        constexpr std::size_t value = max_text<typename T::value_type>();
        return value < 4 ? 4 : value;
    } else if constexpr (kind == field_kind::variant) {
        return []<class... Ts>(std::variant<Ts...> const*) {
            return bound_of_row(std::size_t{3}, max_text<Ts>()...);
        }(static_cast<T const*>(nullptr));
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return bound_of_row(max_text<std::tuple_element_t<I, T>>()...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (kind == field_kind::duration) {
        return max_text<typename T::rep>();
    } else if constexpr (kind == field_kind::empty) {
        return 4;
    } else if constexpr (kind == field_kind::attachment) {
        return max_text<std::uint64_t>();
    } else if constexpr (kind == field_kind::aggregate) {
        return max_text_of_object<T>();
    } else {
        return unbounded;
    }
}

/// Room for a value that does not see to it itself, and for the byte behind it.
template <class T>
inline constexpr std::size_t room_for = max_text<T>() == unbounded ? 1 : max_text<T>() + 1;

template <class T>
char* write_value(writer& w, char* at, T const& value);

template <class T>
inline char* write_floating(writer& w, char* at, T value) noexcept {
    char* const end = print_floating(at, value);
    return end != nullptr ? end : w.fail(errc::not_finite, at, "a finite number");
}

/// Makes room for an element and writes it; its comma goes behind it and becomes the bracket after the last.
template <class T>
inline char* write_element(writer& w, char* at, T const& value) {
    at = write_value(w, w.room(at, room_for<T>), value);
    if (at == nullptr) return nullptr;
    if constexpr (max_text<T>() == unbounded) at = w.room(at, 1);
    *at = ',';
    return at + 1;
}

/// Puts the closing bracket or brace in the place of the last comma, if there is one.
inline char* close(writer& w, char* at, bool any, char bracket) {
    if (any) {
        at[-1] = bracket;
        return at;
    }
    at  = w.room(at, 1);
    *at = bracket;
    return at + 1;
}

template <class T>
char* write_list(writer& w, char* at, T const& values) {
    at    = w.room(at, 2);
    *at++ = '[';
    for (auto const& value : values) {
        if constexpr (std::is_same_v<typename T::value_type, bool>)
            at = write_element(w, at, static_cast<bool>(value));
        else
            at = write_element(w, at, value);
        if (at == nullptr) return nullptr;
    }
    return close(w, at, values.begin() != values.end(), ']');
}

template <class M>
char* write_map(writer& w, char* at, M const& values) {
    at    = w.room(at, 2);
    *at++ = '{';
    for (auto const& [key, value] : values) {
        if constexpr (kind_of<typename M::key_type> == field_kind::integer) {
            at    = w.room(at, 24);
            *at++ = '"';
            at    = print_integer(at, key);
            *at++ = '"';
        } else {
            at = write_text(w, at, key.data(), key.size());
            if (at == nullptr) return nullptr;
            at = w.room(at, 1);
        }
        *at++ = ':';
        at    = write_element(w, at, value);
        if (at == nullptr) return nullptr;
    }
    return close(w, at, values.begin() != values.end(), '}');
}

template <class... Ts>
char* write_variant(writer& w, char* at, std::variant<Ts...> const& value) {
    if (value.valueless_by_exception()) return w.fail(errc::out_of_range, at, "a variant with a value");
    at    = w.room(at, 5);
    *at++ = '[';
    at    = print_integer(at, static_cast<unsigned>(value.index()));
    *at++ = ',';
    at    = tenon::detail::with_index<sizeof...(Ts)>(
        value.index(), [&](auto i) { return write_element(w, at, *std::get_if<i>(&value)); });
    return at == nullptr ? nullptr : close(w, at, true, ']');
}

template <class T>
char* write_tuple(writer& w, char* at, T const& value) {
    at                  = w.room(at, 2);
    *at++               = '[';
    constexpr auto size = std::tuple_size_v<T>;
    bool const     good = [&]<std::size_t... I>(std::index_sequence<I...>) {
        using std::get;
        return (((at = write_element(w, at, get<I>(value))) != nullptr) && ...);
    }(std::make_index_sequence<size>{});
    return good ? close(w, at, size != 0, ']') : nullptr;
}

inline char* write_blob(writer& w, char* at, std::byte const* from, std::size_t size) {
    at    = w.room(at, base64_size(size) + 2);
    *at++ = '"';
    at    = encode_base64(from, size, at);
    *at++ = '"';
    return at;
}

/// Writes `"name":value,`, the name made while compiling.
template <std::size_t I, class T>
inline char* write_member(writer& w, char* at, T const& value) {
    constexpr auto const& key = field_key<T, I>;
    at                        = w.room(at, key.size() + room_for<field_type<T, I>>);
    std::memcpy(at, key.text, key.size());
    return write_element(w, at + key.size(), get_field<I>(value));
}

template <class T>
char* write_object(writer& w, char* at, T const& value) {
    at                  = w.room(at, 2);
    *at++               = '{';
    constexpr auto size = field_count<T>;
    bool const     good = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (((at = write_member<I>(w, at, value)) != nullptr) && ...);
    }(std::make_index_sequence<size>{});
    return good ? close(w, at, size != 0, '}') : nullptr;
}

/// Writes one value of the type of a field, whatever kind that is.
template <class T>
inline char* write_value(writer& w, char* at, T const& value) {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::boolean) {
        return value ? put(at, "true") : put(at, "false");
    } else if constexpr (kind == field_kind::integer) {
        return print_integer(at, value);
    } else if constexpr (kind == field_kind::floating) {
        return write_floating(w, at, value);
    } else if constexpr (kind == field_kind::enumeration) {
        if (!is_valid_enum(value)) return w.fail(errc::out_of_range, at, "a value that traits<E>::values lists");
        return write_value(w, at, static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
        return write_text(w, at, value.data(), value.size());
    } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
        return write_blob(w, at, value.data(), value.size());
    } else if constexpr (kind == field_kind::sequence || kind == field_kind::array ||
                         kind == field_kind::span) {
        return write_list(w, at, value);
    } else if constexpr (kind == field_kind::optional) {
        return value.has_value() ? write_value(w, at, *value) : put(w.room(at, 4), "null");
    } else if constexpr (kind == field_kind::map) {
        return write_map(w, at, value);
    } else if constexpr (kind == field_kind::variant) {
        return write_variant(w, at, value);
    } else if constexpr (kind == field_kind::tuple) {
        return write_tuple(w, at, value);
    } else if constexpr (kind == field_kind::duration) {
        return write_value(w, at, value.count());
    } else if constexpr (kind == field_kind::empty) {
        return put(at, "null");
    } else if constexpr (kind == field_kind::attachment) {
        return print_integer(at, std::uint64_t{value.size()});
    } else if constexpr (kind == field_kind::aggregate) {
        return write_object(w, at, value);
    } else {
        static_assert(tenon::detail::always_false<T>, "tenon: a field of this type cannot travel as JSON");
    }
}

/// Writes a message's data in the layout `pair`: nothing, the one field, or an object.
template <class M>
inline char* write_data(writer& w, char* at, M const& message) {
    if constexpr (field_count<M> == 0)
        return put(at, "null");
    else if constexpr (field_count<M> == 1)
        return write_value(w, at, get_field<0>(message));
    else
        return write_object(w, at, message);
}

/// Writes a message's data in the layout `triple`: all fields by position, and no keyword arguments.
template <class M>
char* write_arguments(writer& w, char* at, M const& message) {
    at                  = w.room(at, 2);
    *at++               = '[';
    constexpr auto size = field_count<M>;
    bool const     good = [&]<std::size_t... I>(std::index_sequence<I...>) {
        return (((at = write_element(w, at, get_field<I>(message))) != nullptr) && ...);
    }(std::make_index_sequence<size>{});
    if (!good) return nullptr;
    at = close(w, at, size != 0, ']');
    return put(w.room(at, 3), ",{}");
}

}  // namespace tenon::codec::detail::json

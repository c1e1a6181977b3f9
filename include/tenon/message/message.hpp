// What a message is, its name, and why a type cannot be one.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/fixed_string.hpp>
#include <tenon/detail/type_list.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/reflect.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tenon {

/// A message is an aggregate struct: no base class, no constructor, no private or virtual members; its fields
/// are of the kinds of `field_kind`. Whether the fields are so is checked by `check_message`, with a sentence
/// for each mistake; the concept stays shallow so that it may be used on types that are still incomplete inside.
template <class M>
concept message = std::is_class_v<M> && !std::is_const_v<M> && kind_of<M> == field_kind::aggregate;

/// The wire name of `M`: `traits<M>::name` if given, else the unqualified name of the struct.
template <class M>
inline constexpr std::string_view message_name = [] {
    if constexpr (requires { traits<M>::name; })
        return std::string_view{traits<M>::name};
    else
        return detail::unqualified_name<M>();
}();

namespace detail {

// Stands for an initializer of type base class of T; see `anything`.
template <class T>
struct any_base_of {
    template <class B>
        requires(std::is_base_of_v<B, T> && !std::is_same_v<B, T>)
    operator B&() const noexcept {
        __builtin_unreachable();
    }
};

template <class T>
concept has_base_class = requires { T{any_base_of<T>{}}; };

/// Refuses a field type that cannot travel. `Outer` are the structs and containers around it, so that a struct may hold
/// a list of itself. False, and nothing is said, if it is an attachment that is not a field of the message itself.
template <class Field, class... Outer>
consteval bool check_field() noexcept;

template <class T, std::size_t I>
consteval auto field_name_as_argument() noexcept {
    fixed_string<field_name<T, I>.size()> name;
    for (std::size_t at = 0; at < name.size(); ++at) name.text[at] = field_name<T, I>[at];
    name.text[name.size()] = 0;  // written, or clang prints numbers
    return name;
}
template <class Struct, fixed_string Field, class... Outer>
consteval bool refuse_inner_attachment() noexcept {
    static_assert(always_false<Struct>,
                  "tenon: an attachment of this message stands inside a struct, a list, an optional or the like (see "
                  "Struct and Field in the lines around); it travels in a frame of its own behind the body, so make it "
                  "a field of the message itself");
    return true;
}

template <class T, class... Outer>
consteval bool check_fields() noexcept {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        if constexpr (!(check_field<field_type<T, I>, T, Outer...>() && ...)) {
            constexpr std::size_t wrong = [] {
                std::size_t at = 0;
                static_cast<void>(((check_field<field_type<T, I>, T, Outer...>() && ++at != 0) && ...));
                return at;
            }();
            return refuse_inner_attachment<T, field_name_as_argument<T, wrong>(), Outer...>();
        }
        return true;
    }(std::make_index_sequence<field_count<T>>{});
}

/// True if `traits<T>::fields` gives two fields the same name. Declared ones differ by themselves.
template <class T>
consteval bool has_field_name_twice() noexcept {
    if constexpr (has_field_names_in_traits<T>)
        for (std::size_t b = 1; b < field_count<T>; ++b)
            for (std::size_t a = 0; a < b; ++a)
                if (field_names<T>[a] == field_names<T>[b]) return true;
    return false;
}

template <class T, class... Outer>
consteval bool check_struct() noexcept {
    static_assert(!std::is_polymorphic_v<T>, "tenon: a message has no virtual functions: it is plain data");
    static_assert(std::is_aggregate_v<T> || std::is_polymorphic_v<T>,
                  "tenon: a message is an aggregate, and this struct has a constructor or private members");
    if constexpr (std::is_aggregate_v<T> && !std::is_empty_v<T>) {
        constexpr bool derived    = has_base_class<T>;
        constexpr bool assignable = std::is_move_assignable_v<T>;
        constexpr bool from_none  = std::is_default_constructible_v<T>;
        static_assert(!derived,
                      "tenon: a message has no base class (inheritance cannot be reflected); make the base a field");
        static_assert(derived || assignable,
                      "tenon: a field of this message is a reference or const; a received message is assigned "
                      "field by field, so hold values");
        static_assert(derived || !assignable || from_none,
                      "tenon: a field of this message has no default constructor, which decoding needs");
        if constexpr (!derived && assignable && from_none) {
            constexpr bool array = has_c_array<T>();
            static_assert(!array, "tenon: a field of this message is a C array; use std::array");
            if constexpr (!array) {
                static_assert(!has_field_name_twice<T>(),
                              "tenon: traits<T>::fields gives two fields of this struct the same name (see T in the "
                              "lines around), and no decoder could tell them apart");
                return check_fields<T, Outer...>();
            }
        }
        return false;
    }
    return std::is_aggregate_v<T>;
}

template <class Field, class... Outer>
consteval bool check_field() noexcept {
    constexpr field_kind kind = kind_of<Field>;
    static_assert(!std::is_pointer_v<Field>,
                  "tenon: a field of this message is a raw pointer, which means nothing in another process; "
                  "use a value, std::optional, std::string or std::vector");
    static_assert(!std::is_array_v<Field>, "tenon: a field of this message is a C array; use std::array");
    static_assert(std::is_pointer_v<Field> || std::is_array_v<Field> || kind != field_kind::unsupported,
                  "tenon: a field of this message has a type that no codec can carry; tenon::field_kind lists "
                  "those that can");
    if constexpr (kind == field_kind::attachment) {
        return sizeof...(Outer) == 1;
    } else if constexpr (kind == field_kind::enumeration) {
        static_assert(requires { Field{0}; },
                      "tenon: an enum in a message needs a fixed underlying type: `enum class e` or `enum e : int`");
    } else if constexpr (kind == field_kind::sequence || kind == field_kind::array ||
                         kind == field_kind::optional) {
        constexpr field_kind inner = kind_of<typename Field::value_type>;
        static_assert(kind != field_kind::optional || (inner != field_kind::optional && inner != field_kind::empty),
                      "tenon: a field of this message is an optional of something that may itself be empty; json and "
                      "msgpack write both as null, so the two could not be told apart");
        return check_field<typename Field::value_type, Field, Outer...>();
    } else if constexpr (kind == field_kind::map) {
        constexpr field_kind key = kind_of<typename Field::key_type>;
        static_assert(key == field_kind::string || key == field_kind::integer,
                      "tenon: the keys of a map in a message are std::string or integers");
        return check_field<typename Field::mapped_type, Field, Outer...>();
    } else if constexpr (kind == field_kind::span) {
        constexpr field_kind element = kind_of<typename Field::value_type>;
        static_assert(element == field_kind::integer || element == field_kind::floating,
                      "tenon: a std::span in a message is of numbers or of std::byte; use std::vector");
    } else if constexpr (kind == field_kind::variant) {
        return []<class... Ts>(std::variant<Ts...> const*) {
            return (check_field<Ts, Field, Outer...>() && ...);
        }(static_cast<Field const*>(nullptr));
    } else if constexpr (kind == field_kind::tuple) {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (check_field<std::tuple_element_t<I, Field>, Field, Outer...>() && ...);
        }(std::make_index_sequence<std::tuple_size_v<Field>>{});
    } else if constexpr (kind == field_kind::aggregate && !one_of<Field, Outer...>) {
        check_struct<Field, Outer...>();
    }
    return true;
}

/// Instantiated, it refuses a type that cannot be a message, with a sentence that says why.
template <class M>
struct check_message {
    // In a function and not in the class itself, so that a refused message leads to this one error and no others.
    static consteval bool check() noexcept {
        static_assert(std::is_class_v<M>, "tenon: a message is a struct; wrap this type into one");
        if constexpr (std::is_class_v<M>) return check_struct<M>();
        return false;
    }
    static constexpr bool value = check();
};

/// How many of the fields of message `M` are attachments.
template <class M>
inline constexpr std::size_t attachment_count = []<std::size_t... I>(std::index_sequence<I...>) {
    return (std::size_t{0} + ... + std::size_t{kind_of<field_type<M, I>> == field_kind::attachment});
}(std::make_index_sequence<field_count<M>>{});

/// True if decoding a `T` leaves something in it that refers to the received bytes.
template <class T, class... Outer>
consteval bool borrows() noexcept {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (kind == field_kind::string_view || kind == field_kind::blob_view || kind == field_kind::span)
        return true;
    else if constexpr (kind == field_kind::sequence || kind == field_kind::array || kind == field_kind::optional)
        return borrows<typename T::value_type, Outer...>();
    else if constexpr (kind == field_kind::map)
        return borrows<typename T::mapped_type, Outer...>();
    else if constexpr (kind == field_kind::variant)
        return []<class... Ts>(std::variant<Ts...> const*) {
            return (borrows<Ts, Outer...>() || ...);
        }(static_cast<T const*>(nullptr));
    else if constexpr (kind == field_kind::tuple)
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (borrows<std::tuple_element_t<I, T>, Outer...>() || ...);
        }(std::make_index_sequence<std::tuple_size_v<T>>{});
    else if constexpr (kind == field_kind::aggregate && !one_of<T, Outer...>)
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (borrows<field_type<T, I>, T, Outer...>() || ...);
        }(std::make_index_sequence<field_count<T>>{});
    else
        return false;
}

}  // namespace detail

}  // namespace tenon

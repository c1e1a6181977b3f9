// The fields of a message struct: how many, of which types, by which names. The one home of Boost.PFR.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/fwd.hpp>

#include <boost/pfr/core.hpp>
#include <boost/version.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

// PFR reads field names itself from Boost 1.84 on. TENON_OWN_FIELD_NAMES forces our own helper there too. g++ 12
// always takes it: PFR's names come by way of its field count (see count_initializers).
#if BOOST_VERSION >= 108400 && !defined(TENON_OWN_FIELD_NAMES) && (defined(__clang__) || __GNUC__ >= 13)
#define TENON_PFR_HAS_NAMES 1
#include <boost/pfr/core_name.hpp>
#else
#define TENON_PFR_HAS_NAMES 0
#endif

namespace tenon {

namespace detail {

// Stands for an initializer of any type; only asked for its type. Never called, but defined: clang wants that where T
// has no linkage and the initializer ends in a constexpr constructor, as that of std::optional.
struct anything {
    template <class T>
    operator T&() const noexcept {
        __builtin_unreachable();
    }
};

template <class T, std::size_t... I>
consteval bool takes_initializers(std::index_sequence<I...>) noexcept {
    return requires { T{(static_cast<void>(I), anything{})...}; };
}

/// How many initializers the aggregate `T` takes: as many as it has fields, unless one of them is a C array.
///
/// PFR counts too, but g++ 12 ends with an internal error there for a field such as `std::array<std::string, 2>`, and
/// PFR stops with its own words at what check_message explains in ours.
template <class T, std::size_t Count = 0>
consteval std::size_t count_initializers() noexcept {
    if constexpr (takes_initializers<T>(std::make_index_sequence<Count + 1>{}))
        return count_initializers<T, Count + 1>();
    else
        return Count;
}

// An array takes one initializer for each of its elements, any other field takes one. So if `{}` stands for an array,
// as many as before are too many.
template <class T, std::size_t... Before, std::size_t... After>
consteval bool is_one_field(std::index_sequence<Before...>, std::index_sequence<After...>) noexcept {
    return requires { T{(static_cast<void>(Before), anything{})..., {}, (static_cast<void>(After), anything{})...}; };
}

/// A field of `T` is a C array of two elements or more. (One of a single element counts right, and is refused as a
/// field.)
template <class T>
consteval bool has_c_array() noexcept {
    constexpr std::size_t count = count_initializers<T>();
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return !(is_one_field<T>(std::make_index_sequence<I>{}, std::make_index_sequence<count - 1 - I>{}) && ...);
    }(std::make_index_sequence<count>{});
}

}  // namespace detail

/// How many fields the aggregate `T` has. A struct with a C array cannot be reflected: it counts as empty, and
/// check_message says why.
template <class T>
inline constexpr std::size_t field_count =
    detail::has_c_array<std::remove_const_t<T>>() ? 0 : detail::count_initializers<std::remove_const_t<T>>();
template <class T>
    requires std::is_empty_v<T>
inline constexpr std::size_t field_count<T> = 0;

namespace detail {

namespace pfr = boost::pfr::detail;

/// PFR's tuple of references to all fields of `object`.
template <class T>
constexpr auto tie_fields(T& object) noexcept {
    return pfr::tie_as_tuple(object, pfr::size_t_<field_count<T>>{});
}

}  // namespace detail

/// The `I`th field of `object`, const if it is.
template <std::size_t I, class T>
constexpr auto& get_field(T& object) noexcept {
    // PFR's tuple is a dozen functions for each struct, and as many for the const one. Most messages are so small that
    // what it does for them stands here in three lines (docs/decisions/0053).
    if constexpr (field_count<T> == 1) {
        auto& [a] = object;
        return a;
    } else if constexpr (field_count<T> == 2) {
        auto& [a, b] = object;
        if constexpr (I == 0) return a;
        else return b;
    } else if constexpr (field_count<T> == 3) {
        auto& [a, b, c] = object;
        if constexpr (I == 0) return a;
        else if constexpr (I == 1) return b;
        else return c;
    } else {
        return detail::pfr::sequence_tuple::get<I>(detail::tie_fields(object));
    }
}

/// The type of the `I`th field of `T`.
template <class T, std::size_t I>
using field_type = std::remove_reference_t<decltype(get_field<I>(std::declval<T&>()))>;

/// Calls `f(fields...)` with references to all fields of `object`, const if it is; returns what `f` returns.
template <class T, class F>
constexpr decltype(auto) apply_fields(T& object, F&& f) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> decltype(auto) {
        return std::forward<F>(f)(get_field<I>(object)...);
    }(std::make_index_sequence<field_count<T>>{});
}

/// Calls `f(field, std::integral_constant<std::size_t, I>{})` for every field of `object` in declared order.
template <class T, class F>
constexpr void for_each_field(T& object, F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (static_cast<void>(f(get_field<I>(object), std::integral_constant<std::size_t, I>{})), ...);
    }(std::make_index_sequence<field_count<T>>{});
}

namespace detail {

template <class T>
inline constexpr bool has_field_names_in_traits = requires { traits<T>::fields; };

#if !TENON_PFR_HAS_NAMES

// Below Boost 1.84 the name is read off the address of a field in an object that is declared and never defined:
// the address is a constant expression, so it can be a template argument, and the compiler spells it out in the
// signature as "&stand_in<T>.value.name".
template <class T>
struct stand_in_holder {
    T const value;
};

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class T>
extern stand_in_holder<T> const stand_in;

template <class Field>
struct field_address {
    Field const* address;
};

template <field_address Address>
consteval std::string_view name_at() noexcept {
    // g++: "... = tenon::detail::field_address<int>{(& tenon::...::value.ping::count)}; std::string_view = ...]"
    // clang: "... [Address = {&stand_in.value.count}]"
    std::string_view text{__PRETTY_FUNCTION__};
#ifdef __clang__
    if (auto const end = text.rfind('}'); end != std::string_view::npos) text = text.substr(0, end);
#else
    if (auto const end = text.rfind(")}"); end != std::string_view::npos) text = text.substr(0, end);
    // A cast around the address, which newer versions of PFR bring about, ends with a parenthesis of its own.
    while (text.ends_with(')')) text.remove_suffix(1);
#endif
    auto const start = text.find_last_of(".:");
    return start == std::string_view::npos ? text : text.substr(start + 1);
}

template <class T, std::size_t I>
consteval std::string_view own_field_name() noexcept {
    constexpr field_address<std::remove_cvref_t<decltype(get_field<I>(stand_in<T>.value))>> address{
        &get_field<I>(stand_in<T>.value)};
    return name_at<address>();
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

#endif

template <class T, std::size_t I>
consteval std::string_view field_name_of() noexcept {
    if constexpr (has_field_names_in_traits<T>) {
        constexpr bool all_named = std::size(traits<T>::fields) == field_count<T>;
        static_assert(I != 0 || all_named, "tenon::traits<M>::fields must name every field of M, in declared order");
        if constexpr (all_named) return traits<T>::fields[I];
        return {};
    } else {
#if TENON_PFR_HAS_NAMES
        return boost::pfr::get_name<I, T>();
#else
        return own_field_name<T, I>();
#endif
    }
}

template <class T, class Indices>
struct field_names_of;
template <class T, std::size_t... I>
struct field_names_of<T, std::index_sequence<I...>> {
    static constexpr std::array<std::string_view, sizeof...(I)> value{field_name_of<T, I>()...};
};

}  // namespace detail

/// The wire names of all fields of `T`: from `traits<T>::fields` if given, else as they are declared.
template <class T>
inline constexpr auto const& field_names =
    detail::field_names_of<T, std::make_index_sequence<field_count<T>>>::value;

/// The wire name of the `I`th field of `T`.
template <class T, std::size_t I>
inline constexpr std::string_view field_name = field_names<T>[I];

}  // namespace tenon

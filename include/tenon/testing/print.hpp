// Messages as text for people: `ping{count: 3}`, through reflection.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/message/field.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/reflect.hpp>

#include <charconv>
#include <cstddef>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::testing {

/// `value` in words: messages as `ping{count: 3}`, texts in quotation marks, enums as `colour(2)`, durations with their
/// unit, blobs in hexadecimal, a `result` as what it holds. What no codec could carry is `?`.
/// Long texts and lists are cut, and say by how much. For people: not to be read back.
template <class T>
std::string to_text(T const& value);

namespace detail {

inline constexpr std::size_t most_characters = 400;
inline constexpr std::size_t most_elements   = 32;

/// "... and 968 more" behind what is shown.
inline std::string more_of(std::size_t size, std::size_t shown) {
    return size <= shown ? std::string{} : "... and " + tenon::detail::digits(size - shown) + " more";
}

inline std::string in_hexadecimal(unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {digits[byte >> 4], digits[byte & 15]};
}

/// In quotation marks, with backslashes where the text has something that could not be told apart.
inline std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char const c : text.substr(0, most_characters)) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (out += '\\') += c;
        else if (c == '\n') out += "\\n";
        else if (byte < 0x20 || byte == 0x7f) out += "\\x" + in_hexadecimal(byte);
        else out += c;
    }
    return out + '"' + more_of(text.size(), most_characters);
}

template <class Number>
std::string number_text(Number number) {
    char       text[64];
    auto const end = std::to_chars(text, text + sizeof text, number).ptr;
    return {text, end};
}

template <class Period>
std::string unit_text() {
    if constexpr (std::is_same_v<Period, std::nano>) return "ns";
    else if constexpr (std::is_same_v<Period, std::micro>) return "us";
    else if constexpr (std::is_same_v<Period, std::milli>) return "ms";
    else if constexpr (std::is_same_v<Period, std::ratio<1>>) return "s";
    else if constexpr (std::is_same_v<Period, std::ratio<60>>) return "min";
    else if constexpr (std::is_same_v<Period, std::ratio<3600>>) return "h";
    else return "[" + number_text(Period::num) + "/" + number_text(Period::den) + "]s";
}

template <class Bytes>
std::string blob_text(Bytes const& bytes) {
    std::string text  = "hex:";
    std::size_t shown = 0;
    for (auto const byte : bytes) {
        if (shown++ == most_elements) break;
        text += in_hexadecimal(std::to_integer<unsigned char>(byte));
    }
    return text + more_of(bytes.size(), most_elements);
}

/// `each(element)` for all of them that are shown, with commas in between.
template <class Range, class Each>
std::string list_text(Range const& all, char open, char close, Each&& each) {
    std::string text(1, open);
    std::size_t shown = 0;
    for (auto const& one : all) {
        if (shown != 0) text += ", ";
        if (shown++ == most_elements) {
            text += more_of(all.size(), most_elements);
            break;
        }
        text += each(one);
    }
    return text + close;
}

template <class T>
std::string fields_text(T const& value) {
    std::string text{message_name<T>};
    text += '{';
    for_each_field(value, [&]<std::size_t I>(auto const& field, std::integral_constant<std::size_t, I>) {
        if constexpr (I != 0) text += ", ";
        text.append(field_name<T, I>).append(": ") += to_text(field);
    });
    return text + '}';
}

template <class T>
std::string tuple_text(T const& value) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        using std::get;
        std::string text = "(";
        static_cast<void>(((text.append(I == 0 ? "" : ", ") += to_text(get<I>(value))), ...));
        return text + ')';
    }(std::make_index_sequence<std::tuple_size_v<T>>{});
}

template <class E>
std::string enum_text(E value) {
    if constexpr (std::is_same_v<E, errc>) return std::string{describe(value)};
    else
        return tenon::detail::concat({tenon::detail::unqualified_name<E>(), "(",
                                      number_text(+static_cast<std::underlying_type_t<E>>(value)), ")"});
}

template <class T>
std::string result_text(T const& value) {
    if (!value) return to_text(value.error());
    if constexpr (std::is_void_v<typename T::value_type>) return "success";
    else return to_text(*value);
}

}  // namespace detail

template <class T>
std::string to_text(T const& value) {
    constexpr field_kind kind = kind_of<T>;
    if constexpr (tenon::detail::is_result<T>) return detail::result_text(value);
    else if constexpr (kind == field_kind::boolean) return value ? "true" : "false";
    else if constexpr (kind == field_kind::integer) return detail::number_text(+value);
    else if constexpr (kind == field_kind::floating) return detail::number_text(value);
    else if constexpr (kind == field_kind::enumeration) return detail::enum_text(value);
    else if constexpr (kind == field_kind::string || kind == field_kind::string_view) return detail::quoted(value);
    else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) return detail::blob_text(value);
    else if constexpr (kind == field_kind::span || kind == field_kind::sequence || kind == field_kind::array)
        return detail::list_text(value, '[', ']', []<class E>(E const& one) { return to_text(one); });
    else if constexpr (kind == field_kind::map)
        return detail::list_text(value, '{', '}',
                                 [](auto const& one) { return to_text(one.first) + ": " + to_text(one.second); });
    else if constexpr (kind == field_kind::optional) return value ? to_text(*value) : "none";
    else if constexpr (kind == field_kind::variant)
        return std::visit([](auto const& held) { return to_text(held); }, value);
    else if constexpr (kind == field_kind::tuple) return detail::tuple_text(value);
    else if constexpr (kind == field_kind::duration)
        return detail::number_text(value.count()) + detail::unit_text<typename T::period>();
    else if constexpr (kind == field_kind::attachment)
        return detail::number_text(value.size()) + " bytes " + detail::blob_text(value.view());
    else if constexpr (kind == field_kind::empty) return "nothing";
    else if constexpr (kind == field_kind::aggregate) return detail::fields_text(value);
    else return "?";
}

}  // namespace tenon::testing

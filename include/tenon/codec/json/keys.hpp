// The names of messages and fields as they stand in JSON text, made while compiling.
#pragma once

#include <tenon/codec/json/text.hpp>
#include <tenon/codec/utf8.hpp>
#include <tenon/message/message.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <string_view>

namespace tenon::codec::detail::json {

/// `Size` characters and a null, so that it can also be told to people.
template <std::size_t Size>
struct literal {
    char text[Size + 1]{};

    static constexpr std::size_t size() noexcept { return Size; }
};

constexpr bool is_utf8_name(std::string_view name) noexcept {
    for (std::size_t at = 0, length; at < name.size(); at += length) {
        length = utf8_sequence(name.data() + at, name.size() - at);
        if (length == 0) return false;
    }
    return true;
}

template <std::size_t Size>
consteval literal<Size> make_literal(std::string_view before, std::string_view name, std::string_view after) {
    literal<Size> made;
    char*         at = made.text;
    for (char const c : before) *at++ = c;
    at = put_escaped(name, at);
    for (char const c : after) *at++ = c;
    return made;
}

/// `["name",`: how a message of type `M` begins.
template <class M>
inline constexpr auto message_head =
    make_literal<escaped_size(message_name<M>) + 4>("[\"", message_name<M>, "\",");

/// `"name":`, the key of the `I`th field of `T`.
template <class T, std::size_t I>
inline constexpr auto field_key = [] {
    static_assert(is_utf8_name(field_name<T, I>), "tenon::traits<M>::fields: JSON needs names in UTF-8");
    return make_literal<escaped_size(field_name<T, I>) + 3>("\"", field_name<T, I>, "\":");
}();

}  // namespace tenon::codec::detail::json

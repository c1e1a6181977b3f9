// The definition of a protocol as text, and its fingerprint: what two builds compare.
#pragma once

#include <tenon/detail/type_list.hpp>
#include <tenon/message/id.hpp>
#include <tenon/message/reflect.hpp>
#include <tenon/protocol/statement.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tenon {

namespace detail {

/// FNV-1a, 64 bits.
constexpr std::uint64_t fnv1a_64(std::string_view text) noexcept {
    std::uint64_t state = 0xcbf29ce484222325u;
    for (char const c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return state;
}

}  // namespace detail

/// A protocol in words that do not depend on the compiler: what a server tells who asks `tenon.describe`.
struct definition {
    std::string text;  ///< A line for each statement, in the words of message/id.hpp.

    /// The same number as `tenon::fingerprint<Protocol>`: the sum of the hashes of the lines.
    [[nodiscard]] std::uint64_t fingerprint() const noexcept {
        std::uint64_t    sum = 0;
        std::string_view left = text;
        while (!left.empty()) {
            auto const line = left.substr(0, left.find('\n')).size() + 1;
            sum += detail::fnv1a_64(left.substr(0, line));
            left.remove_prefix(line < left.size() ? line : left.size());
        }
        return sum;
    }
    friend bool operator==(definition const&, definition const&) = default;
};
template <>
struct traits<definition> {
    static constexpr std::string_view name = "tenon.definition";
};

namespace detail {

/// The question for it. Servers answer it besides those of their protocol.
struct describe_question {};

// Declared and never defined: only addresses of its fields are asked for.
template <class Event>
struct key_holder {
    Event const value;
};

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class Event>
extern key_holder<Event> const key_stand_in;

/// The wire name of the field that `Key` points to.
template <class Event, auto Key>
consteval std::string_view key_name() {
    std::string_view found;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (([&] {
             if constexpr (requires { &(key_stand_in<Event>.value.*Key) == &get_field<I>(key_stand_in<Event>.value); })
                 if (&(key_stand_in<Event>.value.*Key) == &get_field<I>(key_stand_in<Event>.value))
                     found = field_name<Event, I>;
         }()),
         ...);
    }(std::make_index_sequence<field_count<Event>>{});
    return found;
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

template <class Event, auto... Keys>
constexpr void describe_keys(event<Event, Keys...> const*, auto& out) {
    ((out.add(' '), out.add(key_name<Event, Keys>())), ...);
}

/// Writes the line of a statement: `request ping{count:i32;} pong{count:i32;}`, `command stop{}`,
/// `event price{symbol:str;value:f64;} symbol`.
template <class S>
constexpr void describe_statement(auto& out) {
    if constexpr (is_request<S>) {
        out.add("request ");
        describe_message<typename S::to_server>(out);
        out.add(' ');
        describe_message<typename S::to_client>(out);
    } else if constexpr (is_command<S>) {
        out.add("command ");
        describe_message<typename S::to_server>(out);
    } else {
        out.add("event ");
        describe_message<typename S::to_client>(out);
        describe_keys(static_cast<S const*>(nullptr), out);
    }
    out.add('\n');
}

template <class S>
inline constexpr auto statement_characters = [] {
    constexpr std::size_t size = [] {
        description_text counted;
        describe_statement<S>(counted);
        return counted.size;
    }();
    std::array<char, size> text{};
    description_text       out;
    out.text = text.data();
    describe_statement<S>(out);
    return text;
}();

/// The line of statement `S`, its end included.
template <class S>
inline constexpr std::string_view statement_line{statement_characters<S>.data(), statement_characters<S>.size()};

/// The line of the statement in which the client side sends `M`.
template <class M, class... S>
constexpr std::string_view line_of_message(type_list<S...>) noexcept {
    return statement_line<type_at<index_of<M, server_message_t<S>...>(), S...>>;
}

template <class... S>
consteval std::uint64_t fingerprint_of(type_list<S...>) {
    return (std::uint64_t{0} + ... + fnv1a_64(statement_line<S>));
}

template <class... S>
[[gnu::cold]] std::string text_of(type_list<S...>) {
    std::string text;
    (text.append(statement_line<S>), ...);
    return text;
}

}  // namespace detail

template <>
struct traits<detail::describe_question> {
    static constexpr std::string_view name = "tenon.describe";
};

/// The fingerprint of a protocol: the sum of the hashes (FNV-1a, 64 bits) of its statements' lines, so it does not
/// depend on their order. It covers names, fields and types all the way down, and what kind of statement it is. The
/// same on every compiler and machine. Cost: none at run time; a protocol whose fingerprint nobody asks for has none.
template <class Protocol>
inline constexpr std::uint64_t fingerprint = detail::fingerprint_of(typename Protocol::statement_list{});

/// The definition of a protocol, as a server of it tells it.
template <class Protocol>
[[nodiscard]] definition definition_of() {
    return {detail::text_of(typename Protocol::statement_list{})};
}

}  // namespace tenon

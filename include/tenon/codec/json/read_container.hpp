// From JSON arrays and objects into fields that contain others: sequences, maps, variants, optionals.
#pragma once

#include <tenon/codec/containers.hpp>
#include <tenon/codec/json/read_scalar.hpp>
#include <tenon/codec/json/reader.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/field.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::codec::detail::json {

/// Reads an array: calls `element(position)` for each element, which returns the position behind it or null.
template <class Element>
inline char const* read_elements(reader& r, char const* at, Element element) {
    if (*at != '[') return r.mismatch(at, "an array");
    at = r.enter(at);
    if (at == nullptr) return nullptr;
    at = skip_space(at);
    if (*at == ']') return r.leave_array(at);
    for (;;) {
        at = element(at);
        if (at == nullptr) return nullptr;
        at = skip_space(at);
        if (*at == ']') return r.leave_array(at);
        if (*at != ',') return r.fail(errc::malformed, at, "',' or ']'");
        at = skip_space(at + 1);
    }
}

/// Makes a full vector longer: twice as long, but no longer than the budget allows.
template <class V>
bool grow(reader& r, V& value) {
    constexpr std::size_t each     = sizeof(typename V::value_type);
    std::size_t const     capacity = value.capacity();
    std::size_t           more     = capacity < 4 ? 4 : capacity;
    if (more > r.budget / each) more = r.budget / each;
    if (more == 0) return false;
    r.budget -= more * each;
    value.reserve(capacity + more);
    return true;
}

/// Adds an element at the end; of plain ones as many as there are, of which the caller takes away what is too many.
/// Rare in a vector that is reused, so that it is kept out of the loop.
template <class V>
[[gnu::noinline]] bool append(reader& r, V& value) {
    std::size_t const size = value.size();
    if (size == value.capacity() && !grow(r, value)) return false;
    if constexpr (std::is_trivially_copyable_v<typename V::value_type>) {
        std::size_t const more = size < 4 ? 4 : size;
        value.resize(more < value.capacity() - size ? size + more : value.capacity());
    } else {
        value.emplace_back();
    }
    return true;
}

template <class V>
char const* read_sequence(reader& r, char const* at, V& value) {
    std::size_t count = 0;
    at = read_elements(r, at, [&](char const* p) -> char const* {
        if (count == value.size() && !append(r, value)) return r.fail(errc::too_large, p, over_budget);
        if constexpr (std::is_same_v<typename V::value_type, bool>) {
            bool element = false;
            p            = read_boolean(r, p, element);
            value[count] = element;
        } else {
            p = read_value(r, p, value[count]);
        }
        ++count;
        return p;
    });
    // What is left of an earlier, longer message.
    if (at != nullptr && count != value.size()) value.resize(count);
    return at;
}

template <class A>
char const* read_array(reader& r, char const* at, A& value) {
    constexpr std::size_t size  = std::tuple_size_v<A>;
    std::size_t           count = 0;
    char const* const     end   = read_elements(r, at, [&](char const* p) -> char const* {
        if (count == size) return r.fail(errc::wrong_arity, p, "no more elements");
        return read_value(r, p, value[count++]);
    });
    if (end != nullptr && count != size) return r.fail(errc::wrong_arity, end - 1, "more elements");
    return end;
}

/// Reads numbers into the arena; the commas up to the `]` tell how many there can be.
template <class T>
char const* read_span(reader& r, char const* at, T& value) {
    using number = std::remove_const_t<typename T::element_type>;
    if (*at != '[') return r.mismatch(at, "an array");
    std::size_t room = 1;
    for (char const* p = at; *p != ']'; ++p) room += *p == ',';
    if (room > r.budget / sizeof(number) || !r.charge(room * sizeof(number)))
        return r.fail(errc::too_large, at, over_budget);
    auto* const numbers = reinterpret_cast<number*>(r.arena->take(room * sizeof(number), alignof(number)));
    std::size_t count   = 0;
    at = read_elements(r, at, [&](char const* p) { return read_value(r, p, numbers[count++]); });
    if (at != nullptr) value = {numbers, count};
    return at;
}

/// The integer that a key is, in the only spelling that it has.
template <class K>
char const* read_integer_key(reader& r, char const* at, K& key) {
    std::string_view  text;
    char const* const behind = read_borrowed(r, at, text);
    if (behind == nullptr) return nullptr;
    bool const             negative = text.starts_with('-');
    std::string_view const digits   = text.substr(negative);
    std::uint64_t          number   = 0;
    for (char const c : digits) {
        if (!is_digit(c)) return r.fail(errc::wrong_type, at, "an integer as key");
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (digits.empty() || (digits.front() == '0' && text.size() > 1))
        return r.fail(errc::wrong_type, at, "an integer as key");
    if (!fit_integer(digits.data(), digits.size(), number, negative, key))
        return r.fail(errc::out_of_range, at, "an integer that fits the key");
    return behind;
}

template <class M>
char const* read_map(reader& r, char const* at, M& value) {
    using key_type = typename M::key_type;
    // What a node and its place in the table take besides the pair, roughly.
    constexpr std::size_t node = sizeof(typename M::value_type) + map_entry_overhead;
    if (*at != '{') return r.mismatch(at, "an object");
    at = r.enter(at);
    if (at == nullptr) return nullptr;
    value.clear();
    at = skip_space(at);
    if (*at == '}') return r.leave_object(at);
    for (;;) {
        char const* const start = at;
        key_type          key{};
        if (*at != '"') return r.fail(errc::malformed, at, "a key");
        if constexpr (kind_of<key_type> == field_kind::integer)
            at = read_integer_key(r, at, key);
        else
            at = read_string(r, at, key);
        if (at == nullptr || (at = read_colon(r, at)) == nullptr) return nullptr;
        if (!r.charge(node)) return r.fail(errc::too_large, start, over_budget);
        auto const [place, added] = value.try_emplace(std::move(key));
        if (!added) return r.fail(errc::duplicate_key, start, "each key once");
        at = read_value(r, at, place->second);
        if (at == nullptr) return nullptr;
        at = skip_space(at);
        if (*at == '}') return r.leave_object(at);
        if (*at != ',') return r.fail(errc::malformed, at, "',' or '}'");
        at = skip_space(at + 1);
    }
}

template <class... Ts>
char const* read_variant(reader& r, char const* at, std::variant<Ts...>& value) {
    std::size_t index = 0, count = 0;
    char const* const end = read_elements(r, at, [&](char const* p) -> char const* {
        if (++count == 1) {
            char const* const behind = read_integer(r, p, index);
            if (behind != nullptr && index >= sizeof...(Ts))
                return r.fail(errc::out_of_range, p, "the index of an alternative");
            return behind;
        }
        if (count > 2) return r.fail(errc::wrong_arity, p, "an index and a value");
        return tenon::detail::with_index<sizeof...(Ts)>(index, [&](auto i) {
            return read_value(r, p, hold_alternative<i()>(value));
        });
    });
    if (end != nullptr && count != 2) return r.fail(errc::wrong_arity, end - 1, "an index and a value");
    return end;
}

template <class T>
char const* read_tuple(reader& r, char const* at, T& value) {
    constexpr std::size_t size  = std::tuple_size_v<T>;
    std::size_t           count = 0;
    char const* const     end   = read_elements(r, at, [&](char const* p) -> char const* {
        if (count == size) return r.fail(errc::wrong_arity, p, "no more elements");
        if constexpr (size == 0)
            return p;
        else
            return tenon::detail::with_index<size>(count++, [&](auto i) {
                using std::get;
                return read_value(r, p, get<i>(value));
            });
    });
    if (end != nullptr && count != size) return r.fail(errc::wrong_arity, end - 1, "more elements");
    return end;
}

template <class O>
char const* read_optional(reader& r, char const* at, O& value) {
    if (*at == 'n') {
        value.reset();
        return read_null(r, at);
    }
    return read_value(r, at, hold(value));
}

}  // namespace tenon::codec::detail::json

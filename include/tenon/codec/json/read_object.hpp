// From JSON text into structs: fields by name in any order, or by position as far as the layout allows.
#pragma once

#include <tenon/codec/field_set.hpp>
#include <tenon/codec/json/keys.hpp>
#include <tenon/codec/json/read.hpp>
#include <tenon/codec/words.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace tenon::codec::detail::json {

template <class T, std::size_t I>
inline constexpr bool is_optional_field = kind_of<field_type<T, I>> == field_kind::optional;

/// The keys of a struct's fields, null for those that may be left out.
template <class T, class Indices = std::make_index_sequence<field_count<T>>>
struct required_keys;
template <class T, std::size_t... I>
struct required_keys<T, std::index_sequence<I...>> {
    static constexpr bool        all = !(is_optional_field<T, I> || ...);
    static constexpr char const* text[sizeof...(I) + 1]{(is_optional_field<T, I> ? nullptr : field_key<T, I>.text)...};
};

/// Empties the `I`th field if it is optional and was not there.
template <std::size_t I, class T>
inline void empty_if_missing(T& value, field_set<field_count<T>> const& seen) {
    if constexpr (is_optional_field<T, I>)
        if (!seen.contains(I)) get_field<I>(value).reset();
}

/// Refuses an object in which a key is missing.
[[gnu::noinline]] inline char const* require_keys(reader& r, char const* at, char const* const* keys, std::size_t count,
                                                  std::uint64_t const* seen) noexcept {
    for (std::size_t i = 0; i < count; ++i)
        if (keys[i] != nullptr && (seen[i / 64] >> i % 64 & 1) == 0) return r.fail(errc::missing_field, at, keys[i]);
    return at;
}

/// Sees to the fields that were not there.
template <class T>
inline char const* complete(reader& r, char const* at, [[maybe_unused]] T& value,
                            field_set<field_count<T>> const& seen) {
    using keys = required_keys<T>;
    if constexpr (!keys::all)
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (empty_if_missing<I>(value, seen), ...);
        }(std::make_index_sequence<field_count<T>>{});
    return require_keys(r, at, keys::text, field_count<T>, seen.words());
}

/// Reads the `I`th field if its key stands at `key`, or if its value is known to stand at `data`.
/// Returns `key` itself if another key stands there.
template <std::size_t I, class T>
inline char const* read_member(reader& r, char const* key, char const* data, T& value,
                               field_set<field_count<T>>& seen) {
    if (data == nullptr) {
        // One comparison settles name, quotes and colon where a peer writes them as we do.
        constexpr auto const& text = field_key<T, I>;
        if (static_cast<std::size_t>(r.end - key) <= text.size() ||
            !same_bytes<text.size()>(key, text.text))
            return key;
        data = skip_space(key + text.size());
    }
    if (seen.contains(I)) return r.fail(errc::duplicate_key, key, "each key once");
    seen.add(I);
    return read_value(r, data, get_field<I>(value));
}

/// A member whose key is not the one that was expected.
struct other_member {
    char const* at;    // the key itself if it is a field's, else where the member ends; null after an error
    char const* data;  // where the value stands
};

/// Finds the field, whose index is `next` then, or reads over a member that is none.
[[gnu::noinline]] inline other_member find_member(reader& r, char const* key, std::string_view const* names,
                                                  std::size_t count, std::size_t& next) {
    std::size_t const expected = next;
    char const* const data     = find_key(r, key, names, count, next);
    if (data == nullptr) return {nullptr, nullptr};
    if (next != count) return {key, data};
    if (!r.skip_unknown) return {r.fail(errc::unknown_key, key, "a key that is a field"), nullptr};
    next = expected - 1;
    return {skipper{r}.value(data), data};
}

/// Reads an object's members into the fields that have not been `seen`, from behind its brace on.
template <class T>
char const* read_members(reader& r, char const* at, T& value, field_set<field_count<T>>& seen,
                         std::size_t next) {
    constexpr std::size_t size = field_count<T>;
    at                         = skip_space(at);
    if (*at != '}') {
        for (;; ++next, at = skip_space(at + 1)) {
            // First as if the key were the expected one; if it is not, once more with the field that it names.
            other_member      member{at, nullptr};
            char const* const key = at;
            do {
                if constexpr (size != 0) {
                    if (next >= size) next = 0;
                    at = tenon::detail::with_index<size>(
                        next, [&](auto i) { return read_member<i>(r, key, member.data, value, seen); });
                    if (at != key) break;
                }
                member = find_member(r, key, field_names<T>.data(), size, next);
                at     = member.at;
            } while (at == key);
            if (at == nullptr) return nullptr;
            at = skip_space(at);
            if (*at == '}') break;
            if (*at != ',') return r.fail(errc::malformed, at, "',' or '}'");
        }
    }
    if (!seen.is_full()) at = complete(r, at, value, seen);
    return at == nullptr ? nullptr : r.leave_object(at);
}

template <class T>
char const* read_object(reader& r, char const* at, T& value) {
    if (*at != '{') return r.mismatch(at, "an object");
    at = r.enter(at);
    if (at == nullptr) return nullptr;
    field_set<field_count<T>> seen;
    return read_members(r, at, value, seen, 0);
}

/// Reads a message's data in the layout `pair`: nothing, the one field, or an object.
template <class M>
char const* read_data(reader& r, char const* at, M& message) {
    if constexpr (field_count<M> == 0)
        return read_null(r, at);
    else if constexpr (field_count<M> == 1)
        return read_value(r, at, get_field<0>(message));
    else
        return read_object(r, at, message);
}

/// Reads a message's data in the layout `triple`: the first fields by position, the others by name.
template <class M>
char const* read_arguments(reader& r, char const* at, M& message) {
    constexpr std::size_t size = field_count<M>;
    field_set<size>     seen;
    std::size_t           count = 0;
    at                          = read_elements(r, at, [&](char const* p) -> char const* {
        if (count == size) return r.fail(errc::wrong_arity, p, "no more arguments than fields");
        if constexpr (size == 0) {
            return p;
        } else {
            seen.add(count);
            return tenon::detail::with_index<size>(
                count++, [&](auto i) { return read_value(r, p, get_field<i>(message)); });
        }
    });
    if (at == nullptr) return nullptr;
    at = skip_space(at);
    if (*at == ']') return r.fail(errc::wrong_arity, at, "',' and the keyword arguments");
    if (*at != ',') return r.fail(errc::malformed, at, "','");
    at = skip_space(at + 1);
    if (*at != '{') return r.mismatch(at, "an object");
    at = r.enter(at);
    return at == nullptr ? nullptr : read_members(r, at, message, seen, count);
}

}  // namespace tenon::codec::detail::json

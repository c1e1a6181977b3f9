// From JSON text into structs: fields by name in any order, or by position as far as the layout allows.
#pragma once

#include <tenon/codec/field_set.hpp>
#include <tenon/codec/json/keys.hpp>
#include <tenon/codec/json/read.hpp>
#include <tenon/codec/words.hpp>
#include <tenon/detail/with_index.hpp>
#include <tenon/message/reflect.hpp>

#include <cstddef>
#include <utility>

namespace tenon::codec::detail::json {

/// Empties the `I`th field if it is optional and was not there; else returns its key if it was not.
template <std::size_t I, class T>
inline char const* settle_field(T& value, field_set<field_count<T>> const& seen) {
    if (seen.contains(I)) return nullptr;
    if constexpr (kind_of<field_type<T, I>> == field_kind::optional) {
        get_field<I>(value).reset();
        return nullptr;
    } else {
        return field_key<T, I>.text;
    }
}

/// Sees to the fields that were not there; tells of the first that is not optional.
template <class T>
char const* complete(reader& r, char const* at, T& value, field_set<field_count<T>> const& seen) {
    char const* missing = nullptr;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>((((missing = settle_field<I>(value, seen)) == nullptr) && ...));
    }(std::make_index_sequence<field_count<T>>{});
    return missing == nullptr ? at : r.fail(errc::missing_field, at, missing);
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

/// Reads a member whose key is not the one that was expected; `next` becomes the index of its field.
template <class T>
char const* read_other_member(reader& r, char const* key, T& value, field_set<field_count<T>>& seen,
                              std::size_t& next) {
    constexpr std::size_t size     = field_count<T>;
    std::size_t const     expected = next;
    char const* const     data     = find_key(r, key, field_names<T>.data(), size, next);
    if (data == nullptr) return nullptr;
    if (next == size) {
        if (!r.skip_unknown) return r.fail(errc::unknown_key, key, "a key that is a field");
        next = expected - 1;
        return skipper{r}.value(data);
    }
    if constexpr (size != 0)
        return tenon::detail::with_index<size>(
            next, [&](auto i) { return read_member<i>(r, key, data, value, seen); });
    else
        return nullptr;
}

/// Reads an object's members into the fields that have not been `seen`, from behind its brace on.
template <class T>
char const* read_members(reader& r, char const* at, T& value, field_set<field_count<T>>& seen,
                         std::size_t next) {
    constexpr std::size_t size = field_count<T>;
    at                         = skip_space(at);
    if (*at != '}') {
        for (;; ++next, at = skip_space(at + 1)) {
            char const* const key = at;
            if constexpr (size != 0) {
                if (next >= size) next = 0;
                at = tenon::detail::with_index<size>(
                    next, [&](auto i) { return read_member<i>(r, key, nullptr, value, seen); });
            }
            if (at == key) at = read_other_member(r, key, value, seen, next);
            if (at == nullptr) return nullptr;
            at = skip_space(at);
            if (*at == '}') break;
            if (*at != ',') return r.fail(errc::malformed, at, "',' or '}'");
        }
    }
    at = complete(r, at, value, seen);
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

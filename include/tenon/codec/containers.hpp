// Filling what owns memory, whatever the format: what an earlier message has left there is used again.
#pragma once

#include <tenon/codec/utf8.hpp>
#include <tenon/core/error.hpp>

#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>
#include <variant>

namespace tenon::codec::detail {

template <class String>
[[gnu::always_inline]] inline void replace(String& text, char const* from, std::size_t length) {
    // A new string is cheaper than the growth of one whose characters are to be replaced.
    if (length > text.capacity())
        text = String(from, length);
    else
        text.assign(from, length);
}

template <class String>
[[gnu::noinline]] void reassign(String& text, char const* from, std::size_t length) {
    replace(text, from, length);
}

/// Copies into a string, into the memory it has if that suffices. One of the same length is the usual case.
template <class String>
inline void assign(String& text, char const* from, std::size_t length) {
    if (text.size() != length)
        reassign(text, from, length);
    else if (length != 0)
        std::memcpy(text.data(), from, length);
}

template <class String>
[[gnu::noinline]] bool reassign_text(String& text, char const* from, std::size_t length) {
    if (!is_utf8(from, length)) return false;
    replace(text, from, length);
    return true;
}

/// As `assign`; false if it is no UTF-8.
template <class String>
inline bool assign_text(String& text, char const* from, std::size_t length) {
    return text.size() == length ? copy_text(text.data(), from, length) : reassign_text(text, from, length);
}

/// `std::vector::resize`, inline where there is nothing to do, as in most messages but the first.
template <class List>
inline void resize(List& list, std::size_t count) {
    if (list.size() != count) list.resize(count);
}

/// The bytes of a `T` where they have no alignment.
template <class T>
struct unaligned {
    std::byte bytes[sizeof(T)];

    operator T() const noexcept { return std::bit_cast<T>(bytes); }
};

template <class List>
[[gnu::noinline]] void reassign_elements(List& list, std::byte const* from, std::size_t count) {
    auto const* const first = reinterpret_cast<unaligned<typename List::value_type> const*>(from);
    list.assign(first, first + count);
}

/// Makes the list one of the `count` elements whose bytes stand at `from`, without first filling it with zeros.
template <class List>
inline void assign_elements(List& list, std::byte const* from, std::size_t count) {
    if (list.size() != count)
        reassign_elements(list, from, count);
    else if (count != 0)
        std::memcpy(static_cast<void*>(list.data()), from, count * sizeof(typename List::value_type));
}

/// The value of an optional, which holds one from here on.
template <class Optional>
inline auto& hold(Optional& value) {
    if (!value) value.emplace();
    return *value;
}

/// The alternative `I` of a variant, which holds that one from here on.
template <std::size_t I, class Variant>
inline auto& hold_alternative(Variant& value) {
    if (value.index() != I) value.template emplace<I>();
    return *std::get_if<I>(&value);
}

/// What an entry of a map costs beyond its value, about: links of a tree or list, and the allocator's header.
inline constexpr std::size_t map_entry_overhead = 5 * sizeof(void*);

/// Reads `count` keys, each with its value behind it, by the `read` of a reader of a byte format.
template <class Reader, class Map>
std::byte const* read_entries(Reader& in, std::byte const* at, Map& map, std::size_t count) {
    map.clear();
    for (std::size_t i = 0; i < count; ++i) {
        typename Map::key_type key{};
        std::byte const* const key_at = at;
        if ((at = in.read(at, key)) == nullptr) return nullptr;
        auto const [place, is_new] = map.try_emplace(std::move(key));
        if (!is_new) return in.fail(errc::duplicate_key, key_at, "each key once");
        if ((at = in.read(at, place->second)) == nullptr) return nullptr;
    }
    return at;
}

}  // namespace tenon::codec::detail

// From untrusted bytes in the binary format into a struct, in place.
#pragma once

#include <tenon/codec/binary/layout.hpp>
#include <tenon/codec/input.hpp>
#include <tenon/codec/utf8.hpp>
#include <tenon/detail/with_index.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::codec::binary_detail {

/// Reads values at a position and returns where they end, or null after an error.
///
/// Levels are counted where the number of elements comes from the frame; what is nested in the type alone has
/// a depth that the compiler knows.
struct reader : detail::input {
    using at_type = std::byte const*;
    using detail::input::input;

    template <class T>
    at_type read(at_type at, T& value) {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (is_fixed<T>) {
            if (left(at) < fixed_size<T>) return truncated("a value of fixed size");
            return read_fixed(at, value);
        } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
            return read_string(at, value);
        } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
            return read_blob(at, value);
        } else if constexpr (kind == field_kind::span) {
            return read_span(at, value);
        } else if constexpr (kind == field_kind::sequence) {
            return read_sequence(at, value);
        } else if constexpr (kind == field_kind::optional) {
            return read_optional(at, value);
        } else if constexpr (kind == field_kind::map) {
            return read_map(at, value);
        } else if constexpr (kind == field_kind::variant) {
            return read_variant(at, value);
        } else if constexpr (kind == field_kind::array) {
            for (auto& one : value)
                if ((at = read(at, one)) == nullptr) return nullptr;
            return at;
        } else if constexpr (kind == field_kind::tuple) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                static_cast<void>(((at = read(at, get<I>(value))) && ...));
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
            return at;
        } else {
            static_assert(kind == field_kind::aggregate);
            return read_fields(at, value);
        }
    }

    /// The fields of a struct. Neighbours of fixed size are checked against the end of the frame once.
    template <class T>
    at_type read_fields(at_type at, T& value) {
        return apply_fields(value, [&](auto&... fields) {
            return [&]<std::size_t... I>(std::index_sequence<I...>) {
                at_type next = at;  // local to the fold, so that it stays in a register
                static_cast<void>(((next = read_field<T, I>(next, fields)) && ...));
                return next;
            }(std::index_sequence_for<decltype(fields)...>{});
        });
    }

    /// A value whose bytes are known to be there.
    template <class T>
    at_type read_fixed(at_type at, T& value) {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (is_bitwise<T>) {
            std::memcpy(static_cast<void*>(&value), at, sizeof(T));
            return at + sizeof(T);
        } else if constexpr (kind == field_kind::boolean) {
            auto const byte = std::to_integer<unsigned>(*at);
            if (byte > 1) return fail(errc::out_of_range, at, "0 or 1 for a bool");
            value = byte != 0;
            return at + 1;
        } else if constexpr (kind == field_kind::integer || kind == field_kind::floating) {
            value = load<T>(at);
            return at + sizeof(T);
        } else if constexpr (kind == field_kind::enumeration) {
            std::underlying_type_t<T> number{};
            at_type const             after = read_fixed(at, number);
            if (after == nullptr) return nullptr;
            value = static_cast<T>(number);
            return is_valid_enum(value) ? after
                                        : fail(errc::out_of_range, at, "one of the values of the enum");
        } else if constexpr (kind == field_kind::duration) {
            typename T::rep count{};
            at_type const   after = read_fixed(at, count);
            value                 = T{count};
            return after;
        } else if constexpr (kind == field_kind::array) {
            for (auto& one : value)
                if ((at = read_fixed(at, one)) == nullptr) return nullptr;
            return at;
        } else if constexpr (kind == field_kind::tuple) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                static_cast<void>(((at = read_fixed(at, get<I>(value))) && ...));
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
            return at;
        } else if constexpr (kind == field_kind::aggregate) {
            return apply_fields(value, [&](auto&... fields) {
                at_type next = at;
                static_cast<void>(((next = read_fixed(next, fields)) && ...));
                return next;
            });
        } else if constexpr (kind == field_kind::attachment) {
            value.announce(load<std::uint64_t>(at));
            return at + sizeof(std::uint64_t);
        } else {
            static_assert(kind == field_kind::empty);
            return at;
        }
    }

private:
    template <class T, std::size_t I, class Field>
    at_type read_field(at_type at, Field& field) {
        if constexpr (is_fixed<Field>) {
            if constexpr (layout_of<T>::starts_run(I)) {
                constexpr std::size_t run = layout_of<T>::run_size(I);
                if (left(at) < run) return truncated("all fields of the struct");
            }
            return read_fixed(at, field);
        } else {
            return read(at, field);
        }
    }

    /// A count of elements that take at least `Min` bytes each; null unless they can all be there.
    template <std::size_t Min>
    at_type read_count(at_type at, std::size_t& count) {
        if (left(at) < 4) return truncated("a count of four bytes");
        count = load<std::uint32_t>(at);
        at += 4;
        if constexpr (Min != 0)
            if (count > left(at) / Min) return truncated("as many elements as were counted");
        return at;
    }

    template <class T>
    at_type read_string(at_type at, T& text) {
        std::size_t   length = 0;
        at_type const start  = read_count<1>(at, length);
        if (start == nullptr) return nullptr;
        auto const* const chars = reinterpret_cast<char const*>(start);
        // Inline for a short text, where a call would be a tenth of reading a small message.
        if (!detail::is_short_ascii(chars, length) && !detail::is_utf8(chars, length)) return bad_text(start, length);
        if constexpr (kind_of<T> == field_kind::string_view) {
            text = {chars, length};
        } else {
            if (!charge(length, 1)) return fail(errc::too_large, at, detail::within_allocation);
            detail::assign(text, chars, length);
        }
        return start + length;
    }

    template <class T>
    at_type read_blob(at_type at, T& blob) {
        std::size_t   size  = 0;
        at_type const start = read_count<1>(at, size);
        if (start == nullptr) return nullptr;
        if constexpr (kind_of<T> == field_kind::blob_view) {
            blob = {start, size};
        } else {
            if (!charge(size, 1)) return fail(errc::too_large, at, detail::within_allocation);
            blob.assign(start, start + size);
        }
        return start + size;
    }

    /// Borrowed from the frame where it happens to be aligned, else copied to memory of the codec.
    template <class T>
    at_type read_span(at_type at, T& numbers) {
        using number        = typename T::value_type;
        std::size_t   count = 0;
        at_type const start = read_count<sizeof(number)>(at, count);
        if (start == nullptr) return nullptr;
        if constexpr (is_bitwise<number>) {
            if (reinterpret_cast<std::uintptr_t>(start) % alignof(number) == 0) {
                numbers = {reinterpret_cast<number const*>(start), count};
                return start + count * sizeof(number);
            }
        }
        if (!charge(count, sizeof(number))) return fail(errc::too_large, at, detail::within_allocation);
        auto* const copy = reinterpret_cast<number*>(memory->take(count * sizeof(number), alignof(number)));
        at_type     from = start;
        for (std::size_t i = 0; i < count; ++i, from += sizeof(number)) copy[i] = load<number>(from);
        numbers = {copy, count};
        return from;
    }

    template <class T>
    at_type read_sequence(at_type at, T& list) {
        using element         = typename T::value_type;
        std::size_t   count   = 0;
        at_type const counted = at;
        at                    = read_count<min_size<element>>(at, count);
        if (at == nullptr) return nullptr;
        if (!charge(count, sizeof(element))) return fail(errc::too_large, counted, detail::within_allocation);
        if constexpr (is_fixed<element>) {
            detail::resize(list, count);
            return read_fixed_elements(at, list, count);
        } else {
            if (!enter()) return fail(errc::too_deep, counted, detail::within_depth);
            // Elements from an earlier message are overwritten, so that what they own is reused.
            detail::resize(list, count);
            for (auto& one : list)
                if ((at = read(at, one)) == nullptr) return nullptr;
            leave();
            return at;
        }
    }

    /// All `count` elements of the list, whose bytes are known to be there.
    template <class T>
    at_type read_fixed_elements(at_type at, T& list, [[maybe_unused]] std::size_t count) {
        using element = typename T::value_type;
        if constexpr (is_bitwise<element>) {
            std::size_t const size = count * sizeof(element);
            if (count != 0) std::memcpy(static_cast<void*>(list.data()), at, size);
            return at + size;
        } else if constexpr (std::is_same_v<element, bool>) {
            // std::vector<bool> has no bool to refer to.
            for (std::size_t i = 0; i < list.size(); ++i) {
                bool one = false;
                if ((at = read_fixed(at, one)) == nullptr) return nullptr;
                list[i] = one;
            }
            return at;
        } else {
            for (auto& one : list)
                if ((at = read_fixed(at, one)) == nullptr) return nullptr;
            return at;
        }
    }

    template <class T>
    at_type read_optional(at_type at, T& value) {
        if (at == end) return truncated("0 or 1 for an optional");
        auto const present = std::to_integer<unsigned>(*at);
        if (present > 1) return fail(errc::out_of_range, at, "0 or 1 for an optional");
        if (present == 0) {
            value.reset();
            return at + 1;
        }
        if (!value) value.emplace();
        return read(at + 1, *value);
    }

    template <class T>
    at_type read_map(at_type at, T& map) {
        using key_type         = typename T::key_type;
        using mapped_type      = typename T::mapped_type;
        std::size_t   count    = 0;
        at_type const counted  = at;
        constexpr auto smallest = min_size<key_type> + min_size<mapped_type>;
        constexpr auto entry    = sizeof(typename T::value_type) + detail::map_entry_overhead;
        at = read_count<smallest>(at, count);
        if (at == nullptr) return nullptr;
        if (!charge(count, entry)) return fail(errc::too_large, counted, detail::within_allocation);
        if (!enter()) return fail(errc::too_deep, counted, detail::within_depth);
        map.clear();
        for (std::size_t i = 0; i < count; ++i) {
            key_type      key{};
            at_type const key_at = at;
            at                   = read(at, key);
            if (at == nullptr) return nullptr;
            auto const [place, is_new] = map.try_emplace(std::move(key));
            if (!is_new) return fail(errc::duplicate_key, key_at, "each key once");
            if ((at = read(at, place->second)) == nullptr) return nullptr;
        }
        leave();
        return at;
    }

    template <class T>
    at_type read_variant(at_type at, T& value) {
        if (at == end) return truncated("the index of a variant");
        auto const index = std::to_integer<std::size_t>(*at);
        if (index >= std::variant_size_v<T>)
            return fail(errc::out_of_range, at, "the index of an alternative of the variant");
        return tenon::detail::with_index<std::variant_size_v<T>>(index, [&](auto chosen) -> at_type {
            if (value.index() != chosen()) value.template emplace<chosen()>();
            return read(at + 1, *std::get_if<chosen()>(&value));
        });
    }
};

}  // namespace tenon::codec::binary_detail

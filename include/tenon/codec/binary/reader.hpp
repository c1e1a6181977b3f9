// From untrusted bytes in the binary format into a struct, in place.
#pragma once

#include <tenon/codec/binary/layout.hpp>
#include <tenon/codec/containers.hpp>
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
/// Before a struct is read, the fewest bytes that it can take are known to be there. So a field only checks what it
/// takes beyond that, such as the characters of a string, against what must still stand `behind` it.
///
/// Levels are counted where the number of elements comes from the frame; what is nested in the type alone has
/// a depth that the compiler knows.
struct reader : detail::input {
    using at_type = std::byte const*;
    using detail::input::input;

    /// A whole message. Always inline, as are the functions for fields of most kinds: so the state of the reader stays
    /// in registers.
    template <class T>
    [[gnu::always_inline]] at_type read_message(at_type at, T& value) {
        if (left(at) < min_size<T>) return truncated("all fields of the message");
        return read_fields(at, value, 0, std::make_index_sequence<field_count<T>>{});
    }

    /// A value of which nothing is known to be there.
    template <class T>
    at_type read(at_type at, T& value) {
        if (left(at) < min_size<T>) return truncated("the fewest bytes that a value takes");
        return read_known(at, value, 0);
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
    template <class T, std::size_t... I>
    [[gnu::always_inline]] at_type read_fields(at_type at, T& value, std::size_t behind, std::index_sequence<I...>) {
        [[maybe_unused]] std::size_t rest = min_size<T> + behind;
        static_cast<void>(((at = read_known(at, get_field<I>(value), rest -= min_size<field_type<T, I>>)) && ...));
        return at;
    }

    /// A value whose first `min_size<T>` bytes are known to be there, and `behind` more. The same is true of what comes
    /// behind it then.
    template <class T>
    [[gnu::always_inline]] at_type read_known(at_type at, T& value, [[maybe_unused]] std::size_t behind) {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (is_fixed<T>) {
            return read_fixed(at, value);
        } else if constexpr (kind == field_kind::string || kind == field_kind::string_view) {
            return read_string(at, value, behind);
        } else if constexpr (kind == field_kind::blob || kind == field_kind::blob_view) {
            return read_blob(at, value, behind);
        } else if constexpr (kind == field_kind::span) {
            return read_span(at, value, behind);
        } else if constexpr (kind == field_kind::sequence) {
            if constexpr (is_bitwise<typename T::value_type>) return read_numbers(at, value, behind);
            else return read_sequence(at, value, behind);
        } else if constexpr (kind == field_kind::optional) {
            return read_optional(at, value, behind);
        } else if constexpr (kind == field_kind::map) {
            return read_map(at, value, behind);
        } else if constexpr (kind == field_kind::variant) {
            return read_variant(at, value, behind);
        } else if constexpr (kind == field_kind::array) {
            std::size_t rest = min_size<T> + behind;
            for (auto& one : value)
                if ((at = read_known(at, one, rest -= min_size<typename T::value_type>)) == nullptr) return nullptr;
            return at;
        } else if constexpr (kind == field_kind::tuple) {
            [[maybe_unused]] std::size_t rest = min_size<T> + behind;
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                static_cast<void>(
                    ((at = read_known(at, get<I>(value), rest -= min_size<std::tuple_element_t<I, T>>)) && ...));
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
            return at;
        } else {
            static_assert(kind == field_kind::aggregate);
            return read_fields(at, value, behind, std::make_index_sequence<field_count<T>>{});
        }
    }

    /// For what has been read element by element.
    at_type check_behind(at_type at, std::size_t behind) noexcept {
        return left(at) < behind ? truncated("the fields behind it") : at;
    }

    /// A count of elements that take at least `Min` bytes each; null unless they can all be there.
    template <std::size_t Min>
    at_type read_count(at_type at, std::size_t& count, std::size_t behind) {
        count = load<std::uint32_t>(at);
        at += 4;
        if constexpr (Min != 0)
            if (count > (left(at) - behind) / Min) return truncated("as many elements as were counted");
        return at;
    }

    template <class T>
    at_type read_string(at_type at, T& text, std::size_t behind) {
        std::size_t   length = 0;
        at_type const start  = read_count<1>(at, length, behind);
        if (start == nullptr) return nullptr;
        auto const* const chars = reinterpret_cast<char const*>(start);
        if constexpr (kind_of<T> == field_kind::string_view) {
            if (!detail::is_utf8(chars, length)) return bad_text(start, length);
            text = {chars, length};
        } else {
            if (!charge(length, 1)) return fail(errc::too_large, at, detail::within_allocation);
            if (!detail::assign_text(text, chars, length)) return bad_text(start, length);
        }
        return start + length;
    }

    template <class T>
    at_type read_blob(at_type at, T& blob, std::size_t behind) {
        std::size_t   size  = 0;
        at_type const start = read_count<1>(at, size, behind);
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
    at_type read_span(at_type at, T& numbers, std::size_t behind) {
        using number        = typename T::value_type;
        std::size_t   count = 0;
        at_type const start = read_count<sizeof(number)>(at, count, behind);
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

    /// Elements that stand in the frame as they do in memory.
    template <class T>
    [[gnu::always_inline]] at_type read_numbers(at_type at, T& list, std::size_t behind) {
        using element       = typename T::value_type;
        std::size_t   count = 0;
        at_type const start = read_count<sizeof(element)>(at, count, behind);
        if (start == nullptr) return nullptr;
        if (!charge(count, sizeof(element))) return fail(errc::too_large, at, detail::within_allocation);
        detail::assign_elements(list, start, count);
        return start + count * sizeof(element);
    }

    template <class T>
    at_type read_sequence(at_type at, T& list, std::size_t behind) {
        using element         = typename T::value_type;
        std::size_t   count   = 0;
        at_type const counted = at;
        at                    = read_count<min_size<element>>(at, count, behind);
        if (at == nullptr) return nullptr;
        if (!charge(count, sizeof(element))) return fail(errc::too_large, counted, detail::within_allocation);
        if constexpr (is_fixed<element>) {
            detail::resize(list, count);
            return read_fixed_elements(at, list);
        } else {
            if (!enter()) return fail(errc::too_deep, counted, detail::within_depth);
            // Elements from an earlier message are overwritten, so that what they own is reused.
            detail::resize(list, count);
            for (auto& one : list)
                if ((at = read(at, one)) == nullptr) return nullptr;
            leave();
            return check_behind(at, behind);
        }
    }

    /// All elements of the list, whose bytes are known to be there.
    template <class T>
    at_type read_fixed_elements(at_type at, T& list) {
        if constexpr (std::is_same_v<typename T::value_type, bool>) {
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
    [[gnu::always_inline]] at_type read_optional(at_type at, T& value, std::size_t behind) {
        using held         = typename T::value_type;
        auto const present = std::to_integer<unsigned>(*at);
        if (present > 1) return fail(errc::out_of_range, at, "0 or 1 for an optional");
        if (present == 0) {
            value.reset();
            return at + 1;
        }
        if (left(++at) < min_size<held> + behind) return truncated("the value of an optional");
        return read_known(at, detail::hold(value), behind);
    }

    template <class T>
    at_type read_map(at_type at, T& map, std::size_t behind) {
        using key_type         = typename T::key_type;
        using mapped_type      = typename T::mapped_type;
        std::size_t   count    = 0;
        at_type const counted  = at;
        constexpr auto smallest = min_size<key_type> + min_size<mapped_type>;
        constexpr auto entry    = sizeof(typename T::value_type) + detail::map_entry_overhead;
        at = read_count<smallest>(at, count, behind);
        if (at == nullptr) return nullptr;
        if (!charge(count, entry)) return fail(errc::too_large, counted, detail::within_allocation);
        if (!enter()) return fail(errc::too_deep, counted, detail::within_depth);
        if ((at = detail::read_entries(*this, at, map, count)) == nullptr) return nullptr;
        leave();
        return check_behind(at, behind);
    }

    template <class T>
    at_type read_variant(at_type at, T& value, std::size_t behind) {
        auto const index = std::to_integer<std::size_t>(*at);
        if (index >= std::variant_size_v<T>)
            return fail(errc::out_of_range, at, "the index of an alternative of the variant");
        ++at;
        return tenon::detail::with_index<std::variant_size_v<T>>(index, [&](auto chosen) -> at_type {
            using held = std::variant_alternative_t<chosen(), T>;
            if (left(at) < min_size<held> + behind) return truncated("the value of a variant");
            return read_known(at, detail::hold_alternative<chosen()>(value), behind);
        });
    }
};

}  // namespace tenon::codec::binary_detail

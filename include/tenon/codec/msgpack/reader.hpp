// From untrusted MessagePack into a struct, in place, without a tree in between.
#pragma once

#include <tenon/codec/containers.hpp>
#include <tenon/codec/field_set.hpp>
#include <tenon/codec/layout.hpp>
#include <tenon/codec/msgpack/scan.hpp>
#include <tenon/codec/utf8.hpp>
#include <tenon/codec/words.hpp>
#include <tenon/detail/with_index.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::codec::msgpack_detail {

/// Reads values at a position and returns where they end, or null after an error.
template <unknown_keys Unknown>
struct reader : scanner {
    using scanner::scanner;

    template <class T>
    at_type read(at_type at, T& value) {
        constexpr field_kind kind = kind_of<T>;
        if constexpr (kind == field_kind::boolean) {
            return read_bool(at, value);
        } else if constexpr (kind == field_kind::integer) {
            return read_integer(at, value);
        } else if constexpr (kind == field_kind::floating) {
            return read_floating(at, value);
        } else if constexpr (kind == field_kind::enumeration) {
            return read_enum(at, value);
        } else if constexpr (kind == field_kind::duration) {
            typename T::rep count{};
            at_type const   after = read(at, count);
            value                 = T{count};
            return after;
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
        } else if constexpr (kind == field_kind::array || kind == field_kind::tuple) {
            return read_fixed_list(at, value);
        } else if constexpr (kind == field_kind::empty) {
            return read_nil(at);
        } else if constexpr (kind == field_kind::attachment) {
            std::uint64_t size  = 0;
            at_type const after = read_integer(at, size);
            value.announce(size);
            return after;
        } else {
            static_assert(kind == field_kind::aggregate);
            return read_struct(at, value);
        }
    }

    /// A struct as a map by field name.
    template <class T>
    at_type read_struct(at_type at, T& object) {
        constexpr std::size_t all    = field_count<T>;
        at_type const         header = at;
        std::size_t           count  = 0;
        if ((at = read_map_header(at, count)) == nullptr) return nullptr;
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        if (count == all) {
            std::size_t done = 0;
            if (read_in_order(at, object, done, std::make_index_sequence<all>{})) return leave(), at;
            return at == nullptr ? nullptr : read_rest(at, object, all, done);
        }
        return read_rest(at, object, count, 0);
    }

    /// A message's fields from a list by position and a map by name: any split of the two.
    template <class T>
    at_type read_split(at_type at, T& object) {
        constexpr std::size_t all    = field_count<T>;
        at_type const         header = at;
        std::size_t           given = 0, named = 0;
        at = read_array_header(at, given, "an array of the leading fields");
        if (at == nullptr) return nullptr;
        if (given > all) return fail(errc::wrong_arity, header, "no more positional values than fields");
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        detail::field_set<all> seen;
        apply_fields(object, [&](auto&... fields) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                static_cast<void>(
                    ((I < given && (at = read(at, fields)) != nullptr && (seen.add(I), true)) && ...));
            }(std::index_sequence_for<decltype(fields)...>{});
        });
        if (at == nullptr || (at = read_map_header(at, named)) == nullptr) return nullptr;
        at = read_named(at, object, named, given, seen);
        leave();
        return at;
    }

private:
    /// As our own writer does it: all fields, in declared order. A key is a compare with constant bytes.
    /// Stops at a key that is another one, with `done` fields read.
    template <class T, std::size_t... I>
    [[gnu::always_inline]] bool read_in_order(at_type& at, T& object, std::size_t& done, std::index_sequence<I...>) {
        at_type     next        = at;  // local to the fold, so that it stays in a register
        std::size_t read_so_far = 0;
        bool const  all_read    = ((is_next_key<T, I>(next) &&
                                 (next = read_behind(next + key<T, I>.size, get_field<I>(object))) != nullptr &&
                                 (++read_so_far, true)) &&
                                ...);
        at   = next;
        done = read_so_far;
        return all_read;
    }

    template <class T, std::size_t I>
    bool is_next_key(at_type at) const noexcept {
        constexpr std::size_t size = key<T, I>.size;
        return left(at) > size && detail::same_bytes<size>(at, key<T, I>.bytes.data());
    }

    /// What stands behind a key, which `is_next_key` has seen to be not the last byte.
    template <class T>
    [[gnu::always_inline]] at_type read_behind(at_type at, T& value) {
        if (at == end) __builtin_unreachable();
        if constexpr (kind_of<T> == field_kind::floating)
            return read_floating(at, value);
        else
            return read(at, value);
    }

    /// The fields of a struct that do not come in declared order, behind the `done` that do. Not inline, so that the
    /// way of those saves fewer registers.
    template <class T>
    [[gnu::noinline]] at_type read_rest(at_type at, T& object, std::size_t count, std::size_t done) {
        detail::field_set<field_count<T>> seen;
        for (std::size_t i = 0; i < done; ++i) seen.add(i);
        at = read_named(at, object, count - done, done, seen);
        leave();
        return at;
    }

    /// `count` pairs of name and value in any order; then what is still missing.
    template <class T>
    at_type read_named(at_type at, T& object, std::size_t count, std::size_t likely,
                       detail::field_set<field_count<T>> seen) {
        for (std::size_t i = 0; i < count; ++i, ++likely) {
            at_type const key_at = at;
            std::size_t   length = 0;
            if ((at = read_string_header(at, length)) == nullptr) return nullptr;
            std::string_view const name{reinterpret_cast<char const*>(at), length};
            at += length;
            std::size_t const index = find_name(field_names<T>, name, likely);
            if (index == field_count<T>) {
                if constexpr (Unknown == unknown_keys::refuse) {
                    return fail(errc::unknown_key, key_at, "the name of a field");
                } else {
                    if ((at = skip(at)) == nullptr) return nullptr;
                    continue;
                }
            }
            if (seen.contains(index)) return fail(errc::duplicate_key, key_at, "each field once");
            seen.add(index);
            likely = index;
            if ((at = read_field(at, object, index)) == nullptr) return nullptr;
        }
        return finish(at, object, seen);
    }

    template <class T>
    at_type read_field(at_type at, T& object, std::size_t index) {
        if constexpr (field_count<T> == 0) {
            return at;
        } else {
            return apply_fields(object, [&](auto&... fields) {
                at_type after = nullptr;
                [&]<std::size_t... I>(std::index_sequence<I...>) {
                    static_cast<void>(((I == index && (after = read(at, fields), true)) || ...));
                }(std::index_sequence_for<decltype(fields)...>{});
                return after;
            });
        }
    }

    /// Fields that were not there: an optional is empty, any other is missed.
    template <class T>
    at_type finish(at_type at, T& object, detail::field_set<field_count<T>> const& seen) {
        apply_fields(object, [&](auto&... fields) {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                static_cast<void>((settle<T, I>(at, fields, seen.contains(I)) && ...));
            }(std::index_sequence_for<decltype(fields)...>{});
        });
        return at;
    }

    template <class T, std::size_t I, class Field>
    bool settle(at_type& at, Field& field, bool seen) noexcept {
        if (seen) return true;
        if constexpr (kind_of<Field> == field_kind::optional) {
            field.reset();
            return true;
        } else {
            at = fail(errc::missing_field, at, field_expected<T, I>.data());
            return false;
        }
    }

    at_type read_bool(at_type at, bool& value) noexcept {
        if (at == end) return truncated("true or false");
        std::uint8_t const byte = first(at);
        if ((byte & 0xfe) != marker::boolean_false) return wrong(at, "true or false");
        value = byte == marker::boolean_true;
        return at + 1;
    }

    template <class T>
    at_type read_integer(at_type at, T& value) noexcept {
        if (at != end && first(at) < 128) {
            value = static_cast<T>(first(at));
            return at + 1;
        }
        return read_wide_integer(at, value);
    }

    /// One that has bytes of its own behind the first, or is below zero, or none.
    template <class T>
    [[gnu::noinline]] at_type read_wide_integer(at_type at, T& value) noexcept {
        integer       any;
        at_type const after = read_any_integer(at, any);
        if (after == nullptr) return nullptr;
        if (!any.fits<T>()) return fail(errc::out_of_range, at, "an integer within the range of the field");
        value = static_cast<T>(any.bits);
        return after;
    }

    /// How our own writer begins a `T`: in its width.
    template <class T>
    static constexpr std::uint8_t same_width = sizeof(T) == 4 ? marker::float32 : marker::float64;

    template <class T>
    static T load_floating(at_type at) noexcept {
        return std::bit_cast<T>(load_big<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(at));
    }

    template <class T>
    [[gnu::always_inline]] at_type read_floating(at_type at, T& value) noexcept {
        if (left(at) > sizeof(T) && first(at) == same_width<T>) {
            value = load_floating<T>(at + 1);
            return at + 1 + sizeof(T);
        }
        return read_other_floating(at, value);
    }

    /// Numbers from the first on that are all as our own writer has them: one check of the bounds for all.
    template <class T>
    at_type read_run(at_type at, T*& value, T const* last) noexcept {
        constexpr std::size_t size = 1 + sizeof(T);
        if (std::uint64_t{left(at)} < static_cast<std::uint64_t>(last - value) * size) return at;
        for (; value != last && first(at) == same_width<T>; ++value, at += size) *value = load_floating<T>(at + 1);
        return at;
    }

    template <class T>
    [[gnu::noinline]] at_type read_other_floating(at_type at, T& value) noexcept {
        double        number = 0;
        at_type const after  = read_any_number(at, number);
        if (after == nullptr) return nullptr;
        if constexpr (sizeof(T) < sizeof(double)) {
            // NaN and infinity pass as they are; a finite number does not become infinite.
            using limits = std::numeric_limits<double>;
            bool const finite = number >= -limits::max() && number <= limits::max();
            if (finite && (number > double{std::numeric_limits<T>::max()} ||
                           number < -double{std::numeric_limits<T>::max()}))
                return fail(errc::out_of_range, at, "a number within the range of float");
        }
        value = static_cast<T>(number);
        return after;
    }

    template <class T>
    at_type read_enum(at_type at, T& value) noexcept {
        std::underlying_type_t<T> number{};
        at_type const             after = read(at, number);
        if (after == nullptr) return nullptr;
        value = static_cast<T>(number);
        return is_valid_enum(value) ? after : fail(errc::out_of_range, at, "one of the values of the enum");
    }

    template <class T>
    at_type read_string(at_type at, T& text) {
        std::size_t   length = 0;
        at_type const start  = read_string_header(at, length);
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
    at_type read_blob(at_type at, T& blob) {
        std::size_t   size  = 0;
        at_type const start = read_blob_header(at, size);
        if (start == nullptr) return nullptr;
        if constexpr (kind_of<T> == field_kind::blob_view) {
            blob = {start, size};
        } else if constexpr (tenon::detail::tuple_like<T>) {
            if (size != blob.size()) return fail(errc::wrong_arity, at, "a blob of the array's size");
            if (size != 0) std::memcpy(blob.data(), start, size);
        } else {
            if (!charge(size, 1)) return fail(errc::too_large, at, detail::within_allocation);
            blob.assign(start, start + size);
        }
        return start + size;
    }

    /// The header of an array of any number of `Element`; null unless they can all be there.
    template <class Element>
    at_type read_list_header(at_type at, std::size_t& count) noexcept {
        at_type const after = read_array_header(at, count, "an array");
        if (after == nullptr) return nullptr;
        if (count > left(after) / min_size<Element>) return truncated("as many elements as were counted");
        if (!charge(count, sizeof(Element))) return fail(errc::too_large, at, detail::within_allocation);
        if (!enter()) return fail(errc::too_deep, at, detail::within_depth);
        return after;
    }

    template <class T>
    at_type read_span(at_type at, T& numbers) {
        using number      = typename T::value_type;
        std::size_t count = 0;
        if ((at = read_list_header<number>(at, count)) == nullptr) return nullptr;
        auto* const copy = reinterpret_cast<number*>(memory->take(count * sizeof(number), alignof(number)));
        if ((at = read_elements(at, copy, copy + count)) == nullptr) return nullptr;
        numbers = {copy, count};
        leave();
        return at;
    }

    template <class T>
    at_type read_sequence(at_type at, T& list) {
        std::size_t count = 0;
        if ((at = read_list_header<typename T::value_type>(at, count)) == nullptr) return nullptr;
        // Elements from an earlier message are overwritten, so that what they own is reused.
        detail::resize(list, count);
        if constexpr (std::is_same_v<typename T::value_type, bool>) {
            // std::vector<bool> has no bool to refer to.
            for (std::size_t i = 0; i < count; ++i) {
                bool one = false;
                if ((at = read_bool(at, one)) == nullptr) return nullptr;
                list[i] = one;
            }
        } else if ((at = read_elements(at, list.data(), list.data() + count)) == nullptr) {
            return nullptr;
        }
        leave();
        return at;
    }

    template <class T>
    [[gnu::always_inline]] at_type read_elements(at_type at, T* value, T const* last) {
        if constexpr (kind_of<T> == field_kind::floating) at = read_run(at, value, last);
        for (; value != last; ++value)
            if ((at = read(at, *value)) == nullptr) return nullptr;
        return at;
    }

    /// std::array, std::pair, std::tuple: an array of exactly so many.
    template <class T>
    at_type read_fixed_list(at_type at, T& list) {
        at_type const header = at;
        std::size_t   count  = 0;
        if ((at = read_array_header(at, count, "an array")) == nullptr) return nullptr;
        if (count != std::tuple_size_v<T>)
            return fail(errc::wrong_arity, header, "an array of the field's size");
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        if constexpr (kind_of<T> == field_kind::array) {
            for (auto& one : list)
                if ((at = read(at, one)) == nullptr) return nullptr;
        } else {
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                using std::get;
                static_cast<void>(((at = read(at, get<I>(list))) && ...));
            }(std::make_index_sequence<std::tuple_size_v<T>>{});
        }
        leave();
        return at;
    }

    template <class T>
    at_type read_optional(at_type at, T& value) {
        if (at != end && first(at) == marker::nil) {
            value.reset();
            return at + 1;
        }
        return read(at, detail::hold(value));
    }

    template <class T>
    at_type read_map(at_type at, T& map) {
        using key_type          = typename T::key_type;
        using mapped_type       = typename T::mapped_type;
        at_type const  header   = at;
        std::size_t    count    = 0;
        constexpr auto smallest = min_size<key_type> + min_size<mapped_type>;
        constexpr auto entry    = sizeof(typename T::value_type) + detail::map_entry_overhead;
        if ((at = read_map_header(at, count)) == nullptr) return nullptr;
        if (count > left(at) / smallest) return truncated("as many entries as were counted");
        if (!charge(count, entry)) return fail(errc::too_large, header, detail::within_allocation);
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        if ((at = detail::read_entries(*this, at, map, count)) == nullptr) return nullptr;
        leave();
        return at;
    }

    template <class T>
    at_type read_variant(at_type at, T& value) {
        at_type const header = at;
        std::size_t   count  = 0;
        if ((at = read_array_header(at, count, "an array of index and value")) == nullptr) return nullptr;
        if (count != 2) return fail(errc::wrong_arity, header, "an array of index and value");
        if (!enter()) return fail(errc::too_deep, header, detail::within_depth);
        at_type const index_at = at;
        std::uint16_t index    = 0;
        if ((at = read_integer(at, index)) == nullptr) return nullptr;
        if (index >= std::variant_size_v<T>)
            return fail(errc::out_of_range, index_at, "the index of an alternative of the variant");
        at = tenon::detail::with_index<std::variant_size_v<T>>(index, [&](auto chosen) -> at_type {
            return read(at, detail::hold_alternative<chosen()>(value));
        });
        leave();
        return at;
    }
};

}  // namespace tenon::codec::msgpack_detail

// The MessagePack codec: self-describing and compact, for peers in any language.
#pragma once

#include <tenon/codec/arena.hpp>
#include <tenon/codec/concept.hpp>
#include <tenon/codec/layout.hpp>
#include <tenon/codec/limits.hpp>
#include <tenon/codec/msgpack/reader.hpp>
#include <tenon/codec/msgpack/size.hpp>
#include <tenon/codec/msgpack/writer.hpp>
#include <tenon/codec/words.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace tenon::codec {

/// Messages as MessagePack, laid out as in json: `[type, data]` or `[type, args, kwargs]`.
///
/// Structs are maps by field name, blobs are `bin`, variants `[index, value]`, empty optionals nil, enums and
/// durations numbers; maps with integer keys keep them integers. Written in the smallest form, as
/// `msgpack.packb` of Python does, a `float` as float 32. Read in any width; a floating field takes integers
/// too, an integer field no floats. NaN and infinity travel. Extension types are refused.
/// `string_view` and `span<std::byte const>` refer to the frame, a `span` of numbers to memory of the codec.
/// Errors: never throws on account of bytes or values. Threading: one thread at a time.
/// Cost: one pass over the bytes, without a tree; a key in declared order is one compare.
template <layout Layout = layout::pair, unknown_keys Unknown = unknown_keys::refuse>
class basic_msgpack {
public:
    using policy_kind = kind::codec;
    static constexpr std::string_view name =
        Layout == layout::pair ? std::string_view{"msgpack"} : std::string_view{"msgpack_triple"};

    /// What a received frame may claim. Every array and map is a level, skipped ones too.
    tenon::codec::limits limits;

    /// A frame whose message is known. `index` is valid without an error; the frame has to outlive `read`.
    struct opened {
        codec_error      error;
        std::size_t      index = 0;
        bytes_view       frame;
        std::byte const* at = nullptr;  // the data; null if they are a small number, the last byte of the frame
    };

    /// The exact number of bytes of the frame.
    template <message M>
    [[nodiscard]] std::size_t exact_size(M const& m) const noexcept {
        return head<M>.size() + fields_size(m);
    }

    /// Fills `frame`, which is of the size that `exact_size(m)` tells.
    /// Errors: `bad_utf8`, `out_of_range` (an unlisted enum value), `too_large` (2^32 elements or more); `frame` is
    /// filled anyway.
    template <message M>
    codec_error write_exact(M const& m, std::span<std::byte> frame) const noexcept {
        assert(frame.size() == exact_size(m));
        std::byte* const at = frame.data();
        if constexpr (is_one_integer<M>) {
            // Read before anything is written, which could be the number as far as the compiler knows.
            auto const number = get_field<0>(m);
            detail::copy_bytes<head<M>.size()>(at, head<M>.data());
            if (frame.size() == head<M>.size() + 1)
                at[head<M>.size()] = static_cast<std::byte>(number);
            else
                msgpack_detail::writer::put_wide_integer(at + head<M>.size(), number);
            return {};
        } else {
            msgpack_detail::writer to{{at}};
            detail::copy_bytes<head<M>.size()>(at, head<M>.data());
            write_fields(to, at + head<M>.size(), m);
            return to.error;
        }
    }

    /// Appends the frame to `out`. Errors as `write_exact`.
    template <message M>
    codec_error write(M const& m, buffer& out) const {
        static_assert(tenon::detail::check_message<M>::value);
        std::size_t const size  = exact_size(m);
        codec_error const error = write_exact(m, {out.prepare(size), size});
        out.advance(size);
        return error;
    }

    /// Finds out which message of `Set` the frame is.
    /// Errors: `truncated`, `wrong_type`, `wrong_arity`, `unknown_message`.
    template <class Set>
    [[nodiscard]] opened open(bytes_view frame) const noexcept {
        // Nothing on the way of a small number is a call, or may end in one: so it saves no registers.
        if constexpr (has_one_integer<Set>()) {
            if (std::size_t const index = find_small<Set>(frame); index != Set::npos) [[likely]]
                return {{}, index, frame};
        } else if constexpr (Set::size <= few) {
            if (place const found = find_known<Set>(frame.data(), frame.size()); found.at != nullptr)
                return {{}, found.index, frame, found.at};
        }
        place const found = find_any<Set>(frame.data(), frame.size());
        if (found.at == nullptr) [[unlikely]] return {find_error<Set>(frame), Set::npos, frame};
        return {{}, found.index, frame, found.at};
    }

    /// Reads the fields of `M`, which is the message that `open` has found, into `m`.
    template <message M>
    codec_error read(opened const& from, M& m) {
        static_assert(tenon::detail::check_message<M>::value);
        if constexpr (is_one_integer<M>) {
            if (from.at == nullptr) [[likely]] {
                get_field<0>(m) = static_cast<field_type<M, 0>>(from.frame.back());
                return {};
            }
            return read_wide(from.frame.data(), from.frame.size(), from.at, m);
        } else {
            return read_any(from.frame, from.at, m);
        }
    }

private:
    static constexpr std::size_t parts = Layout == layout::pair ? 2 : 3;
    static constexpr char const* outer_form =
        Layout == layout::pair ? "an array [type, data]" : "an array [type, args, kwargs]";

    /// How a message begins: the outer array, and the name as its first element.
    template <class M>
    static constexpr auto head = [] {
        constexpr msgpack_detail::constant_string<message_name<M>.size()> name{message_name<M>};
        std::array<char, 1 + name.size> bytes{static_cast<char>(msgpack_detail::marker::fixarray | parts)};
        for (std::size_t i = 0; i < name.size; ++i) bytes[1 + i] = name.bytes[i];
        return bytes;
    }();

    template <class M>
    static constexpr bool is_one_integer = [] {
        if constexpr (Layout == layout::pair && field_count<M> == 1)
            return kind_of<field_type<M, 0>> == field_kind::integer;
        else
            return false;
    }();

    static constexpr std::size_t few = 8;

    template <class Set>
    static consteval bool has_one_integer() noexcept {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return Set::size <= few && (is_one_integer<typename Set::template at<I>> || ...);
        }(std::make_index_sequence<Set::size>{});
    }

    /// Where the data of a message begin, and which message it is. In two registers, unlike `opened`.
    struct place {
        std::byte const* at;
        std::size_t      index;
    };

    template <class M>
    static bool begins_as(std::byte const* frame) noexcept {
        return detail::same_bytes<head<M>.size()>(frame, head<M>.data());
    }

    /// Finds the message of a small set that is one small number, by all that its frame is.
    template <class Set>
    std::size_t find_small(bytes_view frame) const noexcept {
        return Set::find_if([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
            using M = typename Set::template at<I>;
            if constexpr (is_one_integer<M>) {
                if (frame.size() == head<M>.size() + 1 && begins_as<M>(frame.data()) && limits.max_depth != 0 &&
                    frame[head<M>.size()] < std::byte{msgpack_detail::marker::fixmap}) [[likely]]
                    return true;
            }
            return false;
        });
    }

    /// Finds the message of a small set whose own head the frame begins with: one compare with a constant for each.
    template <class Set>
    static place find_known(std::byte const* frame, std::size_t size) noexcept {
        place found{nullptr, Set::npos};
        static_cast<void>(Set::find_if([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
            using M = typename Set::template at<I>;
            if (size < head<M>.size() || !begins_as<M>(frame)) return false;
            found = {frame + head<M>.size(), I};
            return true;
        }));
        return found;
    }

    template <class Set>
    [[gnu::noinline]] place find_any(std::byte const* frame, std::size_t size) const noexcept {
        if constexpr (has_one_integer<Set>()) {
            if (place const found = find_known<Set>(frame, size); found.at != nullptr) return found;
        }
        msgpack_detail::scanner in{{frame, size}, limits, nullptr};
        return read_head<Set>(in);
    }

    /// What has kept `find_any` from finding a message.
    template <class Set>
    [[gnu::noinline]] codec_error find_error(bytes_view frame) const noexcept {
        msgpack_detail::scanner in{frame, limits, nullptr};
        static_cast<void>(read_head<Set>(in));
        return in.error;
    }

    /// Reads any form of the headers and the name; after an error `at` is null.
    template <class Set>
    [[gnu::noinline]] static place read_head(msgpack_detail::scanner& in) noexcept {
        std::size_t      count = 0, length = 0;
        std::byte const* at = in.read_array_header(in.begin, count, outer_form);
        if (at != nullptr && count != parts) at = in.fail(errc::wrong_arity, in.begin, outer_form);
        std::byte const* const name_at = at;
        if (at == nullptr || (at = in.read_string_header(at, length)) == nullptr) return {nullptr, Set::npos};
        std::size_t const index = Set::find(std::string_view{reinterpret_cast<char const*>(at), length});
        if (index != Set::npos) return {at + length, index};
        return {in.fail(errc::unknown_message, name_at, "the name of a message of this protocol"), index};
    }

    template <class M>
    [[gnu::noinline]] codec_error read_wide(std::byte const* frame, std::size_t size, std::byte const* at, M& m) {
        using msgpack_detail::scanner;
        if (limits.max_depth != 0 && scanner::read_last_integer(at, frame + size, get_field<0>(m))) [[likely]] return {};
        return read_any({frame, size}, at, m);
    }

    template <class M>
    codec_error read_any(bytes_view frame, std::byte const* at, M& m) {
        if constexpr (tenon::detail::borrows<M>()) borrowed_.reset();
        msgpack_detail::reader<Unknown> in{frame, limits, &borrowed_};
        if (!in.enter()) {
            in.fail(errc::too_deep, in.begin, detail::within_depth);
            return in.error;
        }
        std::byte const* const end = read_fields(in, at, m);
        if (end != nullptr && end != in.end) in.fail(errc::trailing_bytes, end, "the end of the frame");
        return in.error;
    }

    /// What stands behind the name.
    template <class M>
    static std::size_t fields_size(M const& m) noexcept {
        using msgpack_detail::size_of;
        if constexpr (Layout == layout::triple)
            return apply_fields(m, [](auto const&... fields) {
                return ((msgpack_detail::array_header_size(field_count<M>) + msgpack_detail::map_header_size(0)) + ... +
                        size_of(fields));
            });
        else if constexpr (field_count<M> == 0)
            return size_of(std::monostate{});
        else if constexpr (field_count<M> == 1)
            return apply_fields(m, [](auto const& field) { return size_of(field); });
        else
            return size_of(m);
    }

    template <class M>
    static void write_fields(msgpack_detail::writer& to, std::byte* at, M const& m) noexcept {
        if constexpr (Layout == layout::triple) {
            at = to.write_array_header(at, field_count<M>);
            apply_fields(m, [&](auto const&... fields) { ((at = to.write(at, fields)), ...); });
            to.write_map_header(at, 0);
        } else if constexpr (field_count<M> == 0) {
            to.write(at, std::monostate{});
        } else if constexpr (field_count<M> == 1) {
            apply_fields(m, [&](auto const& field) { to.write(at, field); });
        } else {
            to.write(at, m);
        }
    }

    template <class Reader, class M>
    static std::byte const* read_fields(Reader& in, std::byte const* at, M& m) {
        if constexpr (Layout == layout::triple) {
            return in.read_split(at, m);
        } else if constexpr (field_count<M> == 0) {
            return in.read_nil(at);
        } else if constexpr (field_count<M> == 1) {
            return apply_fields(m, [&](auto& field) { return in.read(at, field); });
        } else {
            return in.read_struct(at, m);
        }
    }

    detail::arena borrowed_;
};

/// `[type, data]`, strict.
using msgpack = basic_msgpack<layout::pair, unknown_keys::refuse>;
/// `[type, args, kwargs]`, strict.
using msgpack_triple = basic_msgpack<layout::triple, unknown_keys::refuse>;
/// `[type, data]`; keys that are no field are read over.
using msgpack_lenient = basic_msgpack<layout::pair, unknown_keys::skip>;

}  // namespace tenon::codec

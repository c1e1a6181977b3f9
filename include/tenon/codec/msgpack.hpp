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
        std::byte const* at = nullptr;
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
        msgpack_detail::writer to{{frame.data()}};
        detail::copy_bytes<head<M>.size()>(frame.data(), head<M>.data());
        write_fields(to, frame.data() + head<M>.size(), m);
        return to.error;
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
        if constexpr (Set::size <= few) {
            std::size_t      index = 0;
            std::byte const* at    = nullptr;
            if (open_known<Set>(frame, index, at)) return {{}, index, frame, at};
        }
        // By its parts, so that on the way above nothing of it has to be in memory.
        opened const found = open_any<Set>(frame);
        return {found.error, found.index, found.frame, found.at};
    }

    /// Reads the fields of `M`, which is the message that `open` has found, into `m`.
    template <message M>
    codec_error read(opened const& from, M& m) {
        static_assert(tenon::detail::check_message<M>::value);
        if constexpr (is_one_integer<M>) {
            // A small number is worth less work than a reader.
            if (from.frame.data() + from.frame.size() - from.at == 1 && limits.max_depth != 0 &&
                *from.at < std::byte{msgpack_detail::marker::fixmap}) {
                get_field<0>(m) = static_cast<field_type<M, 0>>(*from.at);
                return {};
            }
        }
        return read_any(from, m);
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

    /// Finds the message of a small set whose own head the frame begins with: one compare with a constant for each.
    template <class Set>
    static bool open_known(bytes_view frame, std::size_t& index, std::byte const*& at) noexcept {
        auto const is = [&](auto const& start, std::size_t index_of_start) {
            constexpr std::size_t size = std::tuple_size_v<std::remove_cvref_t<decltype(start)>>;
            if (frame.size() < size || !detail::same_bytes<size>(frame.data(), start.data())) return false;
            index = index_of_start;
            at    = frame.data() + size;
            return true;
        };
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return (is(head<typename Set::template at<I>>, I) || ...);
        }(std::make_index_sequence<Set::size>{});
    }

    /// Reads any form of the headers and the name.
    template <class Set>
    [[gnu::noinline]] opened open_any(bytes_view frame) const noexcept {
        msgpack_detail::scanner in{frame, limits, nullptr};
        std::size_t             count = 0, length = 0;
        std::byte const*        at = in.read_array_header(in.begin, count, outer_form);
        if (at != nullptr && count != parts) at = in.fail(errc::wrong_arity, in.begin, outer_form);
        std::byte const* const name_at = at;
        if (at == nullptr || (at = in.read_string_header(at, length)) == nullptr)
            return {in.error, Set::npos, frame, nullptr};
        std::size_t const index = Set::find(std::string_view{reinterpret_cast<char const*>(at), length});
        if (index == Set::npos)
            in.fail(errc::unknown_message, name_at, "the name of a message of this protocol");
        return {in.error, index, frame, at + length};
    }

    template <class M>
    codec_error read_any(opened const& from, M& m) {
        if constexpr (tenon::detail::borrows<M>()) borrowed_.reset();
        msgpack_detail::reader<Unknown> in{from.frame, limits, &borrowed_};
        if (!in.enter()) {
            in.fail(errc::too_deep, in.begin, detail::within_depth);
            return in.error;
        }
        std::byte const* const end = read_fields(in, from.at, m);
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

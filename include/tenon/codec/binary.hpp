// The binary codec: a message id and the fields, little endian, without padding or names.
#pragma once

#include <tenon/codec/arena.hpp>
#include <tenon/codec/binary/reader.hpp>
#include <tenon/codec/binary/writer.hpp>
#include <tenon/codec/concept.hpp>
#include <tenon/codec/limits.hpp>
#include <tenon/message/id.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tenon::codec {

/// The fastest codec, for peers that share the message definitions.
///
/// A frame is the 32-bit `message_id` and then the fields in declared order, little endian and unpadded:
/// numbers and enums by their size, bool as 0 or 1, lengths and counts as u32 before strings, blobs, vectors
/// and maps (not before `std::array`), an optional as 0 or 1 and value, a variant as index (u8) and value.
///
/// The id covers names and types of all fields, so a peer that was built from another definition is told
/// `errc::unknown_message` instead of reading garbage. Floating-point values travel bit by bit, NaN included.
/// `string_view` and `span<std::byte const>` refer to the frame; so does an aligned `span` of numbers.
/// Errors: never throws on account of bytes or values. Threading: one thread at a time.
/// Cost: a run of fixed-size fields is one bounds check; a vector of plain data is one memcpy.
class binary {
public:
    using policy_kind                      = kind::codec;
    static constexpr std::string_view name = "binary";

    /// What a received frame may claim. In this codec levels are counted at vectors and maps of elements of
    /// varying size; everything else nests only as deep as the type says.
    tenon::codec::limits limits;

    /// A frame whose message is known. `index` is valid without an error; the frame has to outlive `read`.
    struct opened {
        codec_error error;
        std::size_t index = 0;
        bytes_view  frame;
    };

    /// The exact number of bytes of the frame.
    template <message M>
    [[nodiscard]] std::size_t exact_size(M const& m) const noexcept {
        return id_size + binary_detail::size_of(m);
    }

    /// Fills `frame`, which is of the size that `exact_size(m)` tells.
    /// Errors: `bad_utf8`, `out_of_range` (an unlisted enum value), `too_large`; `frame` is filled anyway.
    template <message M>
    codec_error write_exact(M const& m, std::span<std::byte> frame) const noexcept {
        assert(frame.size() == exact_size(m));
        binary_detail::writer out{{frame.data()}};
        binary_detail::store(frame.data(), message_id<M>);
        out.write(frame.data() + id_size, m);
        return out.error;
    }

    /// Appends the frame to `out`. Errors as `write_exact`.
    template <message M>
    codec_error write(M const& m, buffer& out) const {
        static_assert(tenon::detail::check_message<M>::value);
        std::size_t const size = exact_size(m);
        codec_error const error = write_exact(m, {out.prepare(size), size});
        out.advance(size);
        return error;
    }

    /// Finds out which message of `Set` the frame is.
    /// Errors: `truncated`, `unknown_message`.
    template <class Set>
    [[nodiscard]] opened open(bytes_view frame) const noexcept {
        if constexpr (fixed_count<Set>() <= few)
            if (std::size_t const index = find_fixed<Set>(frame); index != Set::npos) return {{}, index, frame};
        if (frame.size() < id_size)
            return {{errc::truncated, frame.size(), "a message id of four bytes"}, Set::npos, frame};
        std::size_t const index = Set::find(binary_detail::load<std::uint32_t>(frame.data()));
        if (index == Set::npos) return {{errc::unknown_message, 0, unknown_id}, index, frame};
        return {{}, index, frame};
    }

    /// Reads the fields of `M`, which is the message that `open` has found, into `m`.
    template <message M>
    [[gnu::always_inline]] codec_error read(opened const& from, M& m) {
        static_assert(tenon::detail::check_message<M>::value);
        if constexpr (tenon::detail::borrows<M>()) borrowed_.reset();
        binary_detail::reader in{from.frame, limits, &borrowed_};
        std::byte const* const at = from.frame.data() + id_size;
        if constexpr (binary_detail::is_fixed<M>) {
            // One compare settles that all is there and nothing more.
            if (from.frame.size() == id_size + binary_detail::fixed_size<M>) {
                in.read_fixed(at, m);
                return in.error;
            }
        }
        std::byte const* const end = in.read_message(at, m);
        if (end != nullptr && end != in.end) in.fail(errc::trailing_bytes, end, "the end of the frame");
        return in.error;
    }

private:
    static constexpr std::size_t id_size = sizeof(std::uint32_t);
    static constexpr char const* unknown_id =
        "a message id of this protocol (is the peer built from the same message definitions?)";

    static constexpr std::size_t few = 2;

    /// How many messages of the set have frames that are all of one size.
    template <class Set>
    static consteval std::size_t fixed_count() noexcept {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (std::size_t{0} + ... + (binary_detail::is_fixed<typename Set::template at<I>> ? 1 : 0));
        }(std::make_index_sequence<Set::size>{});
    }

    /// Finds such a message by its size and id together: then `read` need not look at the size again, once the compiler
    /// has both inline.
    template <class Set>
    static std::size_t find_fixed(bytes_view frame) noexcept {
        return Set::find_if([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
            using M = typename Set::template at<I>;
            if constexpr (binary_detail::is_fixed<M>) {
                if (frame.size() == id_size + binary_detail::fixed_size<M> &&
                    binary_detail::load<std::uint32_t>(frame.data()) == Set::ids[I]) [[likely]]
                    return true;
            }
            return false;
        });
    }

    detail::arena borrowed_;
};

}  // namespace tenon::codec

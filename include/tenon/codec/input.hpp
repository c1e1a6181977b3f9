// A frame being read: where it ends, what may still be allocated and entered, and the first error.
#pragma once

#include <tenon/codec/arena.hpp>
#include <tenon/codec/limits.hpp>
#include <tenon/codec/utf8.hpp>
#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>

#include <cstddef>
#include <cstdint>

namespace tenon::codec::detail {

/// What the readers of the byte formats share. They pass the position as an argument and return where the
/// value ends, or null after an error: so it stays in a register.
struct input {
    std::byte const* begin;
    std::byte const* end;
    std::size_t      depth_left;
    std::size_t      allocation_left;
    arena*           memory;
    codec_error      error{};

    input(bytes_view frame, limits const& bounds, arena* borrowed_from) noexcept
        : begin{frame.data()},
          end{frame.data() + frame.size()},
          depth_left{bounds.max_depth},
          allocation_left{bounds.max_allocation},
          memory{borrowed_from} {}

    [[nodiscard]] std::size_t left(std::byte const* at) const noexcept {
        return static_cast<std::size_t>(end - at);
    }

    std::byte const* fail(errc code, std::byte const* at, char const* expected = nullptr) noexcept {
        error = {code, static_cast<std::size_t>(at - begin), expected};
        return nullptr;
    }
    /// What is missing is missing where the frame ends, so that is the offset.
    std::byte const* truncated(char const* expected) noexcept { return fail(errc::truncated, end, expected); }

    /// Refuses text at the first byte that is no UTF-8.
    std::byte const* bad_text(std::byte const* at, std::size_t length) noexcept {
        std::size_t const good = utf8_prefix(reinterpret_cast<char const*>(at), length);
        return fail(errc::bad_utf8, at + good, "text in UTF-8");
    }

    /// Takes the memory of `count` elements from the allowance; false if it does not suffice. Memory that the
    /// object has from an earlier message counts too, so that the answer depends on the bytes alone.
    bool charge(std::size_t count, std::size_t element_size) noexcept {
        // Counts are at most 2^32 - 1 on the wire, so 64 bits hold the product.
        std::uint64_t const needed = std::uint64_t{count} * element_size;
        if (needed > allocation_left) return false;
        allocation_left -= static_cast<std::size_t>(needed);
        return true;
    }

    /// Goes one level down; false if that is too deep. `leave` comes back up.
    bool enter() noexcept {
        if (depth_left == 0) return false;
        --depth_left;
        return true;
    }
    void leave() noexcept { ++depth_left; }
};

inline constexpr char const* within_allocation = "no more memory than limits.max_allocation allows";
inline constexpr char const* within_depth      = "no deeper nesting than limits.max_depth allows";

}  // namespace tenon::codec::detail

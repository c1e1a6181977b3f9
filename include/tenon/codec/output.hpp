// A frame being written into memory that is large enough: the first error, and where.
#pragma once

#include <tenon/codec/utf8.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/with_index.hpp>

#include <cstddef>
#include <cstring>
#include <variant>

namespace tenon::codec::detail {

/// What the writers of the byte formats share. An error does not stop them: they go on to write what they
/// have reserved room for, so a frame without an error pays for no check.
struct output {
    std::byte const* begin;
    codec_error      error{};

    void fail(errc code, std::byte const* at, char const* expected) noexcept {
        if (!error) error = {code, static_cast<std::size_t>(at - begin), expected};
    }

    static std::byte* write_bytes(std::byte* at, void const* from, std::size_t size) noexcept {
        if (size != 0) std::memcpy(at, from, size);
        return at + size;
    }
    /// Writes the characters of a string whose header is the one from `at` to `to`.
    std::byte* write_text(std::byte* at, std::byte* to, char const* from, std::size_t size) noexcept {
        if (!copy_text(reinterpret_cast<char*>(to), from, size)) fail(errc::bad_utf8, at, "text in UTF-8");
        return to + size;
    }
};

inline constexpr std::size_t max_count = 0xffff'ffff;  ///< Lengths and counts have 32 bits on the wire.

inline constexpr char const* within_32_bits  = "a length below 2^32";
inline constexpr char const* listed_value    = "one of the values listed in tenon::traits of the enum";
inline constexpr char const* variant_holding = "a variant that holds a value";

/// Calls `f` with what `value` holds; it must hold something. Cheaper to compile than `std::visit`.
template <class... Ts, class F>
constexpr decltype(auto) visit_held(std::variant<Ts...> const& value, F&& f) {
    return tenon::detail::with_index<sizeof...(Ts)>(
        value.index(), [&](auto index) -> decltype(auto) { return f(*std::get_if<index()>(&value)); });
}

}  // namespace tenon::codec::detail

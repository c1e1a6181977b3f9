// What a codec is: the one place to read before writing one's own.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/fwd.hpp>
#include <tenon/message/set.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace tenon::codec {

namespace detail {
struct probe_message {
    int number;
};
using probe_set = message_set<probe_message, failure>;
}  // namespace detail

/// A codec turns message structs into the bytes of one frame and back. It is a small object; every port and
/// client owns one, so it may keep buffers and settings; it is used by one thread at a time.
///
/// Reading is in two steps, so that what follows can be chosen by a plain switch over the index:
/// - `open<Set>(frame)` finds out which message of the set it is. It returns the codec's own type, with at least
///   `error` (a `codec_error`; `errc::unknown_message` for a name or id outside the set) and `index` (into the
///   set, valid without an error), plus whatever `read` needs. The frame stays alive and unchanged until then.
/// - `read(opened, m)` reads the fields into `m`, which may hold an earlier message: strings and vectors keep
///   their capacity. After an error `m` is valid but unspecified. Borrowed fields (`string_view`, `span`) refer to
///   the frame or to the codec and are valid until the next `open`.
///
/// `write(m, out)` appends the whole frame to `out`. After an error `out` is valid but unspecified.
///
/// None of them throws on account of the bytes or the values (only `std::bad_alloc` within the limits).
/// `tenon::testing::check_codec<C>()` tests the laws that every codec keeps.
template <class C>
concept codec = std::default_initializable<C> && std::movable<C> &&
    // It says that it is a codec, and how it is called in messages to people.
    std::same_as<typename C::policy_kind, kind::codec> && std::convertible_to<decltype(C::name), std::string_view> &&
    requires(C c, detail::probe_message m, detail::probe_message const& cm, buffer& out, bytes_view frame) {
        // Writing appends a frame and reports an error by value.
        { c.write(cm, out) } -> std::same_as<codec_error>;
        // Opening tells which message of a set has come ...
        { c.template open<detail::probe_set>(frame).error } -> std::convertible_to<codec_error>;
        { c.template open<detail::probe_set>(frame).index } -> std::convertible_to<std::size_t>;
    } &&
    requires(C c, detail::probe_message m, decltype(c.template open<detail::probe_set>(bytes_view{})) opened) {
        // ... and reading fills it.
        { c.read(opened, m) } -> std::same_as<codec_error>;
    };

/// A codec that knows cheaply how many bytes a message takes, so that it is written straight into a frame of that
/// size instead of a buffer first. `exact_size` is what `write_exact` fills to the last byte.
template <class C>
concept sized_codec = codec<C> && requires(C c, detail::probe_message const& m, std::span<std::byte> frame) {
    { c.exact_size(m) } -> std::same_as<std::size_t>;
    { c.write_exact(m, frame) } -> std::same_as<codec_error>;
};

}  // namespace tenon::codec

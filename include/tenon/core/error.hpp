// What can go wrong, in one vocabulary: the code, the failure that travels, the exception that is thrown.
#pragma once

#include <tenon/detail/concat.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tenon {

/// The reason of a failure, a drop or an exception.
///
/// The numbers are part of the wire format (they travel in `failure`), so they are never reused.
/// A peer may be newer than we are: an unknown number is kept as it is and described as "unknown error".
enum class errc : std::uint16_t {
    ok = 0,

    // The bytes of a message (1..99): found by a codec.
    malformed       = 1,   ///< The bytes do not follow the format's grammar.
    truncated       = 2,   ///< The message ends before the value does.
    trailing_bytes  = 3,   ///< Something stands after the value.
    unknown_message = 4,   ///< The name or id is none of those that the protocol allows here.
    wrong_type      = 5,   ///< A value has another type than the field.
    out_of_range    = 6,   ///< A number does not fit the field, an enum or variant has no such value.
    wrong_arity     = 7,   ///< Too many or too few elements or frames.
    bad_utf8        = 8,   ///< A string is not UTF-8 (RFC 3629).
    duplicate_key   = 9,   ///< A key stands twice in one object or map.
    unknown_key     = 10,  ///< An object has a key that is no field.
    missing_field   = 11,  ///< A field that is not `optional` is absent.
    not_finite      = 12,  ///< NaN or infinity where the format has no place for them.
    too_deep        = 13,  ///< Nested deeper than the limit.
    too_large       = 14,  ///< A length, a count or the total allocation passes the limit.

    // The conversation (100..199): found by dispatch, a port or a client.
    handler_failed   = 100,  ///< The handler threw.
    refused          = 101,  ///< The handler refused the request.
    wrong_frames     = 102,  ///< A multipart message has the wrong number of frames.
    unexpected_reply = 103,  ///< The peer answered with a message that is no reply to this request.
    timed_out        = 104,  ///< No reply within the deadline.
    late             = 105,  ///< A reply came after its request had ended.
    stopped          = 106,  ///< The process or client is stopping.
    lost             = 107,  ///< Numbered events were published and never arrived.
    other_definition = 108,  ///< The peer was built from another definition of the message.

    // The transport (200..299).
    would_block     = 200,  ///< The high-water mark is reached, or nothing has arrived.
    unroutable      = 201,  ///< No such peer is connected.
    bad_address     = 202,  ///< An address cannot be read, or does not suit the operation.
    address_in_use  = 203,  ///< Another socket is bound there.
    wrong_thread    = 204,  ///< A socket was used by a thread that does not own it.
    terminated      = 205,  ///< The context is being terminated.
    transport_error = 206,  ///< Anything else that the transport reports.

    // Launching (300..399).
    launch_failed   = 300,  ///< The child could not be created, or failed before it was ready.
    not_ready       = 301,  ///< The child did not become ready in time.
};

/// Says in a few words what an `errc` means; never empty.
constexpr std::string_view describe(errc code) noexcept {
    switch (code) {
        case errc::ok: return "no error";
        case errc::malformed: return "malformed message";
        case errc::truncated: return "message ends too early";
        case errc::trailing_bytes: return "bytes after the end of the message";
        case errc::unknown_message: return "unknown message";
        case errc::wrong_type: return "value of the wrong type";
        case errc::out_of_range: return "value out of range";
        case errc::wrong_arity: return "wrong number of elements";
        case errc::bad_utf8: return "text is not valid UTF-8";
        case errc::duplicate_key: return "duplicate key";
        case errc::unknown_key: return "unknown key";
        case errc::missing_field: return "missing field";
        case errc::not_finite: return "NaN or infinity";
        case errc::too_deep: return "nested too deeply";
        case errc::too_large: return "larger than the limit";
        case errc::handler_failed: return "handler failed";
        case errc::refused: return "request refused";
        case errc::wrong_frames: return "wrong number of frames";
        case errc::unexpected_reply: return "unexpected reply";
        case errc::timed_out: return "timed out";
        case errc::late: return "reply came too late";
        case errc::stopped: return "stopped";
        case errc::lost: return "events lost";
        case errc::other_definition: return "peer has another definition";
        case errc::would_block: return "operation would block";
        case errc::unroutable: return "no such peer";
        case errc::bad_address: return "bad address";
        case errc::address_in_use: return "address already in use";
        case errc::wrong_thread: return "used from the wrong thread";
        case errc::terminated: return "context terminated";
        case errc::transport_error: return "transport error";
        case errc::launch_failed: return "launch failed";
        case errc::not_ready: return "not ready in time";
    }
    return "unknown error";
}

/// A refusal as a value, and as a message: implicitly part of every request's reply.
///
/// It travels like any message struct (wire name `failure`, fields `code` and `text`), so a peer in any
/// language can read it. The text is for people and never repeats what the peer sent.
struct failure {
    errc        code = errc::refused;
    std::string text;

    friend bool operator==(failure const&, failure const&) = default;
};

/// What a codec reports: the reason, how many bytes into the message, and what was expected there.
///
/// Cheap to return: nothing is allocated. `expected` points to a string literal or is null.
struct codec_error {
    errc        code     = errc::ok;
    std::size_t offset   = 0;
    char const* expected = nullptr;

    /// True if there is an error.
    constexpr explicit operator bool() const noexcept { return code != errc::ok; }
};

/// Puts a codec's error into a sentence, such as "malformed message at byte 7: expected ']'".
[[gnu::cold]] inline std::string describe(codec_error const& error) {
    return detail::concat({describe(error.code), " at byte ", detail::digits(error.offset),
                           error.expected == nullptr ? "" : ": expected ",
                           error.expected == nullptr ? "" : error.expected});
}

/// The one exception type of the library: set-up that cannot go on, or a `client::request` without a reply.
class error : public std::runtime_error {
public:
    [[gnu::cold]] error(errc code, std::string const& text) : std::runtime_error{text}, code_{code} {}
    [[gnu::cold]] explicit error(failure const& reason)
        : error{reason.code, reason.text.empty() ? std::string{describe(reason.code)} : reason.text} {}

    /// The reason, for programs; `what()` is for people.
    [[nodiscard]] errc code() const noexcept { return code_; }

private:
    errc code_;
};

namespace detail {

/// Throws an `error` with the pieces for its text. A `throw` and a string are a hundred bytes of code and more wherever
/// they stand: here they stand once.
[[noreturn, gnu::cold]] inline void throw_error(errc code, std::initializer_list<std::string_view> pieces) {
    throw error{code, concat(pieces)};
}

}  // namespace detail

}  // namespace tenon

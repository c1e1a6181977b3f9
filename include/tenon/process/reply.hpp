// Reading the reply to one request: it is the declared one, or a failure, or a mistake of the peer.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/message/set.hpp>
#include <tenon/process/attachments.hpp>

#include <new>
#include <utility>

namespace tenon::detail {

/// The failure of bytes that are no reply, out of the way of those that are.
[[gnu::cold]] inline failure unreadable_reply(codec_error const& error) {
    return {error.code, concat({"the peer's reply cannot be read: ", describe(error)})};
}
[[gnu::cold]] inline failure undeclared_reply(codec_error const& error) {
    return {error.code == errc::unknown_message ? errc::unexpected_reply : error.code,
            concat({"the peer's reply is not the one that the protocol declares: ", describe(error),
                    " (do both ends use the same codec?)"})};
}

template <class Codec, class Opened>
[[gnu::cold, gnu::noinline]] failure read_refusal(Codec& codec, Opened const& opened, bool& fault) {
    failure refusal;
    if (codec_error const error = codec.read(opened, refusal)) {
        fault   = true;
        refusal = {error.code, describe(error)};
    }
    return refusal;
}

template <class R, class Codec, class Attached>
result<R> decode_reply(Codec& codec, bytes_view body, bool& fault, [[maybe_unused]] Attached& attached) {
    using replies = message_set<R, failure>;
    auto opened   = codec.template open<replies>(body);
    if (opened.error) [[unlikely]] {
        fault = true;
        return undeclared_reply(opened.error);
    }
    if (opened.index == replies::template index_of<failure>) [[unlikely]]
        return read_refusal(codec, opened, fault);
    result<R> reply{R{}};
    if (codec_error const error = codec.read(opened, *reply)) [[unlikely]] {
        fault = true;
        reply = unreadable_reply(error);
        return reply;
    }
    if constexpr (Attached::expects_any)
        if (!attached.give_to(*reply)) [[unlikely]] {
            fault = true;
            reply = attached.complaint();
        }
    return reply;
}

/// Decodes `body` as the reply `R`. A `failure` from the peer, and everything that is no reply to this request, come
/// back as the failure; so does a reply that there is no memory for. `fault` becomes true if there was no reply in the
/// bytes: to be counted, as a rule a fault of the peer. `attached` are the frames behind the body.
template <class R, class Codec, class Attached>
result<R> read_reply(Codec& codec, bytes_view body, bool& fault, Attached& attached) {
    try {
        return decode_reply<R>(codec, body, fault, attached);
    } catch (std::bad_alloc const&) {
        fault = true;
        return failure{errc::too_large, "out of memory"};  // so short a text needs none
    }
}

}  // namespace tenon::detail

// Reading the reply to one request: it is the declared one, or a failure, or a mistake of the peer.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/core/result.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/message/set.hpp>

#include <new>
#include <utility>

namespace tenon::detail {

/// What became of a reply's bytes.
template <class R>
struct reply_read {
    result<R> outcome;
    bool      fault = false;  ///< The bytes were no reply to this request: a fault of the peer, to be counted.
};

template <class R, class Codec>
reply_read<R> decode_reply(Codec& codec, bytes_view body) {
    using replies = message_set<R, failure>;
    auto opened   = codec.template open<replies>(body);
    if (opened.error) {
        errc const reason =
            opened.error.code == errc::unknown_message ? errc::unexpected_reply : opened.error.code;
        return {failure{reason, concat({"the peer's reply is not the one that the protocol declares: ",
                                        describe(opened.error), " (do both ends use the same codec?)"})},
                true};
    }
    if (opened.index == replies::template index_of<failure>) {
        failure refusal;
        if (codec_error const error = codec.read(opened, refusal)) return {failure{error.code, describe(error)}, true};
        return {std::move(refusal)};
    }
    R reply{};
    if (codec_error const error = codec.read(opened, reply))
        return {failure{error.code, concat({"the peer's reply cannot be read: ", describe(error)})}, true};
    return {std::move(reply)};
}

/// Decodes `body` as the reply `R`. A `failure` from the peer, and everything that is no reply to this request, come
/// back as the failure; so does a reply that there is no memory for.
template <class R, class Codec>
reply_read<R> read_reply(Codec& codec, bytes_view body) {
    try {
        return decode_reply<R>(codec, body);
    } catch (std::bad_alloc const&) {
        return {failure{errc::too_large, "out of memory"}, true};  // so short a text needs none
    }
}

}  // namespace tenon::detail

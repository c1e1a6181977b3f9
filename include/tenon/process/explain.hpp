// Why two peers do not understand each other: after a request has failed, the asker asks for the server's definition.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/message/set.hpp>
#include <tenon/protocol/difference.hpp>
#include <tenon/protocol/fingerprint.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::detail {

/// How long an asker waits for the definition, and how long it does not ask again after an answer that was no help: the
/// peer may be no program of Tenon's, and what it has to do beyond its protocol shall be next to nothing.
inline constexpr std::chrono::nanoseconds definition_timeout = std::chrono::seconds{1},
                                          definition_pause   = std::chrono::seconds{60};

/// Of a longer definition no use is made, since reading it would take too long.
inline constexpr std::size_t max_definition = 1 << 20;

/// True for failures that may come of different definitions at the two ends.
constexpr bool may_be_other_definition(errc code) noexcept {
    switch (code) {
        case errc::unknown_message:
        case errc::wrong_type:
        case errc::out_of_range:
        case errc::wrong_arity:
        case errc::unknown_key:
        case errc::missing_field:
        case errc::unexpected_reply: return true;
        default: return false;
    }
}

/// True if `body` asks for the definition of the protocol.
template <class Codec>
[[gnu::cold]] bool asks_for_definition(Codec& codec, bytes_view body) {
    return !codec.template open<message_set<describe_question>>(body).error;
}

/// Reads the answer. False if it is none.
template <class Codec>
[[gnu::cold]] bool read_definition(Codec& codec, bytes_view body, definition& into) {
    auto opened = codec.template open<message_set<definition>>(body);
    return !opened.error && !codec.read(opened, into);
}

/// Puts the difference in place of the failure `why`, if there is one in the statement whose line is `line`: in what a
/// server, which may be one of several, has told. True if that is so.
[[gnu::cold]] inline bool explain(failure& why, std::string_view line, definition const& theirs,
                                  bool one_of_several = false) {
    std::string const difference =
        theirs.text.size() > max_definition ? std::string{} : first_difference(line, theirs.text);
    if (difference.empty()) return false;
    why = {errc::other_definition, concat({one_of_several ? "one of the servers" : "the server",
                                           " was built from another definition: ", difference, " (", why.text,
                                           "); build both ends from the same one, or see docs/versions.md"})};
    return true;
}

}  // namespace tenon::detail

// The laws that every codec keeps, as a test that anyone can run on a codec of their own.
#pragma once

#include <tenon/codec/concept.hpp>
#include <tenon/testing/codec_laws/checker.hpp>
#include <tenon/testing/codec_laws/samples.hpp>

#include <string>
#include <vector>

namespace tenon::testing {

/// Tries a codec on messages with every kind of field, on damaged frames and on garbage.
///
/// Returns a sentence for each broken law, "law: message: what happened" (at most three for one law), so an
/// empty list means that the codec conforms. Needs no test framework:
///
///     for (auto const& sentence : tenon::testing::check_codec<my_codec>()) std::puts(sentence.c_str());
///
/// The laws:
/// - *round trip*: what was written is read back with the same value, at the edges of types, empty and large;
/// - *index*: `open` finds the message among many; *unknown message*: and says so if it is not among them;
/// - *append*, *determinism*: `write` only appends, and always the same bytes;
/// - *exact size*: a sized codec tells the size that `write` appends; `write_exact` writes the same bytes;
/// - *reuse*: what an object held before does not matter to what is read into it;
/// - *truncation*, *trailing byte*: a frame cut short, or with something behind it, is an error;
/// - *stability*: what is read from damaged or random bytes can be written, and read again without a change;
/// - *no exceptions*: none of it throws; *offset*: an error lies within the frame;
/// - *recovery*: after a bad frame the next good one is read;
/// - *range*: a value that does not fit the field is refused, never read as another one;
/// - *UTF-8*: text that is not is refused, both ways;
/// - *not finite*: NaN and infinity are carried, or refused by `write` with `errc::not_finite`;
/// - *move*: a moved codec works.
///
/// Under AddressSanitizer a byte read beyond a frame is found too. Takes about a second; the random bytes are
/// the same in every run.
template <codec::codec Codec, codec_abilities Can = codec_abilities{}>
[[nodiscard]] std::vector<std::string> check_codec() {
    return laws::checker<Codec, Can>{}.run();
}

}  // namespace tenon::testing

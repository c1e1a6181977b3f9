// How the self-describing codecs (json, msgpack) lay out a message, and how strict they are about keys.
#pragma once

namespace tenon::codec {

/// The outer form of a message in json and msgpack.
enum class layout {
    /// `[type, data]`, as in the article: data is null for a struct without fields, the bare value for one field,
    /// an object by field name for more.
    pair,
    /// `[type, args, kwargs]`, the article's "most straightforward syntax": written with all fields in args and an
    /// empty kwargs; any split between the two is read.
    triple,
};

/// What happens to a key that is no field of the struct.
enum class unknown_keys {
    refuse,  ///< The message is refused with `errc::unknown_key`.
    skip,    ///< The value is read over, within the same limits, and forgotten.
};

}  // namespace tenon::codec

// What a decoder of untrusted bytes puts up with before it refuses.
#pragma once

#include <cstddef>

namespace tenon::codec {

/// Bounds that hold while a message is read. Every one is checked before memory is reserved or a level entered,
/// so a few bytes can never claim gigabytes (the classic fall of serialization libraries).
struct limits {
    /// How deep arrays, objects and nested structs may go, skipped ones included.
    std::size_t max_depth = 64;
    /// How many bytes all strings, vectors, maps and blobs of one message may need in memory together.
    std::size_t max_allocation = std::size_t{256} << 20;
};

}  // namespace tenon::codec

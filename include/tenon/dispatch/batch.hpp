// The batch: several messages in one frame, as `tenon::batched` ports send and receive them (docs/wire-formats.md).
#pragma once

#include <tenon/core/bytes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::detail {

/// The format: a head of four bytes, then each message as its length in four bytes, little endian, and its bytes.
///
/// The head is `C1 't' 'b' '1'`. C1 stands nowhere in UTF-8 and is never used by MessagePack, so no message in these
/// formats begins with it. In the binary format one would have to have the id `reserved_id`, which does not compile.
struct batch_format {
    static constexpr std::size_t   head_size   = 4;
    static constexpr std::size_t   length_size = 4;
    static constexpr std::uint32_t reserved_id = 0x3162'74c1;

    /// Writes a head or a length.
    static void put(std::byte* to, std::uint32_t value) noexcept {
        if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
        std::memcpy(to, &value, sizeof value);
    }
    static std::uint32_t get(std::byte const* from) noexcept {
        std::uint32_t value;
        std::memcpy(&value, from, sizeof value);
        if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
        return value;
    }
};

/// True if `body` begins as a batch does.
inline bool is_batch(bytes_view body) noexcept {
    return body.size() >= batch_format::head_size && batch_format::get(body.data()) == batch_format::reserved_id;
}

/// True for a set of messages of which one has the id that batches begin with.
template <class Set>
consteval bool has_reserved_id() noexcept {
    for (std::size_t i = 0; i < Set::size; ++i)
        if (Set::ids[i] == batch_format::reserved_id) return true;
    return false;
}

/// Goes through a batch, message by message; each is a part of the frame, nothing is copied.
class batch_reader {
public:
    /// `batch` begins as a batch does.
    explicit batch_reader(bytes_view batch) noexcept
        : at_{batch.data() + batch_format::head_size}, end_{batch.data() + batch.size()} {}

    /// Makes `message` the next one; false at the end, and where something else stands than a whole message.
    bool next(bytes_view& message) noexcept {
        if (left() < batch_format::length_size) return false;
        std::size_t const length = batch_format::get(at_);
        if (left() - batch_format::length_size < length) return false;
        message = {at_ + batch_format::length_size, length};
        at_ += batch_format::length_size + length;
        return true;
    }

    /// True when the last message has been read and nothing stands after it.
    [[nodiscard]] bool is_at_end() const noexcept { return at_ == end_; }

private:
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    std::byte const* at_;
    std::byte const* end_;
};

}  // namespace tenon::detail

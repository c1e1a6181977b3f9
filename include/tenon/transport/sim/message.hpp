// Messages on their way through a simulated network, and the queues in which they wait.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/transport/sim/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::transport::simulation {

/// A message of one or more parts. The parts stand in one buffer, each behind its size in eight bytes, so that a
/// message moves from queue to queue by a swap, and a queue that is used again allocates nothing. In place of the size
/// of a part that is lent stands where it is among the loans.
struct message {
    buffer            bytes;
    std::vector<loan> loans;
    std::uint32_t     parts = 0;
    bool              lost  = false;  ///< Vanishes on its way.
    std::string_view  name;           ///< The wire name of what it carries, if the sender has said so.

    static constexpr std::size_t head = sizeof(std::uint64_t);

    void append(bytes_view part) {
        std::uint64_t const size  = part.size();
        std::byte* const    place = bytes.prepare(head + part.size());
        std::memcpy(place, &size, head);
        if (!part.empty()) std::memcpy(place + head, part.data(), part.size());
        bytes.advance(head + part.size());
        ++parts;
    }

    void share(loan const& part) {
        std::uint64_t const place = is_lent | loans.size();
        loans.push_back(part);
        bytes.append({reinterpret_cast<std::byte const*>(&place), head});
        ++parts;
    }

    /// The part that begins at `offset`; the next one begins at `after(offset)`.
    [[nodiscard]] bytes_view part(std::size_t offset) const noexcept {
        if (loan const* const shared = lent(offset)) return shared->bytes;
        return {bytes.data() + offset + head, static_cast<std::size_t>(head_at(offset))};
    }
    /// The same if it is lent, else null.
    [[nodiscard]] loan const* lent(std::size_t offset) const noexcept {
        std::uint64_t const place = head_at(offset);
        return (place & is_lent) == 0 ? nullptr : &loans[static_cast<std::size_t>(place & ~is_lent)];
    }
    [[nodiscard]] std::size_t after(std::size_t offset) const noexcept {
        std::uint64_t const size = head_at(offset);
        return offset + head + ((size & is_lent) == 0 ? static_cast<std::size_t>(size) : 0);
    }
    [[nodiscard]] bool is_last(std::size_t offset) const noexcept { return after(offset) == bytes.size(); }

    /// The number of bytes in all parts.
    [[nodiscard]] std::size_t payload() const noexcept {
        std::size_t sum = bytes.size() - head * parts;
        for (loan const& each : loans) sum += each.bytes.size();
        return sum;
    }

    /// True if a part is larger than `most`.
    [[nodiscard]] bool has_larger_part(std::size_t most) const noexcept {
        return (bytes.size() > most || !loans.empty()) && largest_part() > most;
    }
    /// The size of the largest part.
    [[nodiscard]] std::size_t largest_part() const noexcept {
        std::size_t largest = 0;
        for (std::size_t at = 0; at < bytes.size(); at = after(at))
            if (part(at).size() > largest) largest = part(at).size();
        return largest;
    }

    /// Cuts the last part to half its size.
    void truncate() {
        std::size_t at = 0;
        while (!is_last(at)) at = after(at);
        if (lent(at) != nullptr) {
            bytes_view& whole = loans.back().bytes;
            whole             = whole.first(whole.size() / 2);
            return;
        }
        std::uint64_t const half = part(at).size() / 2;
        buffer              cut;
        cut.append(bytes.view().first(at + head + static_cast<std::size_t>(half)));
        std::memcpy(cut.data() + at, &half, head);
        bytes.swap(cut);
    }

    void copy_from(message const& other) {
        clear();
        bytes.append(other.bytes.view());
        loans = other.loans;
        parts = other.parts;
        lost  = other.lost;
        name  = other.name;
    }

    /// Forgets the content and keeps the capacity, if it is not out of proportion.
    void clear() noexcept {
        if (bytes.capacity() > most_kept) bytes = buffer{};
        bytes.clear();
        loans.clear();
        parts = 0;
        lost  = false;
        name  = {};
    }

    void swap(message& other) noexcept {
        bytes.swap(other.bytes);
        loans.swap(other.loans);
        std::swap(parts, other.parts);
        std::swap(lost, other.lost);
        std::swap(name, other.name);
    }

private:
    static constexpr std::size_t   most_kept = 64 * 1024;
    static constexpr std::uint64_t is_lent   = std::uint64_t{1} << 63;

    [[nodiscard]] std::uint64_t head_at(std::size_t offset) const noexcept {
        std::uint64_t value;
        std::memcpy(&value, bytes.data() + offset, head);
        return value;
    }
};

/// A queue of messages: a ring that grows to its largest size and keeps it.
class message_queue {
public:
    [[nodiscard]] bool        empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// The message at `index`, counted from the front.
    message& operator[](std::size_t index) noexcept { return ring_[(first_ + index) & (ring_.size() - 1)]; }
    message& front() noexcept { return ring_[first_]; }

    /// A new, empty message at the end.
    message& push() {
        if (size_ == ring_.size()) grow();
        return (*this)[size_++];
    }
    void pop() noexcept {
        ring_[first_].clear();
        first_ = (first_ + 1) & (ring_.size() - 1);
        --size_;
    }
    /// Takes the messages from `index` on away.
    void cut(std::size_t index) noexcept {
        while (size_ > index) (*this)[--size_].clear();
    }
    void clear() noexcept { cut(0); }

    /// Puts a copy of the message at `index` right behind it.
    void duplicate(std::size_t index) {
        push();
        for (std::size_t i = size_ - 1; i > index + 1; --i) (*this)[i].swap((*this)[i - 1]);
        (*this)[index + 1].copy_from((*this)[index]);
    }

private:
    void grow() {
        std::vector<message> larger(ring_.empty() ? 4 : ring_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) larger[i].swap((*this)[i]);
        ring_.swap(larger);
        first_ = 0;
    }

    std::vector<message> ring_;  // its size is a power of two
    std::size_t          first_ = 0, size_ = 0;
};

}  // namespace tenon::transport::simulation

// The numbers of published events, by which a subscriber sees what it has missed.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/text_table.hpp>
#include <tenon/protocol/topic.hpp>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include <sys/random.h>

namespace tenon {

/// The last frame of a numbered event: who published it, and as which one of its topic, counted from 1. Sixteen bytes,
/// both numbers little endian.
struct event_number {
    std::uint64_t publisher = 0;  ///< Random for each run of a publishing port, never 0.
    std::uint64_t number    = 0;

    static constexpr std::size_t wire_size = 16;

    void write(std::byte* to) const noexcept {
        put(to, publisher);
        put(to + 8, number);
    }
    static std::optional<event_number> read(bytes_view from) noexcept {
        if (from.size() != wire_size) return std::nullopt;
        event_number const read{get(from.data()), get(from.data() + 8)};
        if (read.publisher == 0) return std::nullopt;
        return read;
    }
    friend bool operator==(event_number const&, event_number const&) = default;

private:
    static std::uint64_t little_endian(std::uint64_t value) noexcept {
        return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
    }
    static void put(std::byte* to, std::uint64_t value) noexcept {
        value = little_endian(value);
        std::memcpy(to, &value, sizeof value);
    }
    static std::uint64_t get(std::byte const* from) noexcept {
        std::uint64_t value = 0;
        std::memcpy(&value, from, sizeof value);
        return little_endian(value);
    }
};

/// For how many topics numbers are kept, by a publisher and by a subscriber. One costs about 100 bytes, and its text if
/// that is longer than 15. A publisher that comes to more begins anew as another one, and a subscriber forgets all of
/// them; what is missed in that moment is not seen.
inline constexpr std::size_t max_numbered_topics = 65536;

namespace detail {

/// A number that nobody can guess, and never 0.
inline std::uint64_t random_id() {
    std::uint64_t id = 0;
    while (id == 0)
        if (::getrandom(&id, sizeof id, 0) != sizeof id && errno != EINTR)
            throw error{errc::launch_failed, "the system gives no random numbers (getrandom failed)"};
    return id;
}

/// Numbers the events of one publisher, each topic by itself.
class event_counter {
public:
    explicit event_counter(std::uint64_t publisher = random_id()) : publisher_{publisher} {}

    event_number next(std::string_view topic) {
        std::uint64_t* last = numbers_.find_or_add(topic);
        if (last == nullptr) [[unlikely]] {
            numbers_.clear();
            publisher_ = random_id();
            last       = numbers_.find_or_add(topic);
        }
        return {publisher_, ++*last};
    }
    /// Takes the last number of `topic` back: its event was not fit to be sent.
    void take_back(std::string_view topic) { --*numbers_.find_or_add(topic); }

private:
    std::uint64_t             publisher_;
    text_table<std::uint64_t> numbers_{max_numbered_topics, publisher_};
};

/// Follows the numbers of all publishers of one subscriber.
class gap_finder {
public:
    /// How many events of `topic` are missing between the last one of the same publisher and this one. 0 for the first
    /// one seen, and for one that comes again. A topic longer than topic::max_size is not followed.
    /// `count` events come with it, numbered one after the other.
    std::uint64_t missed_before(std::string_view topic, event_number const& is, std::uint64_t count = 1) {
        if (topic.size() > topic::max_size) return 0;
        char source[sizeof is.publisher + topic::max_size];
        std::memcpy(source, &is.publisher, sizeof is.publisher);
        if (!topic.empty()) std::memcpy(source + sizeof is.publisher, topic.data(), topic.size());
        std::string_view const key{source, sizeof is.publisher + topic.size()};
        std::uint64_t*         next = next_.find_or_add(key);
        if (next == nullptr) [[unlikely]] {
            next_.clear();
            next = next_.find_or_add(key);
        }
        bool const          first  = *next == 0;
        std::uint64_t const missed = first || is.number < *next ? 0 : is.number - *next;
        constexpr auto      most   = std::numeric_limits<std::uint64_t>::max();
        std::uint64_t const after  = is.number > most - count ? most : is.number + count;
        if (first || after > *next) *next = after;
        return missed;
    }

    /// Forgets the topics that begin with `prefix`: the next event of each is the first one.
    void forget(std::string_view prefix) {
        next_.erase_if([&](std::string_view key) {
            key.remove_prefix(sizeof event_number::publisher);
            return key.starts_with(prefix);
        });
    }

private:
    text_table<std::uint64_t> next_{max_numbered_topics, random_id()};
};

}  // namespace detail

}  // namespace tenon

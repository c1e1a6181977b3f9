// What the subscribers of a publishing port have asked for, as far as it may be believed.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/detail/text_table.hpp>
#include <tenon/protocol/topic.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon {

/// What an XPUB socket hands up when a peer subscribes or unsubscribes, or is gone: a byte 1 or 0, and the prefix
/// (RFC 29/PUBSUB).
struct subscription_change {
    bool             added = false;
    std::string_view prefix;

    /// Nothing if it is something else, or if no topic is long enough to have this prefix.
    static std::optional<subscription_change> read(bytes_view from) noexcept {
        if (from.empty() || from.size() > 1 + topic::max_size) return std::nullopt;
        auto const verb = std::to_integer<unsigned>(from[0]);
        if (verb > 1) return std::nullopt;
        return subscription_change{verb == 1, as_text(from.subspan(1))};
    }
};

/// How often each prefix is subscribed to, by all peers together.
///
/// What peers say is counted, not checked: one that subscribes twice counts twice. The number of different prefixes is
/// bounded, so that peers cannot fill the memory.
class subscription_table {
public:
    static constexpr std::size_t max_prefixes = 65536;

    explicit subscription_table(std::uint64_t seed) : counts_{max_prefixes, seed} {}

    /// Counts `change`. False if there are too many prefixes, or if this one was not subscribed to.
    bool apply(subscription_change const& change) {
        if (!change.added) return remove(change.prefix);
        std::uint64_t* const count = counts_.find_or_add(change.prefix);
        if (count != nullptr) ++*count;
        return count != nullptr;
    }

    /// How many subscriptions ask for `topic`, whatever follows it: those to a prefix of it.
    [[nodiscard]] std::size_t covering(std::string_view topic) const noexcept {
        std::size_t subscriptions = 0;
        for (std::size_t size = 0; size <= topic.size(); ++size)
            if (auto const* const count = counts_.find(topic.substr(0, size))) subscriptions += *count;
        return subscriptions;
    }

private:
    bool remove(std::string_view prefix) {
        if (counts_.find(prefix) == nullptr) return false;
        if (--*counts_.find_or_add(prefix) == 0) counts_.erase(prefix);
        return true;
    }

    detail::text_table<std::uint64_t> counts_;
};

}  // namespace tenon

// The trace of a simulated network: everything that happens, as a running hash, and as a list on demand.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/transport/sim/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace tenon::transport::simulation {

enum class incident_kind : std::uint8_t {
    sent,          ///< A message was handed to the network.
    received,      ///< A message has arrived at its socket.
    lost,          ///< A message vanished on its way, or with its connection.
    duplicated,    ///< A message arrives twice.
    connected,     ///< A connection stands.
    disconnected,  ///< An end of a connection has noticed that it is over.
    timer,         ///< A node was called because its time had come.
    started,       ///< A process came up.
    stopped,       ///< A process has ended in good order.
    crashed,       ///< A process has ended without a word.
    frozen,        ///< A node stands still.
    thawed,        ///< A node goes on.
    cut,           ///< Two nodes do not reach each other any more.
    healed,        ///< They do again.
    jumped,        ///< The clock of a node was put forward.
};

/// The word for it, such as "sent".
constexpr std::string_view name_of(incident_kind kind) noexcept {
    constexpr std::string_view names[] = {"sent",    "received", "lost",    "duplicated", "connected",
                                          "disconnected", "timer", "started", "stopped",    "crashed",
                                          "frozen",  "thawed",   "cut",     "healed",     "jumped"};
    return names[static_cast<std::size_t>(kind)];
}

/// What subscriptions are called in traces. Known by their addresses: a message may have such a name, too.
inline constexpr char subscribe_name[] = "subscribe", unsubscribe_name[] = "unsubscribe";

/// Something that has happened. The texts are those that the ports and messages are declared with.
struct trace_entry {
    /// What stands for no node.
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    time_point       time{};
    incident_kind    what = incident_kind::sent;
    std::uint32_t    node = none;  ///< Where it happened.
    std::uint32_t    peer = none;  ///< The node at the other end, where there is one.
    std::string_view port;         ///< Empty for a socket that is no port's.
    std::string_view message;      ///< The wire name, if it is known.
    std::size_t      bytes = 0;    ///< The size of the message, envelope included.

    /// It is about a subscription, not about a message of a protocol.
    [[nodiscard]] bool is_subscription() const noexcept {
        return message.data() == subscribe_name || message.data() == unsubscribe_name;
    }
};

/// Keeps the hash always, and the entries if it is told to.
class trace {
public:
    /// `content` counts for the hash only.
    void add(trace_entry const& entry, bytes_view content = {}) {
        mix(static_cast<std::uint64_t>(entry.time.time_since_epoch().count()));
        mix(std::uint64_t{entry.node} << 32 | entry.peer);
        mix(static_cast<std::uint64_t>(entry.what) << 56 | entry.bytes);
        mix(as_bytes(entry.port));
        mix(as_bytes(entry.message));
        mix(content);
        ++size_;
        if (keeps_) entries_.push_back(entry);
    }

    /// More content of the last entry.
    void add_content(bytes_view content) { mix(content); }

    /// Two runs with the same hash have done the same, to the byte and the nanosecond.
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
    /// How many entries there have been, kept or not.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// From now on. They take memory: some hundred bytes for each message.
    void keep_entries(bool keep) noexcept { keeps_ = keep; }
    [[nodiscard]] std::vector<trace_entry> const& entries() const noexcept { return entries_; }

private:
    void mix(std::uint64_t value) noexcept {
        hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15u;
        hash_ ^= hash_ >> 29;
    }
    void mix(bytes_view bytes) noexcept {
        std::uint64_t word = 0;
        while (bytes.size() >= sizeof word) {
            std::memcpy(&word, bytes.data(), sizeof word);
            mix(word);
            bytes = bytes.subspan(sizeof word);
        }
        word = bytes.size() + 1;  // so that lengths count
        for (std::byte const b : bytes) word = word << 8 | std::to_integer<std::uint64_t>(b);
        mix(word);
    }

    std::uint64_t            hash_  = 0;
    std::uint64_t            size_  = 0;
    bool                     keeps_ = false;
    std::vector<trace_entry> entries_;
};

}  // namespace tenon::transport::simulation

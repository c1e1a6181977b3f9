// The observer that counts, by port and message, and measures how long handlers take.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/observer.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::observer {

/// How often something took how long. Bin `i` has the durations from 2^(i-1) up to 2^i - 1 nanoseconds, bin 0 those of
/// zero, the last one all that is longer.
struct duration_counts {
    using nanoseconds = std::chrono::nanoseconds;
    static constexpr std::size_t bins = 40;

    std::uint64_t                   count = 0;
    nanoseconds                     total{0}, longest{0};
    std::array<std::uint64_t, bins> histogram{};

    void add(nanoseconds time) noexcept {
        auto const        ns  = static_cast<std::uint64_t>(time.count() < 0 ? 0 : time.count());
        std::size_t const bin = static_cast<std::size_t>(std::bit_width(ns));
        ++histogram[bin < bins ? bin : bins - 1];
        ++count;
        total += time;
        if (longest < time) longest = time;
    }

    [[nodiscard]] nanoseconds mean() const noexcept {
        return count == 0 ? nanoseconds{0} : total / static_cast<std::int64_t>(count);
    }
    /// A duration that `share` (0 to 1) of all are not longer than; not exact, at most twice too long.
    [[nodiscard]] nanoseconds quantile(double share) const noexcept {
        double const  wanted = share * static_cast<double>(count);
        std::uint64_t seen   = 0;
        for (std::size_t bin = 0; bin + 1 < bins; ++bin) {
            seen += histogram[bin];
            nanoseconds const upper{(std::int64_t{1} << bin) - 1};
            if (static_cast<double>(seen) >= wanted) return upper < longest ? upper : longest;
        }
        return longest;
    }
};

/// Why something was dropped, and how often.
struct drop_count {
    errc          reason;
    std::uint64_t count;
};

/// What became of one kind of message at one port.
struct message_counts {
    std::string             port;
    std::string             message;       ///< The wire name; empty for what could not be told.
    std::uint64_t           received = 0;  ///< Decoded, and handed to a handler or callback.
    std::uint64_t           sent     = 0;  ///< Handed to the transport.
    std::uint64_t           failures = 0;  ///< The handler threw.
    std::vector<drop_count> drops;         ///< All other incidents, by their reason.
    duration_counts         handling;      ///< How long handlers took that are no coroutines and did not throw.

    [[nodiscard]] std::uint64_t dropped() const noexcept {
        std::uint64_t sum = 0;
        for (drop_count const& each : drops) sum += each.count;
        return sum;
    }
    [[nodiscard]] std::uint64_t dropped(errc reason) const noexcept {
        for (drop_count const& each : drops)
            if (each.reason == reason) return each.count;
        return 0;
    }
};

/// Counts what is received, sent and dropped, and why, and measures handlers, for each port and message:
/// `process.observer().counts("requests", "ping").received`, or all of it as a table by `to_string`.
///
/// Threading: read it in the process's own thread, in a handler or a timer.
/// Cost: a hash of two names and one search per event, and for handlers two looks at the clock. Nothing is allocated
/// once each kind of message and each reason has been seen.
class counting {
public:
    using policy_kind = kind::observer;

    void received(traffic const& seen) noexcept { add(seen.port, seen.message, [](auto& row) { ++row.received; }); }
    void sent(traffic const& seen) noexcept { add(seen.port, seen.message, [](auto& row) { ++row.sent; }); }
    void handled(traffic const& seen, std::chrono::nanoseconds time) noexcept {
        add(seen.port, seen.message, [time](auto& row) { row.handling.add(time); });
    }
    void dropped(incident const& what) noexcept {
        add(what.port, what.message, [&what](auto& row) {
            if (what.reason == errc::handler_failed || what.reason == errc::refused) {
                ++row.failures;
                return;
            }
            for (drop_count& each : row.drops)
                if (each.reason == what.reason) return void(++each.count);
            row.drops.push_back({what.reason, 1});
        });
    }

    /// All that has been seen, in the order in which it was first seen.
    [[nodiscard]] std::vector<message_counts> const& rows() const noexcept { return rows_; }

    /// What became of `message` at `port`; all zero if there was none.
    [[nodiscard]] message_counts const& counts(std::string_view port, std::string_view message) const noexcept {
        static message_counts const nothing{};
        std::size_t const           at = find(port, message, hash_of(port, message));
        return at == rows_.size() ? nothing : rows_[at];
    }

private:
    static std::uint64_t hash_of(std::string_view port, std::string_view message) noexcept {  // FNV-1a
        std::uint64_t hash = 0xcbf29ce484222325u;
        for (char const c : port) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        hash *= 0x100000001b3u;
        for (char const c : message) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        return hash;
    }

    [[nodiscard]] std::size_t find(std::string_view port, std::string_view message, std::uint64_t hash) const noexcept {
        std::size_t at = 0;
        for (; at < rows_.size(); ++at)
            if (hashes_[at] == hash && rows_[at].message == message && rows_[at].port == port) break;
        return at;
    }

    template <class F>
    void add(std::string_view port, std::string_view message, F const& f) noexcept {
        std::uint64_t const hash = hash_of(port, message);
        std::size_t const   at   = find(port, message, hash);
        try {
            if (at == rows_.size()) {
                hashes_.reserve(at + 1);
                rows_.push_back({std::string{port}, std::string{message}, 0, 0, 0, {}, {}});
                hashes_.push_back(hash);
            }
            f(rows_[at]);
        } catch (...) {  // no memory for a row: this one is not counted
        }
    }

    std::vector<std::uint64_t>  hashes_;  // in parallel with
    std::vector<message_counts> rows_;    // these: few enough to be looked through one by one
};

/// The counts as a table for people, a line for each kind of message: times are those of handlers.
[[nodiscard, gnu::cold]] inline std::string to_string(counting const& counts) {
    char        line[160];
    std::string table;
    auto const  number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    auto const  micros = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1000; };
    std::snprintf(line, sizeof line, "%-16s %-20s %10s %10s %8s %8s %9s %9s %9s\n", "port", "message", "received",
                  "sent", "failures", "dropped", "mean us", "99% us", "max us");
    table += line;
    for (message_counts const& row : counts.rows()) {
        std::string const name = row.message.empty() ? "(unknown)" : row.message;
        std::snprintf(line, sizeof line, "%-16.40s %-20.40s %10llu %10llu %8llu %8llu", row.port.c_str(), name.c_str(),
                      number(row.received), number(row.sent), number(row.failures), number(row.dropped()));
        table += line;
        if (row.handling.count != 0) {
            std::snprintf(line, sizeof line, " %9.1f %9.1f %9.1f", micros(row.handling.mean()),
                          micros(row.handling.quantile(0.99)), micros(row.handling.longest));
            table += line;
        }
        for (drop_count const& each : row.drops)
            table += tenon::detail::concat({"  ", tenon::detail::digits(each.count), "x ", describe(each.reason)});
        table += '\n';
    }
    return table;
}

}  // namespace tenon::observer

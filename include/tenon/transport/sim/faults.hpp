// What a simulated network does to messages beside carrying them: latency, odds and rules.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/transport/sim/clock.hpp>

#include <cstdint>
#include <string_view>

namespace tenon::transport::simulation {

struct node;

/// How often a link of a hostile network does what no ZeroMQ connection does, in parts of a million messages. All are 0
/// in a faithful one.
struct link_odds {
    std::uint32_t loss        = 0;  ///< The message vanishes.
    std::uint32_t duplication = 0;  ///< It arrives twice.
    std::uint32_t reordering  = 0;  ///< It overtakes the one before it, if that is still on its way.
    std::uint32_t truncation  = 0;  ///< Its last part arrives cut to half.

    [[nodiscard]] constexpr bool any() const noexcept { return (loss | duplication | reordering | truncation) != 0; }
};

/// The settings of a network.
struct network_options {
    /// Each message takes a time between these, drawn from the seed, but never overtakes the one before it.
    duration latency_min = std::chrono::microseconds{50};
    duration latency_max = std::chrono::microseconds{500};

    link_odds odds{};

    /// How often a node may be called without time passing, before that is taken for an endless loop.
    std::uint32_t most_turns_at_once = 1'000'000;
};

/// What is done to the next messages that it applies to.
struct fault_rule {
    enum class action : std::uint8_t { drop, duplicate, delay };

    static constexpr std::uint64_t always = ~std::uint64_t{0};

    action           what = action::drop;
    std::string_view message;             ///< The wire name; empty for all.
    node const*      from  = nullptr;     ///< Null for all.
    node const*      to    = nullptr;     ///< Null for all.
    std::uint64_t    count = 1;           ///< How many more messages; then it is over.
    duration         time{};              ///< For a delay: how much more time they take.

    [[nodiscard]] bool applies(std::string_view name, node const* sender, node const* receiver) const noexcept {
        return count != 0 && (message.empty() || message == name) && (from == nullptr || from == sender) &&
               (to == nullptr || to == receiver);
    }
};

}  // namespace tenon::transport::simulation

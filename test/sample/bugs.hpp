// The mistakes that can be planted in the sample application: each changes one place, while compiling.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shop {

enum class bug : std::uint8_t {
    none,
    lost_retry,              // buyer: asks once, and never again
    two_outcomes,            // buyer: takes an answer to each of its attempts
    forgotten_unsubscribe,   // buyer: goes on hearing of what it watched before
    stale_read,              // buyer: takes what arrives for news
    unbounded_queue,         // desk: refuses nobody
    timeout_order,           // desk: waits for the stock longer than the buyer waits for the desk
    wrong_asker,             // desk: gives the receipt to who is next in line
    stop_drops_work,         // desk: throws away what it has accepted when it stops
    lost_update,             // stock: writes down later what it has promised
    counted_twice,           // stock: takes goods again for an order that it has seen
};

inline constexpr std::array planted_bugs = {
    bug::lost_retry,    bug::two_outcomes, bug::forgotten_unsubscribe, bug::stale_read,  bug::unbounded_queue,
    bug::timeout_order, bug::wrong_asker,  bug::stop_drops_work,       bug::lost_update, bug::counted_twice};

constexpr std::string_view name_of(bug which) noexcept {
    switch (which) {
        case bug::none: return "none";
        case bug::lost_retry: return "a lost retry";
        case bug::two_outcomes: return "a duplicate answer";
        case bug::forgotten_unsubscribe: return "a forgotten unsubscribe";
        case bug::stale_read: return "a stale read after a heal";
        case bug::unbounded_queue: return "an unbounded queue";
        case bug::timeout_order: return "a wrong timeout order";
        case bug::wrong_asker: return "an answer to the wrong asker";
        case bug::stop_drops_work: return "a stop that drops work";
        case bug::lost_update: return "a lost update after a restart";
        case bug::counted_twice: return "a repeated order counted twice";
    }
    return "?";
}

// `which` if it is in an app whose bugs are `first` to `last`: so that each app is compiled once for each of its own.
constexpr bug if_between(bug which, bug first, bug last) noexcept {
    return which >= first && which <= last ? which : bug::none;
}

}  // namespace shop

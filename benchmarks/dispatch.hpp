// What dispatch is measured with: an app that handles N types of message, messages in random order, a switch by hand.
#pragma once

#include <tenon/dispatch/dispatch.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace dispatching {

template <std::size_t I>
struct message {
    std::uint32_t value;
};

struct app {
    std::uint64_t sum = 0;

    template <std::size_t I>
    [[gnu::noinline]] void on(message<I> const& m) {
        sum += m.value * (I + 1);
    }
};

template <class>
struct over;
template <std::size_t... I>
struct over<std::index_sequence<I...>> {
    using variant = std::variant<message<I>...>;

    /// Random, but the same each time.
    static std::vector<variant> some() {
        constexpr variant    each[] = {variant{message<I>{I}}...};
        std::vector<variant> all;
        std::uint32_t        state = 1;
        for (int i = 0; i < 4096; ++i) {
            state = state * 1664525U + 1013904223U;
            all.push_back(each[(state >> 16) % sizeof...(I)]);
        }
        return all;
    }
};

[[gnu::noinline]] inline void dispatch(app& to, auto const& message) {
    tenon::visit_message(message, [&](auto const& m) { to.on(m); });
}

#define CASE(n) \
    case n: return to.on(*std::get_if<n>(&message));
#define CASES_8(n) \
    CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3) CASE(n + 4) CASE(n + 5) CASE(n + 6) CASE(n + 7)
#define CASES_32(n) CASES_8(n) CASES_8(n + 8) CASES_8(n + 16) CASES_8(n + 24)

[[gnu::noinline]] inline void by_hand(app& to, over<std::make_index_sequence<2>>::variant const& message) {
    switch (message.index()) { CASE(0) CASE(1) }
}
[[gnu::noinline]] inline void by_hand(app& to, over<std::make_index_sequence<8>>::variant const& message) {
    switch (message.index()) { CASES_8(0) }
}
[[gnu::noinline]] inline void by_hand(app& to, over<std::make_index_sequence<32>>::variant const& message) {
    switch (message.index()) { CASES_32(0) }
}
[[gnu::noinline]] inline void by_hand(app& to, over<std::make_index_sequence<128>>::variant const& message) {
    switch (message.index()) { CASES_32(0) CASES_32(32) CASES_32(64) CASES_32(96) }
}

#undef CASES_32
#undef CASES_8
#undef CASE

}  // namespace dispatching

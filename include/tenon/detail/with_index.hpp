// From an index that is known while running to one that is known while compiling: a plain switch.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tenon::detail {

// Each case exists only below N, so the switch is dense and as long as the list, and the compiler makes of it
// what it makes of a switch written by hand: comparisons for few, one jump table for many.
#define TENON_CASE_1(n)                                                                   \
    case (n):                                                                             \
        if constexpr ((n) < N)                                                            \
            return std::forward<F>(f)(std::integral_constant<std::size_t, First + (n)>{}); \
        else                                                                              \
            break;
#define TENON_CASE_8(n)                                                          \
    TENON_CASE_1((n)) TENON_CASE_1((n) + 1) TENON_CASE_1((n) + 2)                \
    TENON_CASE_1((n) + 3) TENON_CASE_1((n) + 4) TENON_CASE_1((n) + 5)            \
    TENON_CASE_1((n) + 6) TENON_CASE_1((n) + 7)
#define TENON_CASE_32(n) \
    TENON_CASE_8((n)) TENON_CASE_8((n) + 8) TENON_CASE_8((n) + 16) TENON_CASE_8((n) + 24)

/// Calls `f(std::integral_constant<std::size_t, index>{})` and returns what it returns.
/// Requires `index < N` and `N <= 256`. Costs what a `switch` over `N` cases costs.
/// Inlined by force: g++ 12 keeps one of 128 cases to itself, and copies what it calls with.
template <std::size_t N, std::size_t First = 0, class F>
[[gnu::always_inline]] constexpr decltype(auto) with_index(std::size_t index, F&& f) {
    static_assert(N > 0, "tenon: there is nothing to choose from");
    static_assert(N <= 256, "tenon: at most 256 alternatives; split the protocol");
    if constexpr (N == 1) {
        return std::forward<F>(f)(std::integral_constant<std::size_t, First>{});
    } else if constexpr (N <= 8) {
        switch (index) { TENON_CASE_8(0) }
    } else if constexpr (N <= 32) {
        switch (index) { TENON_CASE_32(0) }
    } else if constexpr (N <= 128) {
        switch (index) { TENON_CASE_32(0) TENON_CASE_32(32) TENON_CASE_32(64) TENON_CASE_32(96) }
    } else {  // written out, it would be as much for every file to read as all the others, and hardly ever used
        if (index < 128) return with_index<128, First>(index, std::forward<F>(f));
        return with_index<N - 128, First + 128>(index - 128, std::forward<F>(f));
    }
    __builtin_unreachable();
}

#undef TENON_CASE_32
#undef TENON_CASE_8
#undef TENON_CASE_1

}  // namespace tenon::detail

// A string that can be a template argument: `rep<"requests", ping_pong>`.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::detail {

/// A compile-time string of `N` characters (plus terminator), of structural type.
template <std::size_t N>
struct fixed_string {
    char text[N + 1]{};

    constexpr fixed_string() = default;
    constexpr fixed_string(char const (&literal)[N + 1]) {
        // The terminator is copied too: clang prints the name in its errors only if it is.
        for (std::size_t i = 0; i <= N; ++i) text[i] = literal[i];
    }

    static constexpr std::size_t size() noexcept { return N; }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, N}; }

    template <std::size_t M>
    friend constexpr bool operator==(fixed_string const& a, fixed_string<M> const& b) noexcept {
        return a.view() == b.view();
    }
};

template <std::size_t N>
fixed_string(char const (&)[N]) -> fixed_string<N - 1>;

}  // namespace tenon::detail

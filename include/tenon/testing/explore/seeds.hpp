// Which seeds an exploration runs, and how one of them is asked for from outside.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/testing/world.hpp>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::testing {

namespace detail {

/// All of `text` as a number. Throws `errc::out_of_range`: another seed than the one that was meant helps nobody.
inline std::uint64_t seed_from(std::string_view text) {
    std::uint64_t seed = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (failed != std::errc{} || end != text.data() + text.size())
        throw error{errc::out_of_range, "a seed is a number from 0 to 2^64-1, and not '" + std::string{text} + "'"};
    return seed;
}

}  // namespace detail

/// The seed that a command line asks for, with `--seed N` or `--seed=N`; none if it does not. Throws
/// `errc::out_of_range` if what stands there is no number.
[[nodiscard]] inline std::optional<std::uint64_t> seed_from_arguments(int argc, char const* const* argv) {
    for (int i = 1; i < argc; ++i) {
        std::string_view const word{argv[i]};
        if (word.starts_with("--seed=")) return detail::seed_from(word.substr(7));
        if (word == "--seed") return detail::seed_from(i + 1 < argc ? argv[i + 1] : "");
    }
    return std::nullopt;
}

/// The same from the environment variable TENON_SEED, for tests whose `main` belongs to a framework.
[[nodiscard]] inline std::optional<std::uint64_t> seed_from_environment() {
    char const* const text = std::getenv("TENON_SEED");
    if (text == nullptr || *text == '\0') return std::nullopt;
    return detail::seed_from(text);
}

/// Which seeds are run, and the settings of their worlds: `seeds{.count = 10'000}`.
struct seeds {
    std::uint64_t count = 1000;
    std::uint64_t first = 1;
    world_options options{};
    bool          go_on = false;  ///< Runs them all and counts, instead of stopping at the first that fails.
    bool          twice = false;  ///< Runs each twice; fails if the second run is not the same to the byte.
    bool          quiet = false;  ///< Prints nothing: the findings have it all.

    /// Only this one: `seeds{...}.only(seed_from_arguments(argc, argv))`; as before if there is none.
    [[nodiscard]] seeds only(std::optional<std::uint64_t> one) const {
        seeds chosen = *this;
        if (one) {
            chosen.first = *one;
            chosen.count = 1;
        }
        return chosen;
    }
};

}  // namespace tenon::testing

// The attempts to bring a crashed child back, counted against their limits.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/launch/restart.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace tenon::launch::detail {

/// The attempts of one child that count against its limits.
class restart_attempts {
    using clock = std::chrono::steady_clock;

public:
    explicit restart_attempts(restart const& how_often) noexcept : limits_{how_often} {}

    [[nodiscard]] unsigned count() const noexcept { return static_cast<unsigned>(begun_.size()); }

    /// Counts one more attempt after a crash at `now`; returns the pause before it. None if the limit is reached.
    std::optional<std::chrono::nanoseconds> next(clock::time_point now) {
        std::erase_if(begun_, [&](auto const when) { return now - when >= std::chrono::nanoseconds{limits_.within}; });
        if (begun_.size() >= limits_.times) return std::nullopt;
        std::chrono::nanoseconds const longest = limits_.backoff_max;
        std::chrono::nanoseconds       pause   = limits_.backoff;
        for (std::size_t i = 0; i < begun_.size() && pause < longest; ++i)
            pause = pause < longest / 2 ? pause * 2 : longest;
        begun_.push_back(now);
        return pause;
    }

private:
    restart                        limits_;
    std::vector<clock::time_point> begun_;
};

}  // namespace tenon::launch::detail

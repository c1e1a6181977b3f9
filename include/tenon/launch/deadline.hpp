// A point in time, in the form that poll(2) wants.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>

#include <cstdint>
#include <type_traits>

namespace tenon::launch::detail {

/// `timeout` from now on the steady clock. Negative timeouts count as zero; a year is as good as for ever,
/// and keeps the longest ones from overflowing.
class deadline {
    using clock = std::chrono::steady_clock;

public:
    explicit deadline(time_limit timeout)
        : end_{clock::now() + clock::duration{bounded(std::chrono::nanoseconds{timeout}.count())}} {}

    [[nodiscard]] clock::time_point end() const noexcept { return end_; }
    [[nodiscard]] bool passed() const noexcept { return clock::now() >= end_; }

    /// What is left as a timeout for poll(2): at most an hour, rounded up so that poll never wakes too early.
    [[nodiscard]] int poll_timeout() const noexcept {
        auto const left = ((end_ - clock::now()).count() + 999'999) / 1'000'000;
        return static_cast<int>(left < 0 ? 0 : left < 3'600'000 ? left : 3'600'000);
    }

private:
    static_assert(std::is_same_v<clock::duration, std::chrono::nanoseconds>);

    // By hand: each operation on two kinds of durations is a handful of functions (docs/decisions/0053).
    static constexpr std::int64_t bounded(std::int64_t ns) noexcept {
        constexpr std::int64_t year = std::int64_t{8760} * 3600 * 1'000'000'000;
        return ns < 0 ? 0 : ns < year ? ns : year;
    }

    clock::time_point end_;
};

}  // namespace tenon::launch::detail

// A point in time, in the form that poll(2) wants.
#pragma once

#include <algorithm>
#include <chrono>

namespace tenon::launch::detail {

/// `timeout` from now on the steady clock. Negative timeouts count as zero; a year is as good as for ever,
/// and keeps `milliseconds::max()` from overflowing.
class deadline {
    using milliseconds = std::chrono::milliseconds;
    using clock        = std::chrono::steady_clock;

public:
    explicit deadline(milliseconds timeout)
        : end_{clock::now() + std::clamp<milliseconds>(timeout, milliseconds{0}, std::chrono::hours{8760})} {}

    [[nodiscard]] clock::time_point end() const noexcept { return end_; }
    [[nodiscard]] bool passed() const noexcept { return clock::now() >= end_; }

    /// What is left as a timeout for poll(2): at most an hour, rounded up so that poll never wakes too early.
    [[nodiscard]] int poll_timeout() const noexcept {
        auto const left = std::chrono::ceil<milliseconds>(end_ - clock::now());
        return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 3'600'000));
    }

private:
    clock::time_point end_;
};

}  // namespace tenon::launch::detail

// How long to look again and again before sleeping.
#pragma once

#include <tenon/core/chrono.hpp>

namespace tenon::loop {

/// Counts the tries of somebody who spins: `for (spin_time spin{context, 50us}; spin.goes_on();) try_once();`.
///
/// A look at the clock is dear beside a try, so there is one for each round of 16 tries. Those of the first round are
/// free: who finds something soon never asks for the time. It is that of `context.now()`.
template <class Context>
class spin_time {
public:
    static constexpr unsigned tries_in_round = 16;

    spin_time(Context const& context, std::chrono::nanoseconds limit) noexcept : context_{context}, limit_{limit} {}

    /// False when the time is over.
    bool goes_on() {
        if (tries_++ < tries_in_round) return true;
        tries_         = 1;
        auto const now = context_.now();
        if (started_) return now < until_;
        started_ = true;
        until_   = limit_ < until_.max() - now ? now + limit_ : until_.max();
        return true;
    }

    /// True at the first try of a round.
    [[nodiscard]] bool is_round() const noexcept { return tries_ == 1; }

private:
    Context const&           context_;
    std::chrono::nanoseconds limit_;
    unsigned                 tries_   = 0;
    bool                     started_ = false;
    decltype(context_.now()) until_{};
};

}  // namespace tenon::loop

// Idle work: callbacks for a turn of a loop that finds nothing else to do.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/detail/vector.hpp>

#include <cstddef>
#include <utility>

namespace tenon::loop {

/// What waits until a loop has nothing else to do, or until the time of `Clock` at which it may wait no longer.
/// Threading: one thread. A callback may add others. Cost: allocates for its largest number only.
template <class Clock>
class idle_work {
public:
    using time_point = typename Clock::time_point;
    using callback   = detail::unique_function<void()>;

    void add(callback work, time_point due) {
        if (waiting_.empty() || due < due_) due_ = due;
        waiting_.push_back(std::move(work));
    }

    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

    /// When it is called in any case; only if not empty.
    [[nodiscard]] time_point due() const noexcept { return due_; }

    /// Calls all in the order in which they were added, until `halted()`; returns how many were called.
    /// What they add themselves is for another turn. What a halt or an exception leaves uncalled stays.
    template <class Halted>
    std::size_t run(Halted const& halted) {
        std::size_t const count = waiting_.size();
        struct forget {  // those that were called, one that throws included
            idle_work&  owner;
            std::size_t count;
            time_point  due;
            std::size_t called = 0;
            ~forget() {
                owner.waiting_.erase_front(called);
                if (called < count && due < owner.due_) owner.due_ = due;
            }
        } done{*this, count, std::exchange(due_, time_point::max())};
        while (done.called < count && !halted()) {
            callback work = std::move(waiting_[done.called++]);
            work();
        }
        return done.called;
    }

private:
    detail::vector<callback> waiting_;
    time_point               due_ = time_point::max();
};

}  // namespace tenon::loop

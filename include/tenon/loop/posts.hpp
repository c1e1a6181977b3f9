// Posts: work that any thread hands to the thread of a loop.
#pragma once

#include <tenon/detail/unique_function.hpp>
#include <tenon/detail/vector.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>

namespace tenon::loop {

/// What was posted to a loop and not called yet.
/// Threading: `add` from all threads, the rest from the loop's thread. Cost: allocates for its largest number only.
class posts {
public:
    using callback = detail::unique_function<void()>;

    /// Adds `work` behind all others. Returns true if nothing was waiting: then the loop has to be woken up.
    /// Calls `prepare()` before, in one thread at a time; what it does is seen by the loop's thread, once there is any.
    template <class Prepare>
    bool add(callback work, Prepare const& prepare) {
        std::lock_guard const lock{mutex_};
        prepare();
        waiting_.push_back(std::move(work));
        return !posted_.exchange(true, std::memory_order_release);
    }

    /// True if there is something to `run`.
    [[nodiscard]] bool any() const noexcept { return posted_.load(std::memory_order_acquire); }

    /// Calls what was posted by now, in the order of the posts, until `halted()`; returns how many were called.
    /// What they post themselves is for the next call. What a halt or an exception leaves uncalled stays.
    template <class Halted>
    std::size_t run(Halted const& halted) {
        std::size_t count = 0;
        {
            std::lock_guard const lock{mutex_};
            waiting_.erase_front(next_);
            next_ = 0;
            count = waiting_.size();
            posted_.store(count != 0, std::memory_order_relaxed);
        }
        std::size_t called = 0;
        while (called < count && !halted()) {
            callback work;
            {
                std::lock_guard const lock{mutex_};
                work = std::move(waiting_[next_++]);
                if (next_ == waiting_.size()) posted_.store(false, std::memory_order_relaxed);
            }
            ++called;
            work();
        }
        return called;
    }

private:
    std::atomic<bool>        posted_{false};
    std::mutex               mutex_;    // for
    detail::vector<callback> waiting_;  // these
    std::size_t              next_ = 0;  // how many of them were called
};

}  // namespace tenon::loop

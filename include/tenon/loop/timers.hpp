// Timers: callbacks ordered by their deadlines, one-shot and periodic, that can be cancelled at any time.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/detail/vector.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tenon::loop {

/// Names a timer for `cancel`; never used again for another one of the same loop.
enum class timer_id : std::uint64_t {};

/// The pending timers of a loop, by the time of `Clock`. Knows no time by itself: `run_due` is told.
///
/// Cost: adding, cancelling and running are O(log n), looking for the next deadline O(1).
/// Threading: one thread. A callback may add and cancel any timer, its own included.
template <class Clock>
class timers {
public:
    using time_point = typename Clock::time_point;
    using duration   = typename Clock::duration;
    using callback   = detail::unique_function<void()>;

    /// Adds a timer; a period of zero makes it run once.
    timer_id add(time_point deadline, duration period, callback work) {
        if (free_.empty()) grow();
        auto const index = free_.back();
        free_.pop_back();
        slot& s    = slots_[index];
        s.deadline = deadline;
        s.period   = period;
        s.sequence = next_sequence_++;
        s.work     = std::move(work);
        s.place    = heap_.size();
        heap_.push_back(index);
        rise(s.place);
        return timer_id{std::uint64_t{s.generation} << 32 | index};
    }

    /// Takes a timer away; false if it is over already. Its callback is not called after that.
    bool cancel(timer_id id) noexcept {
        auto const number     = static_cast<std::uint64_t>(id);
        auto const index      = static_cast<std::uint32_t>(number);
        auto const generation = static_cast<std::uint32_t>(number >> 32);
        if (index >= slots_.size() || slots_[index].generation != generation) return false;
        callback const gone = std::move(slots_[index].work);  // destroyed last: it may own anything
        remove(index);
        return true;
    }

    /// When the timer is due; the beginning of the clock if it is over already.
    [[nodiscard]] time_point deadline(timer_id id) const noexcept {
        auto const number     = static_cast<std::uint64_t>(id);
        auto const index      = static_cast<std::uint32_t>(number);
        auto const generation = static_cast<std::uint32_t>(number >> 32);
        bool const pending    = index < slots_.size() && slots_[index].generation == generation;
        return pending ? slots_[index].deadline : time_point{};
    }

    [[nodiscard]] bool        empty() const noexcept { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

    /// The earliest deadline; only if not empty.
    [[nodiscard]] time_point next() const noexcept { return slots_[heap_.front()].deadline; }

    /// Runs the timers that are due at `now`, in the order of their deadlines, until `halted()`.
    ///
    /// A timer that is added meanwhile waits for the next call, so a callback cannot keep this busy for ever.
    /// A periodic timer that is late by whole periods runs once and keeps its phase: missed ticks are
    /// skipped. Returns how many ran. What a callback throws comes out; all other timers stay as they are.
    template <class Halted>
    std::size_t run_due(time_point now, Halted const& halted) {
        auto const  end = next_sequence_;
        std::size_t ran = 0;
        while (!heap_.empty() && !halted()) {
            auto const index = heap_.front();
            if (slots_[index].deadline > now || slots_[index].sequence >= end) break;
            ++ran;
            if (slots_[index].period > duration::zero())
                run_periodic(index, now);
            else
                run_once(index);
        }
        return ran;
    }

private:
    struct slot {
        time_point    deadline{};
        duration      period{};
        std::uint64_t sequence   = 0;  // the order among equal deadlines
        std::size_t   place      = 0;  // in the heap
        std::uint32_t generation = 1;  // tells the timers apart that have had this slot
        callback      work;
    };

    // Makes a free slot, and room for it in the heap, so that nothing after this can fail.
    void grow() {
        if (free_.capacity() == slots_.size()) {
            auto const room = slots_.size() * 2 + 8;
            slots_.reserve(room);
            heap_.reserve(room);
            free_.reserve(room);
        }
        slots_.push_back(slot{});
        free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }

    void run_once(std::uint32_t index) {
        callback work = std::move(slots_[index].work);
        remove(index);
        work();
    }

    void run_periodic(std::uint32_t index, time_point now) {
        slot& s = slots_[index];
        s.deadline += s.period * ((now - s.deadline) / s.period + 1);
        s.sequence = next_sequence_++;
        sink(s.place);
        // The callback runs outside of its slot, which may go or move meanwhile, and returns if it still may.
        struct lent {
            timers&       owner;
            std::uint32_t index;
            std::uint32_t generation;
            callback      work;
            ~lent() {
                slot& home = owner.slots_[index];
                if (home.generation == generation) home.work = std::move(work);
            }
        } running{*this, index, s.generation, std::move(s.work)};
        running.work();
    }

    void remove(std::uint32_t index) noexcept {
        auto const place = slots_[index].place;
        auto const last  = heap_.back();
        heap_.pop_back();
        if (last != index) {
            put(place, last);
            rise(place);
            sink(slots_[last].place);
        }
        ++slots_[index].generation;
        free_.push_back(index);
    }

    bool before(std::uint32_t a, std::uint32_t b) const noexcept {
        slot const& x = slots_[a];
        slot const& y = slots_[b];
        return x.deadline != y.deadline ? x.deadline < y.deadline : x.sequence < y.sequence;
    }
    void put(std::size_t place, std::uint32_t index) noexcept {
        heap_[place]        = index;
        slots_[index].place = place;
    }
    void rise(std::size_t place) noexcept {
        auto const index = heap_[place];
        for (; place > 0 && before(index, heap_[(place - 1) / 2]); place = (place - 1) / 2)
            put(place, heap_[(place - 1) / 2]);
        put(place, index);
    }
    void sink(std::size_t place) noexcept {
        auto const index = heap_[place];
        for (;;) {
            auto child = place * 2 + 1;
            if (child >= heap_.size()) break;
            if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
            if (!before(heap_[child], index)) break;
            put(place, heap_[child]);
            place = child;
        }
        put(place, index);
    }

    detail::vector<slot>          slots_;
    detail::vector<std::uint32_t> free_;
    detail::vector<std::uint32_t> heap_;
    std::uint64_t                 next_sequence_ = 0;
};

}  // namespace tenon::loop

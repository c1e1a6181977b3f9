// What is going to happen in a simulated network, in the order of time.
#pragma once

#include <tenon/transport/sim/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenon::transport::simulation {

enum class event_kind : std::uint8_t {
    arrival,    ///< The next message of a pipe arrives.
    connect,    ///< A pipe tries to connect for the first time.
    room,       ///< A node whose sockets were full looks again.
    reset,      ///< A pipe learns that its connection is over.
    reconnect,  ///< A pipe tries again. This and what follows may go on for ever.
    silence,    ///< A pipe has not heard of its peer for too long, unless that was back in between.
    linger,     ///< A closed socket gives up what it has not sent.
    wake,       ///< A node has a timer.
    thaw,       ///< A frozen node goes on.
};

/// Something that happens to a pipe, socket or node; to no other that has got its place since (`epoch`).
struct event {
    time_point    time{};
    std::uint64_t sequence = 0;  ///< The order among those of the same time.
    std::uint32_t target   = 0;
    std::uint32_t epoch    = 0;
    event_kind    kind     = event_kind::arrival;
};

/// A flat heap of events, each with up to four below it: fewer levels, and neighbours in one cache line or two.
class event_queue {
public:
    [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }

    /// The time of the next event; `never` if there is none.
    [[nodiscard]] time_point next() const noexcept { return heap_.empty() ? never : heap_.front().time; }

    /// How many messages and first attempts to connect are on their way; those that repeat for ever do not count.
    [[nodiscard]] std::size_t on_their_way() const noexcept { return counted_; }

    void push(time_point time, event_kind kind, std::uint32_t target, std::uint32_t epoch = 0) {
        event const added{time, ++last_, target, epoch, kind};
        counted_ += counts(kind) ? 1 : 0;
        std::size_t place = heap_.size();
        heap_.push_back(added);
        for (; place > 0 && before(added, heap_[(place - 1) / 4]); place = (place - 1) / 4)
            heap_[place] = heap_[(place - 1) / 4];
        heap_[place] = added;
    }

    event pop() noexcept {
        event const first = heap_.front();
        event const last  = heap_.back();
        counted_ -= counts(first.kind) ? 1 : 0;
        heap_.pop_back();
        if (!heap_.empty()) sink(last);
        return first;
    }

private:
    static bool counts(event_kind kind) noexcept { return kind <= event_kind::reset; }
    static bool before(event const& a, event const& b) noexcept {
        return a.time != b.time ? a.time < b.time : a.sequence < b.sequence;
    }

    // Puts `sinking` where the front was.
    void sink(event const& sinking) noexcept {
        std::size_t place = 0;
        for (;;) {
            std::size_t const first = place * 4 + 1;
            if (first >= heap_.size()) break;
            std::size_t const end  = first + 4 < heap_.size() ? first + 4 : heap_.size();
            std::size_t       best = first;
            for (std::size_t child = first + 1; child < end; ++child)
                if (before(heap_[child], heap_[best])) best = child;
            if (!before(heap_[best], sinking)) break;
            heap_[place] = heap_[best];
            place        = best;
        }
        heap_[place] = sinking;
    }

    std::vector<event> heap_;
    std::uint64_t      last_    = 0;
    std::size_t        counted_ = 0;
};

}  // namespace tenon::transport::simulation

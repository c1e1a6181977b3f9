// The timers of a recorder: they are seen, and run out when the test lets time pass.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/unique_function.hpp>
#include <tenon/loop/timers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tenon::testing {

/// A timer that was set and has neither run out nor been cancelled.
struct recorded_timer {
    std::chrono::nanoseconds left;       ///< The time until it runs out.
    std::chrono::nanoseconds period{0};  ///< Zero if it does so once.

    friend bool operator==(recorded_timer const&, recorded_timer const&) = default;
};

namespace detail {

/// Callbacks in the order of their times, in virtual time. A few at a time: everything is a search through all of them.
class recorded_timers {
public:
    using duration = std::chrono::nanoseconds;
    using callback = tenon::detail::unique_function<void()>;

    /// `is_shown`: set by the app, and not by a port for a request, for instance.
    loop::timer_id add(duration delay, duration period, bool is_shown, callback work) {
        waiting_.push_back(
            {loop::timer_id{++last_}, after(now_, std::max(delay, {})), period, is_shown, std::move(work)});
        return waiting_.back().id;
    }
    void cancel(loop::timer_id id) noexcept {
        std::erase_if(waiting_, [id](entry const& each) { return each.id == id; });
    }

    [[nodiscard]] duration now() const noexcept { return now_; }

    /// In the order in which they will run out.
    [[nodiscard]] std::vector<recorded_timer> shown() const {
        std::vector<recorded_timer> all;
        for (std::size_t const i : in_order())
            if (waiting_[i].is_shown) all.push_back({waiting_[i].due - now_, waiting_[i].period});
        return all;
    }

    /// Runs what runs out in `time`, one after the other, each at its time.
    void advance(duration time) {
        duration const until        = after(now_, time);
        std::uint32_t  without_time = 0;
        for (entry* next = first(); next != nullptr && next->due <= until && next->due != never; next = first()) {
            without_time = next->due > now_ ? 0 : without_time + 1;
            if (without_time > most_at_once)
                throw error{errc::transport_error,
                            "one callback after the other runs and no time passes: something asks for more at once, "
                            "such as a timer of zero or a post that posts itself"};
            if (next->due > now_) now_ = next->due;
            run(*next);
        }
        now_ = until;
    }

private:
    static constexpr std::uint32_t most_at_once = 100'000;
    static constexpr duration      never        = duration::max();

    static duration after(duration start, duration delay) noexcept {
        return delay < never - start ? start + delay : never;
    }

    struct entry {
        loop::timer_id id;
        duration       due;
        duration       period;
        bool           is_shown;
        callback       work;
    };

    static bool before(entry const& a, entry const& b) noexcept {
        return a.due != b.due ? a.due < b.due : a.id < b.id;
    }
    entry* first() noexcept {
        entry* best = nullptr;
        for (entry& each : waiting_)
            if (best == nullptr || before(each, *best)) best = &each;
        return best;
    }
    [[nodiscard]] std::vector<std::size_t> in_order() const {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < waiting_.size(); ++i) {
            auto place = order.end();
            while (place != order.begin() && before(waiting_[i], waiting_[*(place - 1)])) --place;
            order.insert(place, i);
        }
        return order;
    }

    /// The callback stands outside of the list meanwhile: it may set and cancel any timer, its own included.
    void run(entry& due) {
        struct lent {
            recorded_timers& owner;
            loop::timer_id   id;
            callback         work;
            ~lent() {
                for (entry& each : owner.waiting_)
                    if (each.id == id) each.work = std::move(work);
            }
        } running{*this, due.id, std::move(due.work)};
        if (due.period.count() <= 0) cancel(running.id);
        else due.due = after(due.due, due.period);
        running.work();
    }

    std::vector<entry> waiting_;
    duration           now_{0};
    std::uint64_t      last_ = 0;
};

}  // namespace detail

}  // namespace tenon::testing

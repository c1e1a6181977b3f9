// Sources: the sockets and descriptors that a loop watches, each with what is called when it is ready.
#pragma once

#include <tenon/detail/unique_function.hpp>
#include <tenon/detail/vector.hpp>

#include <poll.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tenon::loop {

/// Names what a loop watches, for `unwatch`; never used again for another source of the same loop.
enum class source_id : std::uint64_t {};

/// What a loop watches: sockets of a `Transport`, and descriptors, the one of its own wake-up first.
///
/// A position is valid until the next `sweep`: what is added stands behind all others, what is removed leaves a gap.
/// Threading: one thread. A callback may add and remove any source, its own included.
template <class Transport>
class sources {
public:
    using poll_item      = typename Transport::poll_item;
    using work_function  = detail::unique_function<void(short)>;
    using ready_function = bool (*)(void* self, std::size_t budget);

    /// The wake-up is served by the loop itself.
    [[gnu::noinline]] explicit sources(int wake_up) {
        items_.push_back(poll_item{wake_up, short{POLLIN}});
        sources_.push_back(source{});
    }

    /// What is called is `ready(self, budget)`; it returns true if it used its budget up: there may be more.
    [[gnu::noinline]] source_id add(poll_item item, ready_function ready, void* self) {
        source added;
        added.ready = ready;
        added.self  = self;
        return add(item, std::move(added));
    }
    /// What is called is `work(events)`, with the events of poll(2).
    [[gnu::noinline]] source_id add(poll_item item, work_function work) {
        source added;
        added.work = std::move(work);
        return add(item, std::move(added));
    }

    /// False if the source is gone already.
    bool remove(source_id id) noexcept {
        for (std::size_t i = 1; i < sources_.size(); ++i) {
            if (sources_[i].id != static_cast<std::uint64_t>(id)) continue;
            source const gone = std::exchange(sources_[i], source{});  // destroyed last: it may own anything
            pending_ -= gone.again ? 1 : 0;
            removed_ = true;
            return true;
        }
        return false;
    }

    /// Closes the gaps that were left by `remove`; never while one of the callbacks runs.
    void sweep() noexcept {
        if (std::exchange(removed_, false)) close_gaps();
    }

    /// What to wait for.
    [[nodiscard]] std::span<poll_item> items() noexcept { return {items_.data(), items_.size()}; }

    /// True after a wait that was ended by the wake-up.
    [[nodiscard]] bool is_woken_up() const noexcept { return items_.front().ready() != 0; }

    /// True if a source has used its budget up: it is to be called again, ready or not.
    [[nodiscard]] bool is_pending() const noexcept { return pending_ > 0; }

    /// The positions are those from 1 to the last one.
    [[nodiscard]] std::size_t last() const noexcept { return items_.size() - 1; }

    /// True if the source at this position is to be called.
    [[nodiscard]] bool is_ready(std::size_t index) const noexcept {
        source const& s = sources_[index];
        return s.id != 0 && (items_[index].ready() != 0 || s.again);
    }

    /// Calls a source; true if it used its budget up.
    bool call(std::size_t index, std::size_t budget);

    /// True if there are so few sockets that receiving from all of them is no dearer than looking at them.
    [[nodiscard]] bool receive_directly() const noexcept {
        std::size_t sockets = 0;
        if constexpr (receives_alone)
            for (auto const& each : items_) sockets += each.only_receives() ? 1 : 0;
        return sockets == 1 || sockets == 2;
    }

    /// Calls the sockets' sources until one has received something; true if so.
    bool try_to_receive(std::size_t budget) {
        if constexpr (receives_alone)
            for (std::size_t i = 1; i < items_.size(); ++i) {
                if (!items_[i].only_receives() || sources_[i].id == 0) continue;
                static_cast<void>(items_[i].has_received());
                call(i, budget);
                // The source may be gone, socket and all.
                if (sources_[i].id == 0 || items_[i].has_received()) return true;
            }
        return false;
    }

private:
    struct source {
        std::uint64_t  id    = 0;  // 0: removed, waits to be swept
        ready_function ready = nullptr;
        void*          self  = nullptr;
        bool           again = false;  // its budget was used up
        work_function  work;
    };

    /// Poll items can tell whether their socket has received something.
    static constexpr bool receives_alone = requires(poll_item& item) {
        { item.only_receives() } -> std::same_as<bool>;
        { item.has_received() } -> std::same_as<bool>;
    };

    [[gnu::noinline]] source_id add(poll_item item, source added) {
        if (items_.size() == items_.capacity()) items_.reserve(items_.size() * 2);  // both grow or none
        added.id = next_id_;
        sources_.push_back(std::move(added));
        items_.push_back(item);
        return source_id{next_id_++};
    }

    [[gnu::cold]] void close_gaps() noexcept {
        std::size_t kept = 1;
        for (std::size_t i = 1; i < sources_.size(); ++i) {
            if (sources_[i].id == 0) continue;
            if (kept != i) {
                sources_[kept] = std::move(sources_[i]);
                items_[kept]   = items_[i];
            }
            ++kept;
        }
        sources_.truncate(kept);
        items_.truncate(kept);
    }

    detail::vector<poll_item> items_;    // in parallel with
    detail::vector<source>    sources_;  // these
    std::uint64_t             next_id_ = 1;
    std::size_t               pending_ = 0;  // sources with `again`
    bool                      removed_ = false;
};

template <class Transport>
bool sources<Transport>::call(std::size_t index, std::size_t budget) {
    source&    s  = sources_[index];
    auto const id = s.id;
    if (s.ready != nullptr) {
        if (std::exchange(s.again, false)) --pending_;
        if (!s.ready(s.self, budget)) return false;
        if (sources_[index].id == id) {
            sources_[index].again = true;
            ++pending_;
        }
        return true;
    }
    // The callback runs outside of its source, which may go or move meanwhile, and returns if it still may.
    struct lent {
        sources&      owner;
        std::size_t   index;
        std::uint64_t id;
        work_function work;
        ~lent() {
            source& home = owner.sources_[index];
            if (home.id == id) home.work = std::move(work);
        }
    } running{*this, index, id, std::move(s.work)};
    running.work(items_[index].ready());
    return false;
}

}  // namespace tenon::loop

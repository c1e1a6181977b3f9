// The whole forest, tier 3: divided into strips, put together again after each step.
#pragma once

#include "model.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace forest {

/// The forest after the last complete step, and what there is of the next one.
///
/// Strips may come in any order and more than once: one that was computed again, by a worker that had to start anew, is
/// the same as before.
class world {
public:
    /// Divides the forest among `workers`, of which there are at most as many as rows.
    world(terrain const& where, std::uint32_t workers)
        : where_{where}, now_{planted(where)}, next_(now_.size()), parts_(workers) {}

    [[nodiscard]] terrain const&        where() const { return where_; }
    [[nodiscard]] std::uint32_t         workers() const { return static_cast<std::uint32_t>(parts_.size()); }
    [[nodiscard]] std::span<cell const> cells() const { return now_; }

    /// The number of the last complete step, and the counts of all of them, from the first on.
    [[nodiscard]] std::uint32_t              step() const { return static_cast<std::uint32_t>(history_.size()); }
    [[nodiscard]] std::vector<census> const& history() const { return history_; }

    /// The first row of a worker's strip; that of the worker after the last is the number of rows.
    [[nodiscard]] std::uint32_t first_row(std::uint32_t worker) const {
        return static_cast<std::uint32_t>(std::uint64_t{where_.rows} * worker / workers());
    }

    /// Of the last complete step: a worker's strip, and the rows beside it, empty at the edges of the forest.
    [[nodiscard]] std::span<cell const> strip_of(std::uint32_t worker) const {
        return rows(first_row(worker), first_row(worker + 1));
    }
    [[nodiscard]] std::span<cell const> above(std::uint32_t worker) const {
        std::uint32_t const row = first_row(worker);
        return row == 0 ? std::span<cell const>{} : rows(row - 1, row);
    }
    [[nodiscard]] std::span<cell const> below(std::uint32_t worker) const {
        std::uint32_t const row = first_row(worker + 1);
        return row == where_.rows ? std::span<cell const>{} : rows(row, row + 1);
    }

    /// Takes a worker's strip of the next step. False if it cannot be one; then nothing has changed.
    bool accept(std::uint32_t worker, std::span<cell const> cells, census const& counts) {
        if (cells.size() != strip_of(worker).size()) return false;
        if (std::any_of(cells.begin(), cells.end(), [](cell c) { return c >= states; })) return false;
        std::copy(cells.begin(), cells.end(), next_.begin() + offset(first_row(worker)));
        if (!std::exchange(parts_[worker].there, true)) ++there_;
        parts_[worker].counts = counts;
        return true;
    }

    /// If all strips of the next step are there: makes it the last complete one, and returns true.
    bool complete() {
        if (there_ != parts_.size()) return false;
        census sum{};
        for (part& each : parts_) {
            sum += each.counts;
            each.there = false;
        }
        there_ = 0;
        history_.push_back(sum);
        now_.swap(next_);
        return true;
    }

private:
    struct part {
        bool   there = false;
        census counts{};
    };

    [[nodiscard]] std::ptrdiff_t offset(std::uint32_t row) const {
        return static_cast<std::ptrdiff_t>(row) * static_cast<std::ptrdiff_t>(where_.columns);
    }
    [[nodiscard]] std::span<cell const> rows(std::uint32_t first, std::uint32_t last) const {
        return {now_.begin() + offset(first), now_.begin() + offset(last)};
    }

    terrain             where_;
    std::vector<cell>   now_, next_;
    std::vector<part>   parts_;
    std::size_t         there_ = 0;
    std::vector<census> history_;
};

}  // namespace forest

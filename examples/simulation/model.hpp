// The model, tier 3: a forest that grows, is struck by lightning and burns with the wind, in whole numbers.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace forest {

/// The state of a cell: bare ground, a tree, or one of the stages that a tree goes through once it has caught fire.
using cell = std::uint8_t;
inline constexpr cell bare   = 0;
inline constexpr cell tree   = 1;
inline constexpr cell fire   = 2;   ///< From here on it burns, ...
inline constexpr cell ash    = 5;   ///< ... from here on it cools, ...
inline constexpr cell states = 21;  ///< ... and this would be the next one: it is bare ground again.

/// Which forest: all that its history follows from.
struct terrain {
    std::uint64_t seed;
    std::uint32_t rows;
    std::uint32_t columns;
};

/// What there is after a step, and what happened in it.
struct census {
    std::uint32_t trees, burning, cooling;  ///< Cells in that state.
    std::uint32_t grown, struck, caught;    ///< New trees; fires by lightning; fires by a neighbour.

    census& operator+=(census const& other) {
        trees += other.trees, burning += other.burning, cooling += other.cooling;
        grown += other.grown, struck += other.struck, caught += other.caught;
        return *this;
    }
    friend bool operator==(census const&, census const&) = default;
};

/// SplitMix64's last step: every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// Random bits of the cells of one row in one step. They are a function of where and when, so it does not matter which
/// worker asks, in which order, or how often: that is why a forest does not depend on how it is divided.
class dice {
public:
    constexpr dice(std::uint64_t seed, std::uint32_t step, std::uint32_t row)
        : row_{mix(mix(seed + 1) ^ (std::uint64_t{step} << 32 | row))} {}

    constexpr std::uint64_t operator()(std::uint32_t column) const {
        return mix(row_ + (column + 1) * 0x9e3779b97f4a7c15u);
    }

private:
    std::uint64_t row_;
};

/// How fertile the soil is, 0 to 255: a landscape that is interpolated between random points 32 cells apart.
inline std::uint8_t soil(terrain const& where, std::uint32_t row, std::uint32_t column) {
    constexpr std::uint32_t never = ~0u;  // no step has this number
    constexpr std::uint32_t size  = 32;
    auto const              point = [&](std::uint32_t r, std::uint32_t c) {
        return static_cast<std::uint32_t>(dice{where.seed, never, r}(c) & 255);
    };
    std::uint32_t const r = row / size, c = column / size, down = row % size, right = column % size;
    std::uint32_t const top     = point(r, c) * (size - right) + point(r, c + 1) * right;
    std::uint32_t const bottom  = point(r + 1, c) * (size - right) + point(r + 1, c + 1) * right;
    std::uint32_t const between = (top * (size - down) + bottom * down) / (size * size);
    return static_cast<std::uint8_t>(2 * std::clamp(between, 64u, 191u) - 128);  // more contrast
}

/// The forest before the first step: the better the soil, the denser the trees.
inline std::vector<cell> planted(terrain const& where) {
    std::vector<cell> cells;
    cells.reserve(std::size_t{where.rows} * where.columns);
    for (std::uint32_t row = 0; row < where.rows; ++row) {
        dice const random{where.seed, 0, row};
        for (std::uint32_t column = 0; column < where.columns; ++column)
            cells.push_back((random(column) & 255) < 40u + soil(where, row, column) / 2 ? tree : bare);
    }
    return cells;
}

/// Some rows of a forest, which one worker computes.
class strip {
public:
    /// `cells` are whole rows from `first_row` on.
    strip(terrain const& where, std::uint32_t first_row, std::span<cell const> cells)
        : where_{where},
          first_row_{first_row},
          rows_{static_cast<std::uint32_t>(cells.size() / where.columns)},
          cells_(cells.begin(), cells.end()),
          burns_((rows_ + 2) * width()) {
        soil_.reserve(cells.size());
        for (std::uint32_t row = 0; row < rows_; ++row)
            for (std::uint32_t column = 0; column < where.columns; ++column)
                soil_.push_back(soil(where, first_row + row, column));
    }

    [[nodiscard]] std::span<cell const> cells() const { return cells_; }

    /// Computes step number `step`. `above` and `below` are the rows beside the strip as they were before it; empty at
    /// the edges of the forest, where nothing burns.
    census advance(std::uint32_t step, std::span<cell const> above, std::span<cell const> below) {
        mark_fires(0, above);
        for (std::uint32_t row = 0; row < rows_; ++row)
            mark_fires(row + 1, std::span{cells_}.subspan(row * std::size_t{where_.columns}, where_.columns));
        mark_fires(rows_ + 1, below);
        census counts{};
        for (std::uint32_t row = 0; row < rows_; ++row) advance_row(step, row, counts);
        return counts;
    }

private:
    /// A neighbour, and the chances of 256 that its fire comes over. The wind blows from the west.
    struct neighbour {
        int      row, column;
        unsigned chances;
    };
    static constexpr std::array<neighbour, 8> neighbours{
        {{-1, -1, 100}, {-1, 0, 75}, {-1, 1, 25}, {0, -1, 190}, {0, 1, 40}, {1, -1, 100}, {1, 0, 75}, {1, 1, 25}}};

    /// A row of `burns_`: one cell more on both sides, so that every cell has eight neighbours.
    [[nodiscard]] std::size_t width() const { return std::size_t{where_.columns} + 2; }

    void mark_fires(std::uint32_t row, std::span<cell const> cells) {
        std::uint8_t* const marks = &burns_[row * width() + 1];
        for (std::size_t i = 0; i < where_.columns; ++i)
            marks[i] = i < cells.size() && cells[i] >= fire && cells[i] < ash;
    }

    // Neighbours matter only by whether they burn, and that is noted in `burns_`: so the cells change in place.
    void advance_row(std::uint32_t step, std::uint32_t row, census& counts) {
        dice const          random{where_.seed, step, first_row_ + row};
        std::size_t const   first = row * std::size_t{where_.columns};
        std::uint8_t const* burns = &burns_[(row + 1) * width() + 1];
        for (std::uint32_t column = 0; column < where_.columns; ++column) {
            cell& now = cells_[first + column];
            if (now == bare)
                now = grow(random(column), soil_[first + column], counts);
            else if (now == tree)
                now = stand(random(column), burns + column, counts);
            else
                now = now + 1 == states ? bare : static_cast<cell>(now + 1);
            counts.trees += now == tree;
            counts.burning += now >= fire && now < ash;
            counts.cooling += now >= ash;
        }
    }

    static cell grow(std::uint64_t random, std::uint8_t fertility, census& counts) {
        if ((random & 0xffff) >= 40u + 9u * fertility) return bare;
        ++counts.grown;
        return tree;
    }

    cell stand(std::uint64_t random, std::uint8_t const* burns, census& counts) const {
        auto const width  = static_cast<std::ptrdiff_t>(this->width());
        auto const around = [&](std::ptrdiff_t row) { return burns[row - 1] | burns[row] | burns[row + 1]; };
        if ((around(-width) | around(0) | around(width)) == 0) {
            constexpr std::uint64_t strike = 25'000;  // of 2^32 trees and steps
            if (random >> 32 >= strike) return tree;
            ++counts.struck;
            return fire;
        }
        for (neighbour const& from : neighbours) {
            bool const comes_over = (random & 255) < from.chances;
            random >>= 8;
            if (burns[from.row * width + from.column] == 0 || !comes_over) continue;
            ++counts.caught;
            return fire;
        }
        return tree;
    }

    terrain                   where_;
    std::uint32_t             first_row_, rows_;
    std::vector<cell>         cells_;
    std::vector<std::uint8_t> soil_;
    std::vector<std::uint8_t> burns_;  // before the step: which cells burn, with a margin all around
};

}  // namespace forest

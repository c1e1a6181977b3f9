// What workers and the coordinator say to each other.
#pragma once

#include "model.hpp"

#include <tenon/protocol/protocol.hpp>

#include <cstdint>
#include <span>

/// A worker has started, for the first time or again.
struct join {
    std::uint32_t worker;
};

/// What it is to do: its strip and the rows beside it, as they are after `step`. All that it needs is in here, so a
/// worker that starts anew goes on where the forest is.
struct assignment {
    std::uint32_t                 life;  ///< How often this worker has joined before.
    forest::terrain               where;
    std::uint32_t                 step;
    std::uint32_t                 last_step;
    std::uint32_t                 first_row;
    std::span<forest::cell const> cells;  ///< These and those below are borrowed: nothing of a forest is copied twice.
    std::span<forest::cell const> above;
    std::span<forest::cell const> below;
};

/// A worker has computed its strip of step `step`.
struct advanced {
    std::uint32_t                 worker;
    std::uint32_t                 life;
    std::uint32_t                 step;
    forest::census                counts;
    std::span<forest::cell const> cells;
};

/// The rows beside the strip after `step`. Answered as soon as every strip of that step is there.
struct neighbours {
    std::uint32_t                 step;
    std::span<forest::cell const> above;
    std::span<forest::cell const> below;
};

using strip_protocol = tenon::protocol<tenon::request<join, assignment>, tenon::request<advanced, neighbours>>;

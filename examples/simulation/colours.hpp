// The colours of the forest, in the picture and on the terminal.
#pragma once

#include "model.hpp"
#include "png.hpp"

#include <array>
#include <cstdint>

namespace forest {

/// A colour for each state of a cell: earth, green, flames that grow darker, ash that turns to earth.
constexpr std::array<colour, states> make_palette() {
    std::array<colour, states> all{};
    all[bare]     = {58, 46, 34};
    all[tree]     = {46, 125, 50};
    all[fire]     = {255, 236, 120};
    all[fire + 1] = {255, 160, 30};
    all[fire + 2] = {214, 60, 10};
    for (unsigned i = 0; i + ash < states; ++i) {
        unsigned const left  = states - ash - i;
        auto const     fade  = [&](unsigned from, unsigned to) {
            return static_cast<std::uint8_t>(to + left * (from - to) / (states - ash));
        };
        all[ash + i] = {fade(120, 58), fade(112, 46), fade(106, 34)};
    }
    return all;
}
inline constexpr std::array<colour, states> palette = make_palette();

}  // namespace forest

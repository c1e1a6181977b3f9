// The forest on a terminal, in colours, drawn in place.
#pragma once

#include "colours.hpp"
#include "world.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

/// The forest on a terminal, two cells or blocks of cells in each character, and a line below. For terminals with
/// 24-bit colours.
class live_picture {
public:
    live_picture()                               = default;
    live_picture(live_picture const&)            = delete;
    live_picture& operator=(live_picture const&) = delete;
    ~live_picture() { finish(); }

    /// Draws over what it has drawn before.
    void draw(forest::world const& of, std::string const& line) {
        out_ = lines_ == 0 ? "\x1b[?25l"  // hides the cursor
                           : "\x1b[" + std::to_string(lines_) + "F";
        extent const        room = window();
        std::uint32_t const rows = of.where().rows, columns = of.where().columns;
        std::uint32_t const block =
            std::max((columns + room.columns - 1) / room.columns, (rows + room.rows - 1) / room.rows);
        lines_ = 1;
        for (std::uint32_t row = 0; row < rows; row += 2 * block, ++lines_) {
            for (std::uint32_t column = 0; column < columns; column += block) {
                paint("\x1b[38;2;", blend(of, row, column, block));
                paint("\x1b[48;2;", blend(of, row + block, column, block));
                out_ += "\u2580";  // the upper half of a character
            }
            out_ += "\x1b[0m\x1b[K\n";
        }
        out_.append(line.substr(0, room.columns)).append("\x1b[K\n");
        flush();
    }

    /// Gives the terminal back, below the picture.
    void finish() {
        if (lines_ == 0) return;
        out_   = "\x1b[?25h";
        lines_ = 0;
        flush();
    }

private:
    struct extent {
        std::uint32_t columns, rows;
    };

    /// How many blocks there is room for.
    static extent window() {
        winsize size{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row < 4) return {80, 40};
        return {size.ws_col, 2u * (size.ws_row - 3u)};
    }

    /// The colour of a block of cells. Flames count more, or the front of a fire would pale.
    static colour blend(forest::world const& of, std::uint32_t first_row, std::uint32_t first_column,
                        std::uint32_t block) {
        std::uint32_t const columns     = of.where().columns;
        std::uint32_t const last_row    = std::min(first_row + block, of.where().rows);
        std::uint32_t const last_column = std::min(first_column + block, columns);
        std::uint32_t red = 0, green = 0, blue = 0, all = 0;
        for (std::uint32_t row = first_row; row < last_row; ++row)
            for (std::uint32_t column = first_column; column < last_column; ++column) {
                forest::cell const  state  = of.cells()[std::size_t{row} * columns + column];
                std::uint32_t const weight = state >= forest::fire && state < forest::ash ? 8 : 1;
                colour const&       c      = forest::palette[state];
                red += weight * c.red, green += weight * c.green, blue += weight * c.blue, all += weight;
            }
        auto const part = [&](std::uint32_t sum) { return static_cast<std::uint8_t>(all == 0 ? 0 : sum / all); };
        return {part(red), part(green), part(blue)};
    }

    void paint(char const* what, colour c) {
        out_ += what;
        out_ += std::to_string(c.red) + ';' + std::to_string(c.green) + ';' + std::to_string(c.blue) + 'm';
    }

    void flush() const {
        std::fwrite(out_.data(), 1, out_.size(), stdout);
        std::fflush(stdout);
    }

    std::string out_;
    std::size_t lines_ = 0;  // how many were drawn
};

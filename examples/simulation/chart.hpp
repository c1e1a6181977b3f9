// The history of a forest as a chart in SVG. Only whole numbers are written, so that it is the same everywhere.
#pragma once

#include "model.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace forest {

/// Puts a chart together, in tenths of a pixel.
class chart {
public:
    explicit chart(std::span<census const> history) : history_{history} {}

    std::string draw(terrain const& where) {
        svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"600\" viewBox=\"0 0 9600 6000\" "
               "font-family=\"sans-serif\" font-size=\"140\" fill=\"#333\">\n"
               "<rect width=\"9600\" height=\"6000\" fill=\"#fff\"/>\n";
        text(left, 380, "start", "A forest of " + std::to_string(where.rows) + " × " + std::to_string(where.columns) +
                                     " cells, seed " + std::to_string(where.seed));
        panel({700, 2800, "trees", "#2e7d32"}, [](census const& c) { return c.trees; });
        panel({3300, 5400, "burning cells", "#d63c0a"}, [](census const& c) { return c.burning; });
        text((left + right) / 2, 5860, "middle", "step");
        return svg_ + "</svg>\n";
    }

private:
    static constexpr std::uint64_t left = 900, right = 9300;

    struct frame {
        std::uint64_t    top, bottom;
        std::string_view title, colour;
    };

    /// The smallest of 1, 2, 5, 10, 20, ... that is not below `number`.
    static std::uint64_t round_up(std::uint64_t number) {
        for (std::uint64_t ten = 1;; ten *= 10)
            for (std::uint64_t const nice : {ten, 2 * ten, 5 * ten})
                if (nice >= number) return nice;
    }

    template <class Count>
    void panel(frame const& at, Count count) {
        std::uint64_t most = 1;
        for (census const& each : history_) most = std::max<std::uint64_t>(most, count(each));
        std::uint64_t const tick = round_up((most + 3) / 4), top = (most + tick - 1) / tick * tick;
        auto const          y    = [&](std::uint64_t n) { return at.bottom - (at.bottom - at.top) * n / top; };
        for (std::uint64_t n = 0; n <= top; n += tick) {
            line(left, y(n), right, y(n));
            text(left - 80, y(n) + 50, "end", std::to_string(n));
        }
        std::uint64_t const steps = history_.size(), stride = round_up((steps + 9) / 10);
        auto const          x     = [&](std::uint64_t step) { return left + (right - left) * step / steps; };
        for (std::uint64_t step = 0; step <= steps; step += stride) {
            line(x(step), at.bottom, x(step), at.bottom + 60);
            text(x(step), at.bottom + 220, "middle", std::to_string(step));
        }
        text(left, at.top - 120, "start", at.title);
        svg_.append("<polyline fill=\"none\" stroke-width=\"18\" stroke-linejoin=\"round\" stroke=\"");
        svg_.append(at.colour).append("\" points=\"");
        for (std::size_t i = 0; i < history_.size(); ++i)
            svg_ += std::to_string(x(i + 1)) + ',' + std::to_string(y(count(history_[i]))) + ' ';
        svg_ += "\"/>\n";
    }

    void line(std::uint64_t x1, std::uint64_t y1, std::uint64_t x2, std::uint64_t y2) {
        svg_ += "<path stroke=\"#ccc\" stroke-width=\"8\" d=\"M" + std::to_string(x1) + ' ' + std::to_string(y1) + 'L' +
                std::to_string(x2) + ' ' + std::to_string(y2) + "\"/>\n";
    }

    void text(std::uint64_t x, std::uint64_t y, std::string_view anchor, std::string_view words) {
        svg_ += "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"";
        svg_.append(anchor).append("\">").append(words).append("</text>\n");
    }

    std::span<census const> history_;
    std::string             svg_;
};

}  // namespace forest

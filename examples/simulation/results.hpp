// The files that a run leaves: the forest as a picture, its history as a chart and as a table.
#pragma once

#include "chart.hpp"
#include "colours.hpp"
#include "png.hpp"
#include "world.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>

/// Writes `path` whole or not at all. Throws if that cannot be done.
inline void write_file(std::filesystem::path const& path, std::string const& bytes) {
    std::filesystem::path const unfinished = path.string() + ".unfinished";
    std::FILE* const            file       = std::fopen(unfinished.c_str(), "wb");
    bool good = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    int  why  = errno;
    if (file != nullptr && std::fclose(file) != 0) {
        if (good) why = errno;
        good = false;
    }
    if (!good) throw std::runtime_error{"cannot write " + path.string() + ": " + std::strerror(why)};
    std::filesystem::rename(unfinished, path);
}

/// A line for each step.
inline std::string to_csv(std::span<forest::census const> history) {
    std::string   table{"step,trees,burning,cooling,grown,struck,caught\n"};
    std::uint32_t step = 0;
    for (forest::census const& c : history) {
        table += std::to_string(++step);
        for (std::uint32_t const count : {c.trees, c.burning, c.cooling, c.grown, c.struck, c.caught})
            table.append(",").append(std::to_string(count));
        table += '\n';
    }
    return table;
}

/// Writes forest.png, curves.svg and totals.csv into `folder`, which is there.
inline void write_results(forest::world const& of, std::filesystem::path const& folder) {
    write_file(folder / "forest.png", to_png(of.cells(), of.where().columns, forest::palette, 2));
    write_file(folder / "curves.svg", forest::chart{of.history()}.draw(of.where()));
    write_file(folder / "totals.csv", to_csv(of.history()));
}

// What a run of the simulation is told on the command line.
#pragma once

#include "../options.hpp"
#include "model.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What is to be seen of a run.
enum class display : std::uint8_t { nothing, lines, picture };

/// The coordinator's configuration.
struct settings {
    forest::terrain where;
    std::uint32_t   workers;
    std::uint32_t   steps;
    std::uint32_t   steps_per_second;  ///< 0: as fast as it goes.
    display         show;
    std::string     folder;            ///< Where the results go; empty: nowhere.
};

/// A drill: a worker kills itself, and nothing may come of it.
struct crash {
    enum class moment : std::uint8_t {
        received,  ///< It knows all that it needs for the step.
        computed,  ///< It has not told anybody.
        sent,      ///< What it sent may have left or not.
    };
    std::uint32_t worker;
    std::uint32_t step;
    moment        when;
};

inline constexpr char usage[] =
    "simulation [--workers N] [--steps N] [--seed N] [--size ROWSxCOLUMNS] [--out DIR]\n"
    "       [--show nothing|lines|picture] [--rate STEPS_PER_SECOND]\n"
    "       [--crash STEP[:WORKER[:received|computed|sent]],...]";

/// Takes the text up to `end` off the front of `rest`.
inline std::string_view take_word(std::string_view& rest, char end) {
    auto const at   = rest.find(end);
    auto const word = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return word;
}

/// A whole number from `least` to `most`, or the end of the program.
inline std::uint32_t read_number(options const& given, std::string_view word, std::uint32_t least, std::uint32_t most) {
    std::uint64_t number = 0;
    bool          good   = !word.empty() && word.size() <= 10;
    for (char const c : word) {
        good   = good && c >= '0' && c <= '9';
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    std::string const what = "not a number from " + std::to_string(least) + " to " + std::to_string(most) + ":";
    if (!good || number < least || number > most) given.fail(what.c_str(), word);
    return static_cast<std::uint32_t>(number);
}

inline display read_display(options const& given, bool on_terminal) {
    std::string const word = given.value("--show", on_terminal ? "picture" : "lines");
    if (word == "nothing") return display::nothing;
    if (word == "lines") return display::lines;
    if (word != "picture") given.fail("nothing that can be shown:", word);
    return display::picture;
}

inline settings read_settings(options const& given, bool on_terminal) {
    auto const number = [&](std::string_view name, char const* otherwise, std::uint32_t least, std::uint32_t most) {
        return read_number(given, given.value(name, otherwise), least, most);
    };
    settings          made{};
    std::string const size = given.value("--size", "216x384");
    std::string_view  rest = size;
    made.show              = read_display(given, on_terminal);
    made.where.seed        = number("--seed", "1", 0, 4'000'000'000);
    made.where.rows        = read_number(given, take_word(rest, 'x'), 1, 4096);
    made.where.columns     = read_number(given, rest, 1, 4096);
    made.workers           = number("--workers", "4", 1, 64);
    made.steps             = number("--steps", "200", 1, 1'000'000);
    made.steps_per_second  = number("--rate", made.show == display::picture ? "40" : "0", 0, 1000);
    made.folder            = given.value("--out", "");
    if (made.workers > made.where.rows) given.fail("more workers than rows of cells in", size);
    return made;
}

/// The drills of `--crash`, in the order given.
inline std::vector<crash> read_crashes(options const& given, settings const& of) {
    std::vector<crash> made;
    std::string const  text = given.value("--crash", "");
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view one = take_word(rest, ',');
        crash            read{0, read_number(given, take_word(one, ':'), 1, of.steps), crash::moment::computed};
        if (!one.empty()) read.worker = read_number(given, take_word(one, ':'), 0, of.workers - 1);
        if (one == "received") read.when = crash::moment::received;
        else if (one == "sent") read.when = crash::moment::sent;
        else if (!one.empty() && one != "computed") given.fail("no moment of a crash:", one);
        made.push_back(read);
    }
    return made;
}

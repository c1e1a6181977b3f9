// Putting a sentence together out of pieces.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace tenon::detail {

/// The pieces in one string. Error texts are made with it: a chain of `+` on strings costs every file that includes us
/// compile time and code, though it hardly ever runs.
[[gnu::noinline]] inline std::string concat(std::initializer_list<std::string_view> pieces) {
    std::string text;
    for (std::string_view const piece : pieces) text.append(piece);
    return text;
}

/// A number in decimal, as a piece.
[[gnu::noinline]] inline std::string digits(unsigned long long number) {
    char  text[24];
    char* start = text + sizeof text;
    do *--start = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    return {start, static_cast<std::size_t>(text + sizeof text - start)};
}

}  // namespace tenon::detail

// What the laws are tried with: a report of the broken ones, frames, and reproducible dice.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::testing::laws {

/// Sentences about broken laws, "law: message: what happened"; of each law the first three.
class report {
public:
    void broken(std::string_view law, std::string_view where, std::string_view what) {
        auto const start = std::string{law} + ": ";
        auto const count = std::count_if(sentences_.begin(), sentences_.end(),
                                         [&](std::string const& one) { return one.starts_with(start); });
        if (count < 3) sentences_.push_back(start + std::string{where} + ": " + std::string{what});
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(sentences_); }

private:
    std::vector<std::string> sentences_;
};

/// A frame of its own on the heap, without a spare byte: AddressSanitizer sees the first one read beyond it.
using frame = std::vector<std::byte>;

/// The same numbers on every machine (splitmix64, public domain, Sebastiano Vigna).
struct random {
    std::uint64_t state;

    std::uint64_t next() noexcept {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
        z               = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z               = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t bound) noexcept { return static_cast<std::size_t>(next() % bound); }
    std::byte byte() noexcept { return static_cast<std::byte>(next() & 0xff); }
};

}  // namespace tenon::testing::laws

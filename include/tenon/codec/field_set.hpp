// Which fields of a struct have been read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tenon::codec::detail {

/// A set of field indices below `N`.
template <std::size_t N>
class field_set {
public:
    [[nodiscard]] bool contains(std::size_t i) const noexcept { return (words_[i / 64] >> (i % 64) & 1) != 0; }
    /// True if all `N` are in it; for `N` below 64, as structs are as a rule.
    [[nodiscard]] bool is_full() const noexcept { return N < 64 && words_[0] == (std::uint64_t{1} << N % 64) - 1; }
    /// The indices as bits, 64 in a word.
    [[nodiscard]] std::uint64_t const* words() const noexcept { return words_.data(); }
    void add(std::size_t i) noexcept { words_[i / 64] |= std::uint64_t{1} << (i % 64); }

private:
    std::array<std::uint64_t, N / 64 + 1> words_{};
};

}  // namespace tenon::codec::detail

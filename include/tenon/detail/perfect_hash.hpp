// Finding one of a fixed set of words with one hash and one compare; the table is made while compiling.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::detail {

/// A table without collisions over `N` different words: from length, three characters and a seed where that tells
/// all words apart, else from all characters.
///
/// A few words need no more than the right seed. For many there is none, so they are spread over buckets first, and
/// each bucket is moved to where its words find free slots (hash and displace: Belazzougui, Botelho and
/// Dietzfelbinger 2009).
template <std::size_t N>
struct perfect_hash {
    static constexpr std::size_t power_of_two_from(std::size_t least) noexcept {
        std::size_t size = 1;
        while (size < least) size *= 2;
        return size;
    }
    static constexpr bool          spread     = N > 16;
    static constexpr std::size_t   table_size = spread ? power_of_two_from(N * 2) : power_of_two_from(N * 4 + 4);
    static constexpr std::size_t   buckets    = spread ? power_of_two_from(N / 2) : 1;
    static constexpr std::uint16_t empty      = 0xffff;
    static_assert(buckets <= 256, "tenon: at most 512 words");

    std::uint32_t                         seed      = 0;
    bool                                  all_chars = false;
    bool                                  found     = false;
    std::array<std::uint8_t, buckets>     moved_by{};
    std::array<std::uint16_t, table_size> slots{};

    consteval explicit perfect_hash(std::array<std::string_view, N> const& words) noexcept {
        for (int kind = 0; kind < 2 && !found; ++kind) {
            all_chars = kind == 1;
            seed      = 0x9e3779b1u;
            for (int attempt = 0; attempt < 100 && !found; ++attempt) {
                std::array<std::uint32_t, N> hashes{};
                for (std::size_t i = 0; i < N; ++i) hashes[i] = hash(words[i]);
                if (!distinct(hashes)) break;  // no seed tells these apart
                found = fill(hashes);
                if (!found) seed = (seed * 1664525u + 1013904223u) | 1u;
            }
        }
    }

    /// The index of the only word that `word` can be, or something not below `N`.
    [[nodiscard]] constexpr std::size_t candidate(std::string_view word) const noexcept {
        std::uint32_t const hashed = hash(word);
        return slots[position(hashed, moved_by[bucket_of(hashed)])];
    }

private:
    [[nodiscard]] constexpr std::uint32_t hash(std::string_view word) const noexcept {
        if (all_chars) {
            std::uint32_t state = seed;
            for (char const c : word) state = (state ^ static_cast<unsigned char>(c)) * 16777619u;
            return state ^ state >> 15;
        }
        if (word.empty()) return 0;
        auto const at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(word[i])); };
        std::uint32_t const mixed = (at(0) | at(word.size() / 2) << 8 | at(word.size() - 1) << 16 |
                                     static_cast<std::uint32_t>(word.size()) << 24) *
                                    seed;
        return mixed ^ mixed >> 15;
    }

    static constexpr std::size_t bucket_of(std::uint32_t hashed) noexcept { return hashed >> 24 & (buckets - 1); }
    static constexpr std::size_t position(std::uint32_t hashed, std::uint8_t moved) noexcept {
        if constexpr (spread) hashed += moved * (hashed >> 12 | 1u);
        return hashed & (table_size - 1);
    }

    // Quadratic, but over numbers and without calls: cheap for a compiler too.
    static constexpr bool distinct(std::array<std::uint32_t, N> const& hashes) noexcept {
        for (std::size_t b = 1; b < N; ++b)
            for (std::size_t a = 0; a < b; ++a)
                if (hashes[a] == hashes[b]) return false;
        return true;
    }

    constexpr bool fill(std::array<std::uint32_t, N> const& hashes) noexcept {
        slots.fill(empty);
        std::array<std::size_t, buckets> counts{};
        std::size_t                      largest = 0;
        for (std::uint32_t const hashed : hashes)
            if (std::size_t const count = ++counts[bucket_of(hashed)]; count > largest) largest = count;
        // The full buckets first: they are the hardest to place.
        for (; largest > 0; --largest)
            for (std::size_t b = 0; b < buckets; ++b)
                if (counts[b] == largest && !place(hashes, b)) return false;
        return true;
    }

    constexpr bool place(std::array<std::uint32_t, N> const& hashes, std::size_t bucket) noexcept {
        for (unsigned moved = 0; moved < (spread ? 256 : 1); ++moved) {
            moved_by[bucket] = static_cast<std::uint8_t>(moved);
            std::size_t i    = 0;
            for (; i < N; ++i) {
                if (bucket_of(hashes[i]) != bucket) continue;
                auto& slot = slots[position(hashes[i], moved_by[bucket])];
                if (slot != empty) break;
                slot = static_cast<std::uint16_t>(i);
            }
            if (i == N) return true;
            while (i-- > 0)
                if (bucket_of(hashes[i]) == bucket) slots[position(hashes[i], moved_by[bucket])] = empty;
        }
        return false;
    }
};

}  // namespace tenon::detail

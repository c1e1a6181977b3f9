// The arena: addresses that stay, alignment, and memory that is kept.
#include <tenon/codec/arena.hpp>

#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

using tenon::codec::detail::arena;

static_assert(std::is_nothrow_move_constructible_v<arena> && std::is_nothrow_move_assignable_v<arena>);
static_assert(!std::is_copy_constructible_v<arena>);

namespace {

// Takes pieces of many sizes, fills each with its own byte, and tells whether all still hold it at the end.
bool pieces_stay_apart(arena& memory, std::size_t count) {
    std::vector<std::pair<std::byte*, std::size_t>> pieces;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t const size  = i * 7 % 100;
        std::byte* const  piece = memory.take(size);
        if (size != 0) std::memset(piece, static_cast<int>(i % 251), size);
        pieces.emplace_back(piece, size);
    }
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t at = 0; at < pieces[i].second; ++at)
            if (pieces[i].first[at] != static_cast<std::byte>(i % 251)) return false;
    return true;
}

}  // namespace

TEST_CASE("what was taken from an arena stays in place while more is taken") {
    arena memory;
    CHECK(pieces_stay_apart(memory, 1000));
    memory.reset();
    CHECK(pieces_stay_apart(memory, 2000));
}

TEST_CASE("an arena gives memory at the alignment that is asked for") {
    arena memory;
    for (std::size_t round = 0; round < 200; ++round) {
        memory.take(round % 5);
        for (std::size_t alignment = 1; alignment <= alignof(std::max_align_t); alignment *= 2) {
            auto const address = reinterpret_cast<std::uintptr_t>(memory.take(3, alignment));
            CHECK(address % alignment == 0);
        }
    }
}

TEST_CASE("an arena that is reset gives the same memory again") {
    arena memory;
    for (int i = 0; i < 100; ++i) memory.take(100);
    memory.reset();  // now it forgets the blocks, and next makes one of all
    std::byte* const first = memory.take(10'000);
    for (int round = 0; round < 3; ++round) {
        memory.reset();
        CHECK(memory.take(4'000) == first);
        CHECK(memory.take(6'000) == first + 4'000);
    }
}

TEST_CASE("an arena can be moved with what was taken from it") {
    arena            memory;
    std::byte* const piece = memory.take(8);
    std::memset(piece, 7, 8);
    arena moved{std::move(memory)};
    CHECK(piece[7] == std::byte{7});
    moved.reset();
    CHECK(moved.take(8) == piece);
    arena other;
    other = std::move(moved);
    other.reset();
    CHECK(other.take(8) == piece);
}

TEST_CASE("an arena gives nothing for nothing and throws when there is no such memory") {
    arena memory;
    memory.take(0);
    memory.reset();
    CHECK_THROWS_AS(memory.take(SIZE_MAX - 8), std::bad_alloc);
    CHECK(pieces_stay_apart(memory, 10));
}

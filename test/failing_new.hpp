// An operator new that runs out of memory when a test wants it to, and counts what is not given back. Included by one
// file of the program only: the replacement holds for all of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace memory {

std::atomic<std::int64_t>  live{0};          // allocations of all threads that are not given back
thread_local std::uint64_t left      = 0;    // of this thread: the one that makes it 0 fails; 0: none does
thread_local std::uint64_t in_a_row  = 1;    // how many fail then
thread_local bool          out       = false;  // one has failed since `fail_at`
thread_local bool (*counts)()        = nullptr;  // if given, only allocations for which it is true count

// From now on the n-th allocation of this thread fails, and `row` of them in a row; none if n is 0.
inline void fail_at(std::uint64_t n, std::uint64_t row = 1, bool (*which)() = nullptr) {
    left     = n;
    in_a_row = row;
    out      = false;
    counts   = which;
}

inline bool is_to_fail() noexcept {
    if (left == 0 || (counts != nullptr && !counts()) || left-- > 1) return false;
    out  = true;
    left = --in_a_row > 0 ? 1 : 0;
    return true;
}

inline void* take(std::size_t size) noexcept {
    if (is_to_fail()) return nullptr;
    void* const taken = std::malloc(size == 0 ? 1 : size);
    if (taken != nullptr) live.fetch_add(1, std::memory_order_relaxed);
    return taken;
}
inline void give_back(void* taken) noexcept {
    if (taken == nullptr) return;
    live.fetch_sub(1, std::memory_order_relaxed);
    std::free(taken);
}

inline void* take_or_throw(std::size_t size) {
    if (void* const taken = take(size)) return taken;
    throw std::bad_alloc{};
}

}  // namespace memory

// Not inlined: g++ compares what it sees of new and delete, and warns that free() does not match operator new.
[[gnu::noinline]] void* operator new(std::size_t size) { return memory::take_or_throw(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return memory::take_or_throw(size); }
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return memory::take(size); }
[[gnu::noinline]] void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return memory::take(size); }
[[gnu::noinline]] void operator delete(void* taken) noexcept { memory::give_back(taken); }
[[gnu::noinline]] void operator delete(void* taken, std::size_t) noexcept { memory::give_back(taken); }
[[gnu::noinline]] void operator delete(void* taken, std::nothrow_t const&) noexcept { memory::give_back(taken); }
[[gnu::noinline]] void operator delete[](void* taken) noexcept { memory::give_back(taken); }
[[gnu::noinline]] void operator delete[](void* taken, std::size_t) noexcept { memory::give_back(taken); }
[[gnu::noinline]] void operator delete[](void* taken, std::nothrow_t const&) noexcept { memory::give_back(taken); }

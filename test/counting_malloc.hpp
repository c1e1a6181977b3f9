// Counts what each thread of a test program allocates, at malloc itself. Included by one file of the program only: the
// replacement holds for all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>  // first: declares what is replaced here

// Sanitizers bring a malloc of their own, which must not be replaced: with them the messages travel, but nothing is
// counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTED 0
#endif
#endif
#ifndef COUNTED
#define COUNTED 1
#endif

namespace {
thread_local std::uint64_t allocations = 0;
}

#if COUNTED

// glibc's own allocator, under the names that it exports for replacements like this one.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);

void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
    ++allocations;
    return __libc_realloc(old, size);
}
}
#endif

// How much the tests of endurance send: as much as was promised, except where a sanitizer makes everything slow.
#pragma once

#include <cstdio>

#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TENON_TEST_IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TENON_TEST_IS_SANITIZED 1
#endif

namespace many {

#ifdef TENON_TEST_IS_SANITIZED
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// The resident memory of this process in bytes (proc(5), statm).
inline long resident_bytes() {
    long              pages = 0, resident = 0;
    std::FILE* const  statm = std::fopen("/proc/self/statm", "r");
    if (statm == nullptr || std::fscanf(statm, "%ld %ld", &pages, &resident) != 2) resident = -1;
    if (statm != nullptr) std::fclose(statm);
    return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace many

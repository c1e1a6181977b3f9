// Durations, clocks and their literals, without the calendars and streams that <chrono> brings in C++20.
#pragma once

// libstdc++ has kept them in a header of their own since g++ 12; <mutex> includes it too. All of <chrono> costs ten
// times as much.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

// That header is the standard library's own business: what Tenon expects to find in it is held here.
namespace tenon {
static_assert(std::chrono::steady_clock::is_steady && sizeof(std::chrono::system_clock::time_point) != 0);
}  // namespace tenon

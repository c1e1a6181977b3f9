// What a parent's start throws, in the same words for every launch policy.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/duration.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/launch/exit_status.hpp>

#include <cstring>
#include <string_view>

namespace tenon::launch::detail {

using tenon::detail::concat;
using tenon::detail::digits;
using tenon::detail::throw_error;

/// The child's own error: its code, and its text.
[[noreturn, gnu::cold]] inline void throw_failed(failure const& told) {
    throw_error(told.code, {"the child failed before it was ready: ", told.text});
}

[[noreturn, gnu::cold]] inline void throw_ended(exit_status status, std::string_view hint = {}) {
    throw_error(errc::launch_failed, {"the child ", describe(status), " before it was ready", hint});
}

[[noreturn, gnu::cold]] inline void throw_not_ready(time_limit timeout, std::string_view hint = {}) {
    auto const ns   = std::chrono::nanoseconds{timeout}.count();
    auto const time = digits(ns < 0 ? 0 : static_cast<unsigned long long>(ns) / 1'000'000);
    throw_error(errc::not_ready, {"the child was not ready within ", time, " ms", hint});
}

/// A system call failed: says what it was for and the system's reason.
[[noreturn, gnu::cold]] inline void throw_system(std::string_view what, int error_number) {
    throw_error(errc::launch_failed, {what, ": ", std::strerror(error_number)});
}

}  // namespace tenon::launch::detail

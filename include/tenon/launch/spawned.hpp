// The first line of main in a program whose processes are launched by spawn.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/launch/fork_process.hpp>
#include <tenon/launch/spawn_job.hpp>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/prctl.h>

namespace tenon::launch {

/// Runs this process's entry if it was started by `launch::spawn`, and returns the exit code for main to
/// return; returns nothing in a process that was started in any other way.
///
/// Has to come first in main, so that a child does not begin to do the parent's work:
/// `if (auto code = tenon::launch::spawned()) return *code;`
/// Errors: reported to the parent, whose `start` throws them. Never throws.
inline std::optional<int> spawned() noexcept {
    int link = -1;
    try {
        auto job = detail::waiting_job();
        if (!job) {
            ::unsetenv(detail::spawn_variable);  // somebody else's, inherited: no concern of this process
            return std::nullopt;
        }
        link = job->head.link;
        detail::take_job(*job);
        ::prctl(PR_SET_NAME, program_invocation_short_name);  // executed as /proc/self/exe it would be "exe"
        detail::process_sink sink{link, std::chrono::nanoseconds{job->head.grace_ns}};
        sink.send(detail::report_kind::spawned, {});
        auto const& entry = detail::find_spawn_entry(job->name);
        readiness   ready{sink};
        auto const  body = [&](readiness& r) { return entry.run(job->body.view(), r); };
        return detail::run_entry(body, ready);
    } catch (std::exception const& e) {
        detail::send_failure(link, errc::launch_failed, e.what());
        return 1;
    }
}

}  // namespace tenon::launch

// launch::spawn: a child process that is a fresh execution of this program.
#pragma once

#include <tenon/fwd.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/process_child.hpp>
#include <tenon/launch/spawned.hpp>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tenon::launch {

namespace detail {

/// argv and envp of a spawned program, made before the fork: between fork and exec nothing may allocate.
class exec_image {
public:
    explicit exec_image(std::string program, int job_file)
        : path_{program.empty() ? "/proc/self/exe" : std::move(program)},
          // The name that this program was called by, for `ps` and for programs that look at it.
          name_{path_ == "/proc/self/exe" ? program_invocation_name : path_},
          variable_{std::string{spawn_variable} + '=' + std::to_string(job_file)} {
        std::string_view const ours{variable_.data(), std::strlen(spawn_variable) + 1};
        for (char** at = ::environ; at != nullptr && *at != nullptr; ++at)
            if (!std::string_view{*at}.starts_with(ours)) environment_.push_back(*at);
        environment_.push_back(variable_.data());
        environment_.push_back(nullptr);
    }
    exec_image(exec_image const&)            = delete;
    exec_image& operator=(exec_image const&) = delete;

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// Becomes the program; returns errno if that fails. Async-signal-safe.
    int execute() noexcept {
        char* arguments[] = {name_.data(), nullptr};
        ::execve(path_.c_str(), arguments, environment_.data());
        return errno;
    }

private:
    std::string        path_, name_, variable_;
    std::vector<char*> environment_;
};

/// In the forked child: executes the program, or reports why it cannot. Async-signal-safe.
inline void become(exec_image& image, int link, int job_file, pid_t parent) noexcept {
    leave_parent(parent, link, job_file);
    ::fcntl(link, F_SETFD, 0);
    ::fcntl(job_file, F_SETFD, 0);
    std::int32_t const self = ::getpid();
    int failed = ::pwrite(job_file, &self, sizeof self, offsetof(job_head, pid)) == sizeof self ? 0 : EIO;
    if (failed == 0) failed = image.execute();
    send_report(link, report_kind::exec_failed, &failed, sizeof failed);
}

/// A program without the line in its main would start itself without end. So it is stopped here, and its
/// parent told, who knows how to show it.
inline void refuse_unguarded_spawn() {
    auto const job = waiting_job();
    if (!job) return;
    std::string const text = "this program was started by launch::spawn, but did not call "
                             "tenon::launch::spawned(); " + std::string{spawn_line};
    send_failure(job->head.link, errc::launch_failed, text);
    throw error{errc::launch_failed, text};
}

}  // namespace detail

/// Runs the entry in a new process that executes this same program again: what Python's multiprocessing calls
/// spawn. The safe choice in a program with threads, since nothing is inherited but the environment and the
/// descriptors 0 to 2. What the entry needs travels encoded.
///
/// The program's main has to begin with `if (auto code = tenon::launch::spawned()) return *code;`.
struct spawn {
    using policy_kind = kind::launch;
    using child       = process_child;

    static constexpr bool leaves_program = true;

    /// Starts the entry and returns when it has called `readiness::ready`.
    ///
    /// Errors: the child's own code and text, or `errc::launch_failed` with how it ended before it was ready,
    /// why the program cannot be executed, or which line its main lacks; `errc::not_ready` after
    /// `ready_timeout`. The child has ended and is collected then.
    /// Threading: from any thread; that thread may end afterwards, the child lives on.
    template <encodable_entry Entry>
    static child start(Entry body, start_options const& options = {}) {
        return begin(body, options).await_child(options);
    }

    /// The first half of `start`, for `supervised`: does not wait for the child.
    template <encodable_entry Entry>
    static detail::begun_process begin(Entry const& body, start_options const& options) {
        auto const&  entry   = detail::registered<Entry>::self;
        buffer const encoded = body.encode();
        return begin_named(entry.name, encoded.view(), options);
    }

private:
    static detail::begun_process begin_named(std::string_view name, bytes_view encoded,
                                             start_options const& options) {
        detail::refuse_unguarded_spawn();
        static_cast<void>(detail::find_spawn_entry(name));  // two of one name: better here than in the child

        detail::link     link;
        detail::job_head head;
        head.link                     = link.child.get();
        head.grace_ns                 = std::chrono::nanoseconds{options.grace}.count();
        detail::descriptor const file = detail::write_job(head, name, encoded);
        detail::exec_image       image{options.program, file.get()};

        tenon::detail::owner<detail::child_process> process{
            new detail::child_process{std::move(link.parent), options.grace}};
        pid_t const parent = ::getpid();
        detail::fork_process(*process, [&] { detail::become(image, link.child.get(), file.get(), parent); });
        return {std::move(process), image.path(),
                "; if its main() never called tenon::launch::spawned(), " + std::string{detail::spawn_line}};
    }
};

}  // namespace tenon::launch

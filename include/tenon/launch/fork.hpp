// launch::fork: a child process that goes on from here with a copy of this one's memory.
#pragma once

#include <tenon/fwd.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/fork_process.hpp>
#include <tenon/launch/process_child.hpp>

#include <cstdio>
#include <exception>
#include <utility>

#include <unistd.h>

namespace tenon::launch {

/// Runs the entry in a forked process.
///
/// Cheap, and the entry may refer to anything, since memory is copied. For the same reason this is for
/// programs that have no other threads yet, or only such as hold no lock that the entry needs; otherwise take
/// `spawn`.
///
/// The child begins clean: descriptors from 3 on are closed, so it keeps no listener of the parent (a `FILE`
/// or socket that the parent had open must not be used in it); signals are as after an exec; nothing of a
/// ZeroMQ context of the parent is touched. It leaves by `_exit` after flushing stdout and stderr: neither
/// handlers registered with atexit nor static destructors of the parent run in it, nor is the entry
/// destroyed.
struct fork {
    using policy_kind = kind::launch;
    using child       = process_child;

    static constexpr bool leaves_program = true;

    /// Starts the entry and returns when it has called `readiness::ready`.
    ///
    /// Errors: the child's own code and text, or `errc::launch_failed` with how it ended before it was ready;
    /// `errc::not_ready` after `ready_timeout`. The child has ended and is collected then.
    /// Threading: from any thread; that thread may end afterwards, the child lives on.
    template <entry Entry>
    static child start(Entry body, start_options const& options = {}) {
        return begin(body, options).await_child(options);
    }

    /// The first half of `start`, for `supervised`: does not wait for the child, and leaves `body` as it is.
    template <entry Entry>
    [[gnu::cold]] static detail::begun_process begin(Entry& body, start_options const& options) {
        detail::link link;
        tenon::detail::owner<detail::child_process> process{
            new detail::child_process{std::move(link.parent), options.grace}};
        // What is still in the buffers would come out of both processes. Only these two streams:
        // fflush(nullptr) waits for a thread that is reading stdin.
        std::fflush(stdout);
        std::fflush(stderr);
        pid_t const parent = ::getpid();
        detail::fork_process(*process, [&] {
            detail::leave_parent(parent, link.child.get(), -1);
            run(body, link.child.get(), options);
        });
        return {std::move(process)};
    }

private:
    template <class Entry>
    [[noreturn, gnu::cold]] static void run(Entry& body, int link, start_options const& options) noexcept {
        int code = 1;
        try {
            detail::process_sink sink{link, options.grace};
            readiness            ready{sink};
            code = detail::run_entry(body, ready);
        } catch (std::exception const& e) {  // no watchdog, no child
            detail::send_failure(link, errc::launch_failed, e.what());
        }
        std::fflush(stdout);
        std::fflush(stderr);
        ::_exit(code);
    }
};

}  // namespace tenon::launch

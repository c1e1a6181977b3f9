// Signals around a fork or a new thread: blocked while it happens, fresh in the new process.
#pragma once

#include <csignal>
#include <initializer_list>

#include <pthread.h>

namespace tenon::launch::detail {

/// Blocks all signals in this thread while it exists: no handler of the parent can run in a child that is not
/// set up yet, and a thread created meanwhile leaves signals to the other threads.
///
/// Signals of an instruction that failed stay open: blocked, they end the process past any crash reporter.
class signals_blocked {
public:
    signals_blocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        for (int const fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
            ::sigdelset(&all, fault);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    signals_blocked(signals_blocked const&)            = delete;
    signals_blocked& operator=(signals_blocked const&) = delete;
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

/// Gives a forked child the signals of a freshly executed program: what was caught is default again, what was
/// ignored stays ignored (`nohup` means the children too), and the mask, which would leak even through an
/// exec, is empty. SIGTERM and SIGCHLD are default in any case, for the child has to be stoppable and able to
/// wait for children of its own. Async-signal-safe.
[[gnu::cold]] inline void reset_signals() noexcept {
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        if (::sigaction(number, nullptr, &action) != 0) continue;
        bool const ignored = (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
        if (ignored && number != SIGTERM && number != SIGCHLD) continue;
        action            = {};
        action.sa_handler = SIG_DFL;
        ::sigaction(number, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace tenon::launch::detail

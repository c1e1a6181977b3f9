// What is one for all of a program: a lock that a fork does not break, and inproc names that nobody else has.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/transport/address.hpp>

#include <sched.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>

namespace tenon::transport::libzmq {

/// Held for some calls at most, while a context is looked for and while inproc names are bound, connected or given up.
///
/// A child that was forked while another thread held it would wait for ever, as that thread is not in the child. So the
/// lock knows the process that holds it, and one that a stranger holds is free.
class program_lock {
public:
    program_lock() noexcept {
        pid_t const me = ::getpid();
        for (pid_t holder = 0; !holder_.compare_exchange_weak(holder, me, std::memory_order_acquire);) {
            if (holder != me) continue;
            ::sched_yield();
            holder = 0;
        }
    }
    program_lock(program_lock const&)            = delete;
    program_lock& operator=(program_lock const&) = delete;
    ~program_lock() { holder_.store(0, std::memory_order_release); }

private:
    static inline std::atomic<pid_t> holder_{0};
};

/// An inproc address that nobody else is given.
inline address unused_name() {
    static std::atomic<unsigned> count{0};
    return address{tenon::detail::concat({"inproc://tenon.", tenon::detail::digits(++count)})};
}

}  // namespace tenon::transport::libzmq

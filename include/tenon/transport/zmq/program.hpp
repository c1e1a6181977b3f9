// What the context that all of a program share needs beside libzmq: a lock that a fork does not break, and who has bound
// which inproc name.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/transport/zmq/native.hpp>

#include <sched.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::transport::libzmq {

/// Held for some calls at most, while a context is looked for and while an inproc name is bound or connected.
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

/// The inproc names that are bound in the program's context. The functions are those of libzmq, and know them.
/// Threading: may be used from all threads.
class bound_names {
public:
    int bind(void* socket, std::string const& endpoint) {
        if (!is_name(endpoint)) return zmq_bind(socket, endpoint.c_str());
        program_lock const lock;
        all_.reserve(all_.size() + 1);
        entry     added{endpoint, socket};
        int const bound = zmq_bind(socket, endpoint.c_str());
        if (bound == 0) all_.push_back(std::move(added));
        return bound;
    }

    /// ECONNREFUSED if nobody has bound the name. libzmq would wait for somebody, without a word, and could not close the
    /// socket until then.
    int connect(void* socket, std::string const& endpoint) const {
        if (!is_name(endpoint)) return zmq_connect(socket, endpoint.c_str());
        program_lock const lock;  // so that who has bound it stays until we are connected
        for (entry const& each : all_)
            if (each.name == endpoint) return zmq_connect(socket, endpoint.c_str());
        errno = ECONNREFUSED;
        return -1;
    }

    int unbind(void* socket, std::string const& endpoint) {
        program_lock const lock;
        int const          done = zmq_unbind(socket, endpoint.c_str());
        if (done == 0)
            for (std::size_t i = all_.size(); i-- > 0;)
                if (all_[i].name == endpoint) forget(i);
        return done;
    }

    /// Unbinds all names of a socket. Closing it is left to a thread of libzmq, and they are to be free at once.
    void unbind_all(void* socket) noexcept {
        program_lock const lock;
        for (std::size_t i = all_.size(); i-- > 0;) {
            if (all_[i].socket != socket) continue;
            zmq_unbind(socket, all_[i].name.c_str());
            forget(i);
        }
    }

private:
    struct entry {
        std::string name;
        void*       socket;
    };
    static bool is_name(std::string_view endpoint) noexcept { return endpoint.starts_with("inproc:"); }

    void forget(std::size_t i) noexcept {
        std::swap(all_[i], all_[all_.size() - 1]);
        all_.pop_back();
    }

    tenon::detail::vector<entry> all_;
};

/// An inproc address that nobody else is given.
inline address unused_name() {
    static std::atomic<unsigned> count{0};
    return address{tenon::detail::concat({"inproc://tenon.", tenon::detail::digits(++count)})};
}

}  // namespace tenon::transport::libzmq

// The libzmq context: made in the process that uses it, ended without hanging, and never after a fork.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/transport/zmq/inproc.hpp>
#include <tenon/transport/zmq/native.hpp>
#include <tenon/transport/zmq/program.hpp>

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <span>
#include <string>
#include <utility>

namespace tenon::transport::libzmq {

class poll_item;

/// The settings of a context.
struct context_options {
    /// Threads that move the bytes; one serves about a gigabyte per second.
    int io_threads = 1;

    /// How many sockets the context may have; each takes a file descriptor or more.
    int max_sockets = 1023;
};

/// A counted reference to a libzmq context: the last one ends it.
///
/// So the order in which contexts and sockets are destroyed cannot hang a program: zmq_ctx_term(3), which
/// waits for all sockets, runs only when there are none.
class context_ref {
public:
    context_ref() noexcept = default;
    explicit context_ref(context_options const& options) : shared_{make(options)} {}
    context_ref(context_ref const& other) noexcept : shared_{other.shared_} {
        if (shared_ != nullptr) shared_->users.fetch_add(1, std::memory_order_relaxed);
    }
    context_ref(context_ref&& other) noexcept : shared_{std::exchange(other.shared_, nullptr)} {}
    context_ref& operator=(context_ref other) noexcept {
        std::swap(shared_, other.shared_);
        return *this;
    }
    ~context_ref() {
        if (shared_ != nullptr) release();
    }

    /// The program's own: the one that there is, or a new one. See `context::of_program`.
    [[gnu::cold]] static context_ref of_program() {
        program_lock const lock;
        context_ref        found;
        if (program_ != nullptr && program_->maker == ::getpid()) {
            program_->users.fetch_add(1, std::memory_order_relaxed);
            found.shared_ = program_;
        } else {  // what a forked child has inherited is left to those who still refer to it
            found.shared_ = program_ = make({1, program_sockets});
            found.shared_->of_program = true;
        }
        return found;
    }

    [[nodiscard]] void* handle() const noexcept { return shared_ == nullptr ? nullptr : shared_->handle; }

    /// False in a child that inherited it through fork(2): its I/O threads exist in the parent only.
    [[nodiscard]] bool usable() const noexcept { return shared_ != nullptr && shared_->maker == ::getpid(); }

    /// True if somebody else refers to it too.
    [[nodiscard]] bool shared() const noexcept {
        return shared_ != nullptr && shared_->users.load(std::memory_order_acquire) > 1;
    }

    /// True if it is the program's own.
    [[nodiscard]] bool is_of_program() const noexcept { return shared_ != nullptr && shared_->of_program; }

    /// Who has bound and who waits for which inproc name.
    [[nodiscard]] inproc_names& names() const noexcept { return shared_ == nullptr ? of_nobody_ : shared_->names; }

private:
    struct state {
        void*                 handle = nullptr;
        pid_t                 maker  = ::getpid();
        std::atomic<unsigned> users{1};
        bool                  of_program = false;
        inproc_names          names;
    };

    [[gnu::noinline]] static state* make(context_options const& options) {
        tenon::detail::owner made{new state{}};
        made->handle = zmq_ctx_new();
        if (made->handle == nullptr) fail("create a ZeroMQ context", errno);
        zmq_ctx_set(made->handle, ZMQ_IO_THREADS, options.io_threads);
        zmq_ctx_set(made->handle, ZMQ_MAX_SOCKETS, options.max_sockets);
        return made.release();
    }

    /// True if that was the last reference.
    [[gnu::noinline]] bool leave() noexcept {
        if (!shared_->of_program) return shared_->users.fetch_sub(1, std::memory_order_acq_rel) == 1;
        program_lock const lock;  // nobody finds it who would not have it for long
        if (shared_->users.fetch_sub(1, std::memory_order_acq_rel) > 1) return false;
        if (program_ == shared_) program_ = nullptr;
        return true;
    }
    [[gnu::noinline]] void release() noexcept {
        if (!leave()) return;
        if (usable())
            while (zmq_ctx_term(shared_->handle) != 0 && errno == EINTR) {}
        delete shared_;
    }

    /// All ports of a program may meet in it. libzmq keeps some bytes for each.
    static constexpr int program_sockets = 16383;

    static inline state* program_ = nullptr;  ///< Under the `program_lock`.
    static inline inproc_names of_nobody_;    ///< For sockets that are closed, which libzmq refuses.

    state* shared_ = nullptr;
};

/// A ZeroMQ context: the I/O threads and the namespace of inproc addresses that sockets share.
///
/// Make it in the process that uses it, after any fork; a child that inherits one must not use it, and
/// destroying it there does nothing. Its I/O threads start with the first socket and inherit the signal
/// mask of that moment, so block signals before.
/// Destroying it while sockets are open (in other threads, say) makes their calls return
/// `io::terminated`; libzmq's context ends when the last of them closes. The end waits at most for the
/// longest linger time among the sockets.
/// Threading: may be used from all threads.
class context {
public:
    context() : context{context_options{}} {}
    explicit context(context_options const& options) : ref_{options} {}

    /// The one context of the program (of this process of the operating system, to be exact) in which inproc addresses
    /// lead from one thread to another: those of processes, clients and whoever else asks for it.
    ///
    /// The first one who asks makes it, the end of the last one and of all its sockets ends it. It has one I/O thread.
    /// A forked child gets one of its own.
    static context of_program() { return context{context_ref::of_program()}; }

    context(context&&) noexcept = default;
    context& operator=(context&& other) noexcept {
        if (this == &other) return *this;
        shutdown();
        ref_ = std::move(other.ref_);
        return *this;
    }
    ~context() { shutdown(); }

    /// The steady clock's time.
    [[nodiscard]] std::chrono::steady_clock::time_point now() const noexcept {
        return std::chrono::steady_clock::now();
    }

    /// Blocks until one of the items is ready or the timeout is over, as zmq_poll(3) does.
    ///
    /// The timeout is rounded up to milliseconds; `forever` has no end, zero only looks.
    /// Returns how many are ready; 0 after the timeout and also when a signal handler ran.
    /// Errors: `errc::terminated`; `errc::transport_error` if a socket was closed while it is waited for.
    /// Threading: the items' sockets belong to the calling thread. Allocates only beyond 16 items.
    int wait(std::span<poll_item> items, std::chrono::nanoseconds timeout);

    /// The same for those who go on to receive: a socket may be said to be ready that has nothing. Costs less.
    int wait_roughly(std::span<poll_item> items, std::chrono::nanoseconds timeout);

    /// libzmq's handle, for options that have no name here.
    [[nodiscard]] void* native_handle() const noexcept { return ref_.handle(); }

    /// For sockets: keeps the libzmq context alive.
    [[nodiscard]] context_ref const& reference() const noexcept { return ref_; }

private:
    explicit context(context_ref&& reference) noexcept : ref_{std::move(reference)} {}

    void shutdown() noexcept {
        // Only for sockets that are still open: they have to learn of the end, or they never close. The program's
        // context does not end with one of those that share it.
        if (ref_.usable() && ref_.shared() && !ref_.is_of_program()) zmq_ctx_shutdown(ref_.handle());
    }

    context_ref ref_;
};

}  // namespace tenon::transport::libzmq

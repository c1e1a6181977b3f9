// The door to libzmq: the only include of zmq.h, and its errno in our vocabulary.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/transport/concept.hpp>

#include <zmq.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

static_assert(ZMQ_VERSION >= ZMQ_MAKE_VERSION(4, 3, 4), "Tenon needs libzmq 4.3.4 or later");

namespace tenon::transport::libzmq {

/// What `errno` means after a nonblocking send or receive.
inline io outcome_of(int error) noexcept {
    switch (error) {
        case EAGAIN: return io::again;
        case EHOSTUNREACH: return io::unroutable;
        case EFSM: return io::wrong_state;
        case ETERM: return io::terminated;
        case EINTR: return io::interrupted;
        default: return io::failed;
    }
}

/// The code of a set-up call that failed with `errno`.
inline errc code_of(int error) noexcept {
    switch (error) {
        case EADDRINUSE: return errc::address_in_use;
        case ETERM: return errc::terminated;
        case EINVAL:
        case ENODEV:
        case EADDRNOTAVAIL:
        case ENOENT:
        case EPROTONOSUPPORT:
        case ENOCOMPATPROTO: return errc::bad_address;
        default: return errc::transport_error;
    }
}

/// What to do about it, for the `errno` values of calls that have to do with no address; empty for most.
inline std::string_view advice_for(int error) noexcept {
    switch (error) {
        case EMFILE:
            return "; the process is at its limit of open files (RLIMIT_NOFILE, 'ulimit -n') or of sockets "
                   "per context (context_options::max_sockets): raise it or close some";
        case ENFILE: return "; the whole machine is at its limit of open files";
        default: return {};
    }
}

/// The same for a call with an address of this scheme.
inline std::string_view advice_for(int error, scheme at) noexcept {
    switch (error) {
        case EADDRINUSE: return tenon::detail::advice_if_taken(at);
        case ENODEV:
        case EADDRNOTAVAIL:
            return "; bind to '*', to the name of an interface or to a numeric address of this machine";
        case ENOENT: return at == scheme::ipc ? "; the directory has to be there before" : "";
        case EACCES:
            return at == scheme::ipc ? "; bind in a directory that is yours" : "; ports below 1024 need a privilege";
        case EINVAL:
            return at != scheme::tcp
                       ? ""
                       : "; a bind takes '*', an interface or a numeric address, a connect a name or a number";
        default: return advice_for(error);
    }
}

/// Throws what libzmq has just reported in `errno`: "cannot <action>: <reason>; <advice>".
[[noreturn, gnu::cold]] inline void fail(std::string_view action, int error) {
    tenon::detail::throw_error(code_of(error), {"cannot ", action, ": ", zmq_strerror(error), advice_for(error)});
}
/// The same for a call with an address. `missing` is the reason if there is nothing that could be taken back.
[[noreturn, gnu::cold]] inline void fail(std::string_view action, int error, scheme at, std::string_view missing = {}) {
    if (error == ENOENT && !missing.empty())
        throw tenon::error{code_of(error), tenon::detail::concat({"cannot ", action, ": ", missing})};
    throw tenon::error{code_of(error),
                       tenon::detail::concat({"cannot ", action, ": ", zmq_strerror(error), advice_for(error, at)})};
}

/// True if a call of libzmq has to be made again, since a signal handler came first.
///
/// Nonblocking calls can end with EINTR too, even where handlers were installed with SA_RESTART: they all
/// look for commands of the I/O threads first. Nothing has happened then.
inline bool interrupted(int outcome) noexcept { return outcome < 0 && errno == EINTR; }

/// A timeout as poll(2) and libzmq take it: in milliseconds, rounded up so that nothing wakes too early. At most a day,
/// so callers wait again; at least 0.
inline int poll_milliseconds(std::chrono::nanoseconds timeout) noexcept {
    constexpr std::int64_t longest = 86'400'000, each = 1'000'000;
    std::int64_t const     left = timeout.count();
    return static_cast<int>(left <= 0 ? 0 : left / each >= longest ? longest : (left + each - 1) / each);
}

/// A token that tells threads apart; comparing two costs an instruction.
inline void const* this_thread() noexcept {
#if __has_builtin(__builtin_thread_pointer)
    return __builtin_thread_pointer();
#else
    static thread_local char token;
    return &token;
#endif
}

}  // namespace tenon::transport::libzmq

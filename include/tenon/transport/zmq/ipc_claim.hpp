// The claim on an ipc path: keeps a bind from deleting files and from stealing a live endpoint.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::transport::libzmq {

/// The exclusive right to bind an ipc path, from the constructor until `release` or destruction.
///
/// libzmq unlinks whatever stands at the path before it binds: a live endpoint of another process, or a
/// regular file. So first a lock file beside it (the path with ".lock" appended) is locked, which holds off
/// other Tenon processes without a race; then the path must be free, or a socket that nobody listens at any
/// more. Put ipc paths into a directory of mode 0700: who can write there can replace the socket.
/// Errors: `errc::address_in_use`; `errc::bad_address` if something else than a socket stands there.
class ipc_claim {
public:
    ipc_claim() noexcept = default;
    [[gnu::cold]] explicit ipc_claim(std::string path) : path_{std::move(path)} {
        lock();
        try {
            check_path();
        } catch (...) {
            release();
            throw;
        }
    }
    ipc_claim(ipc_claim&& other) noexcept
        : path_{std::move(other.path_)}, maker_{other.maker_}, lock_{std::exchange(other.lock_, -1)} {}
    ipc_claim& operator=(ipc_claim&& other) noexcept {
        std::swap(path_, other.path_);
        std::swap(maker_, other.maker_);
        std::swap(lock_, other.lock_);
        return *this;
    }
    ~ipc_claim() {
        if (lock_ >= 0) release();
    }

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    /// Removes the socket file of a listener that is closing, which libzmq leaves behind.
    ///
    /// libzmq closes in its I/O thread, so this waits until nobody listens any more, but not longer than a
    /// tenth of a second: whoever binds next would find a live endpoint.
    [[gnu::cold]] void remove_file() const noexcept {
        if (lock_ < 0 || maker_ != ::getpid()) return;
        for (int tries = 0; tries < 200; ++tries) {
            if (!is_live()) {
                ::unlink(path_.c_str());
                return;
            }
            timespec const pause{0, 500'000};
            ::nanosleep(&pause, nullptr);
        }
    }

    /// Gives the path free. In a forked child only its copy of the descriptor is closed.
    [[gnu::cold]] void release() noexcept {
        if (lock_ < 0) return;
        if (maker_ == ::getpid()) {
            ::unlink(lock_path().c_str());
            ::flock(lock_, LOCK_UN);  // a forked child may still have the descriptor
        }
        ::close(std::exchange(lock_, -1));
    }

private:
    [[nodiscard, gnu::cold]] std::string lock_path() const { return tenon::detail::concat({path_, ".lock"}); }

    [[noreturn, gnu::cold]] void refuse(errc code, std::string_view reason) const {
        tenon::detail::throw_error(code, {"cannot bind to 'ipc://", path_, "': ", reason});
    }

    [[gnu::cold]] void lock() {
        std::string const name = lock_path();
        for (;;) {
            lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
            if (lock_ < 0)
                refuse(errc::bad_address,
                       tenon::detail::concat({"its lock file cannot be opened (", std::strerror(errno),
                                              "); the directory must exist and be writable"}));
            if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
                ::close(std::exchange(lock_, -1));
                refuse(errc::address_in_use, "another process or socket is bound there; choose another path");
            }
            // The one who had it may have removed the file in between: then our lock means nothing.
            struct stat ours {}, current {};
            if (::fstat(lock_, &ours) == 0 && ::stat(name.c_str(), &current) == 0 &&
                ours.st_ino == current.st_ino && ours.st_dev == current.st_dev)
                return;
            ::close(std::exchange(lock_, -1));
        }
    }

    [[gnu::cold]] void check_path() const {
        struct stat status {};
        if (::lstat(path_.c_str(), &status) != 0) return;  // free, or bind itself says what is wrong
        if (!S_ISSOCK(status.st_mode))
            refuse(errc::bad_address,
                   "something that is no socket stands there; remove it or choose another path");
        if (is_live())
            refuse(errc::address_in_use, "a program listens there; stop it or choose another path");
    }

    /// True unless connecting shows that nobody listens: a program without Tenon takes no lock.
    [[gnu::cold]] bool is_live() const noexcept {
        int const probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (probe < 0) return true;
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path_.copy(where.sun_path, sizeof where.sun_path - 1);
        bool const refused = ::connect(probe, reinterpret_cast<sockaddr const*>(&where), sizeof where) != 0 &&
                             (errno == ECONNREFUSED || errno == ENOENT);
        ::close(probe);
        return !refused;
    }

    std::string path_;
    pid_t       maker_ = ::getpid();
    int         lock_  = -1;
};

}  // namespace tenon::transport::libzmq

// File descriptors: ownership, the link between parent and child, closing all that a child must not keep.
#pragma once

#include <tenon/launch/start_error.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// Owns a file descriptor.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) noexcept : fd_{fd} {}
    descriptor(descriptor&& other) noexcept : fd_{other.release()} {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    /// Gives up ownership without closing.
    int release() noexcept {
        int const fd = fd_;
        fd_          = -1;
        return fd;
    }
    void reset() noexcept {
        // Never repeated on EINTR: on Linux the descriptor is gone then, and may be another thread's already.
        if (fd_ >= 0) ::close(release());
    }

private:
    int fd_ = -1;
};

/// Moves a descriptor out of 0, 1 and 2, where a program without standard streams gets its first ones: there
/// the child's prints would land in it.
[[gnu::cold]] inline descriptor above_standard(descriptor fd) {
    if (fd.get() > 2) return fd;
    descriptor moved{::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3)};
    if (moved.get() < 0) throw_system("cannot start a child: no file descriptor is left", errno);
    return moved;
}

/// The one connection between a parent and its child.
///
/// Upwards it carries the child's reports; downwards nothing ever but its end, which tells the child that the
/// parent is gone. A socket pair and not two pipes: half the descriptors, and a report to a parent that has
/// gone is an error instead of a SIGPIPE.
struct link {
    descriptor parent, child;

    [[gnu::cold]] link() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw_system("cannot start a child: socketpair failed", errno);
        descriptor first{ends[0]}, second{ends[1]};
        parent = above_standard(std::move(first));
        child  = above_standard(std::move(second));
    }
};

/// Writes all of it to a socket or file. Returns 0 or errno. Async-signal-safe.
[[gnu::cold]] inline int write_all(int fd, void const* data, std::size_t size) noexcept {
    auto const* at = static_cast<char const*>(data);
    while (size > 0) {
        ssize_t written = ::send(fd, at, size, MSG_NOSIGNAL);
        if (written < 0 && errno == ENOTSOCK) written = ::write(fd, at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return 0;
}

/// Closes what /proc/self/fd lists from 3 on, except two. False if there is no /proc. Async-signal-safe.
[[gnu::cold]] inline bool close_listed(int keep_one, int keep_two) noexcept {
    struct entry_head {  // struct linux_dirent64 of getdents64(2); opendir would allocate
        std::uint64_t  inode;
        std::int64_t   offset;
        unsigned short length;
        unsigned char  type;
    };
    constexpr long name_at = 19;
    int const      folder  = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return false;
    alignas(entry_head) char entries[2048];
    for (;;) {
        long const size = ::syscall(SYS_getdents64, folder, entries, sizeof entries);
        if (size <= 0) break;
        for (long at = 0; at < size;) {
            entry_head head;
            std::memcpy(&head, entries + at, sizeof head);
            int fd = 0;
            for (char const* digit = entries + at + name_at; *digit >= '0' && *digit <= '9'; ++digit)
                fd = fd * 10 + (*digit - '0');
            if (fd > 2 && fd != folder && fd != keep_one && fd != keep_two) ::close(fd);
            at += head.length;
        }
    }
    ::close(folder);
    return true;
}

/// close_range(2), Linux 5.9. True if there was nothing to do.
inline bool close_between(unsigned first, unsigned last) noexcept {
#ifdef SYS_close_range
    return first > last || ::syscall(SYS_close_range, first, last, 0u) == 0;
#else
    return first > last;
#endif
}

/// Closes every descriptor from 3 on except two (−1 for none): a forked child must not keep its parent's
/// listeners, connections and other children's links. Async-signal-safe.
[[gnu::cold]] inline void close_all_but(int keep_one, int keep_two) noexcept {
    int const  lower  = keep_one < keep_two ? keep_one : keep_two;
    int const  higher = keep_one < keep_two ? keep_two : keep_one;
    auto const low    = static_cast<unsigned>(lower > 2 ? lower : 2);
    auto const high   = static_cast<unsigned>(higher > 2 ? higher : 2);
    if (close_between(3, low - 1) && close_between(low + 1, high - 1) && close_between(high + 1, ~0u)) return;
    if (close_listed(keep_one, keep_two)) return;

    rlimit     limit{};
    bool const known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    int const  end   = known && limit.rlim_cur < 1'048'576 ? static_cast<int>(limit.rlim_cur) : 1'048'576;
    for (int fd = 3; fd < end; ++fd)
        if (fd != keep_one && fd != keep_two) ::close(fd);
}

}  // namespace tenon::launch::detail

// What a child process says to its parent over their link, and how the parent hears it.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/error.hpp>
#include <tenon/launch/deadline.hpp>
#include <tenon/launch/descriptor.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace tenon::launch::detail {

/// What a report says. Both ends are the same program, so the format is nobody else's business: kind, size of
/// the body in eight bytes, body.
enum class report_kind : unsigned char {
    gone,         ///< Never sent: the child ended, or closed its end.
    spawned,      ///< A spawned program has reached `spawned()`.
    ready,        ///< The body is the ready payload.
    failed,       ///< The body is the code and the text of the child's error.
    exec_failed,  ///< The body is errno, as an int.
};

struct report {
    report_kind kind = report_kind::gone;
    buffer      body{};
};

inline constexpr std::size_t report_head = 1 + sizeof(std::uint64_t);

/// Sends a report. Returns 0 or errno. Async-signal-safe.
[[gnu::cold]] inline int send_report(int fd, report_kind kind, void const* body, std::size_t size) noexcept {
    unsigned char       head[report_head] = {static_cast<unsigned char>(kind)};
    std::uint64_t const length            = size;
    std::memcpy(head + 1, &length, sizeof length);
    int const failed = write_all(fd, head, sizeof head);
    return failed != 0 ? failed : write_all(fd, body, size);
}

/// Sends a report of kind `failed`. Returns 0 or errno.
[[gnu::cold]] inline int send_failure(int fd, errc code, std::string_view text) {
    buffer body;
    body.append(as_text({reinterpret_cast<std::byte const*>(&code), sizeof code}));
    body.append(text);
    return send_report(fd, report_kind::failed, body.data(), body.size());
}

/// What the body of such a report says.
[[gnu::cold]] inline failure read_failure(bytes_view body) {
    failure told;
    std::memcpy(&told.code, body.data(), sizeof told.code);
    told.text = as_text(body.subspan(sizeof told.code));
    return told;
}

/// Collects the reports of one child.
class report_reader {
public:
    /// `pidfd` (−1 for none) tells of a child's end even while a grandchild holds its end of the link.
    report_reader(int link, int pidfd) noexcept : link_{link}, pidfd_{pidfd} {}

    /// Waits for the next report, at the end of all for one of kind `gone`; false if time runs out before.
    [[gnu::cold]] bool next(report& into, deadline const& until) {
        into.kind = report_kind::gone;
        into.body.clear();
        for (;;) {
            if (take(into)) return true;
            pollfd watched[] = {{link_, POLLIN, 0}, {pidfd_, POLLIN, 0}};
            int const woken  = ::poll(watched, 2, until.poll_timeout());
            if (woken < 0 && errno != EINTR) throw_system("cannot wait for a child: poll failed", errno);
            if (woken <= 0 && until.passed()) return false;
            if (woken <= 0) continue;
            ssize_t const got = ::recv(link_, incoming_.prepare(4096), 4096, MSG_DONTWAIT);
            if (got > 0) {
                incoming_.advance(static_cast<std::size_t>(got));
                continue;
            }
            bool const nothing_yet = got < 0 && (errno == EAGAIN || errno == EINTR);
            if (!nothing_yet || watched[1].revents != 0) return true;
        }
    }

private:
    [[gnu::cold]] bool take(report& into) {
        std::byte const* const begin = incoming_.data();
        std::size_t const      size  = incoming_.size();
        if (size < report_head) return false;
        std::uint64_t length;
        std::memcpy(&length, begin + 1, sizeof length);
        if (size - report_head < length) return false;

        into.kind = static_cast<report_kind>(*begin);
        into.body.append({begin + report_head, length});
        buffer rest;
        rest.append({begin + report_head + length, size - report_head - length});
        incoming_.swap(rest);
        return true;
    }

    int    link_, pidfd_;
    buffer incoming_;
};

}  // namespace tenon::launch::detail

// The observer that writes down what a process sends and receives, for people and for `tenon::recording::read`.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/observer.hpp>
#include <tenon/process/observer/recording_format.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace tenon::observer {

/// Writes every message that is sent and received, every incident and every connection event to a file, a line for each
/// (tenon/process/observer/recording_format.hpp), with the time of the process's own clock.
///
/// Where to: if the environment variable TENON_RECORDING names a directory, each process records from its start on into
/// a new file there, `<app>.<process id>.recording`. Or the app says it, in `on(tenon::started const&, auto& process)`
/// for instance: `process.observer().open(path)`. Without either, nothing is recorded.
///
/// Bodies are written as they are, secrets included, so a new file is readable by its owner only. Attachments are left
/// out: of them there is what the body says, how large they were.
/// Errors: a file that cannot be created is an exception (`errc::bad_address`), and keeps the process from coming up if
/// TENON_RECORDING asked for it. One that cannot be written any more ends the recording, with a line on stderr.
/// Cost: each line is written at once, by one system call, so that a crash loses nothing: two or three microseconds for
/// each message and direction, while a file is open. Nothing is allocated once the longest line has been seen.
class recording {
public:
    using policy_kind = kind::observer;

    recording()                            = default;
    recording(recording const&)            = delete;
    recording& operator=(recording const&) = delete;
    ~recording() { close(); }

    void attached(observed_process const& process) {
        clock_.emplace(process.clock);
        start_ = clock_->now();
        name_  = process.app;
        write_head(process);
        if (char const* const folder = std::getenv("TENON_RECORDING"); folder != nullptr && *folder != '\0')
            open_in(folder);
    }

    /// Records into `path` from now on; what was there before is overwritten.
    /// Throws `errc::bad_address` if the file cannot be created.
    void open(std::string const& path) {
        int const fd = create(path, O_TRUNC);
        if (fd < 0) fail(path);
        begin(fd, path);
    }
    /// Ends the recording.
    void close() noexcept {
        if (int const fd = std::exchange(fd_, -1); fd >= 0) ::close(fd);
    }

    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    /// The file, or the last one.
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

    void sent(traffic const& seen) noexcept { write_traffic("sent", seen); }
    void received(traffic const& seen) noexcept { write_traffic("received", seen); }
    void dropped(incident const& what) noexcept {
        write_line("dropped", what.port, [&](auto& line) {
            auto const reason = static_cast<std::uint16_t>(what.reason);
            line.word(what.message).number(reason).text(what.text.empty() ? describe(what.reason) : what.text);
        });
    }
    void connection(connection_event const& what) noexcept {
        write_line("connection", what.port,
                   [&](auto& line) { line.word(name_of(what.what)).number(what.reason).text(what.endpoint); });
    }

private:
    using line_writer = tenon::detail::recording_format::line_writer;

    void write_head(observed_process const& process) {
        namespace format = tenon::detail::recording_format;
        head_.word(format::magic).word(format::version).word(process.app).word(process.codec).number(::getpid()).end();
        for (observed_port const& port : process.ports)
            head_.word("port").word(port.name).word(name_of(port.pattern)).end();
    }

    void write_traffic(std::string_view what, traffic const& seen) noexcept {
        write_line(what, seen.port, [&](auto& line) { line.word(seen.message).text(as_text(seen.body)); });
    }

    template <class Rest>
    void write_line(std::string_view what, std::string_view port, Rest const& rest) noexcept {
        if (fd_ < 0) return;
        try {
            line_.clear();
            line_.time(clock_->now() - start_).word(what).word(port);
            rest(line_);
            line_.end();
            write(line_.view());
        } catch (...) {  // no memory for the line
            give_up("not enough memory");
        }
    }

    void write(std::string_view text) noexcept {
        while (!text.empty()) {
            auto const written = ::write(fd_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return give_up(std::strerror(errno));
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    [[gnu::cold]] void give_up(char const* why) noexcept {
        std::fprintf(stderr, "tenon: the recording %s ends here: %s\n", path_.c_str(), why);
        close();
    }

    static int create(std::string const& path, int flags) noexcept {
        return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600);
    }
    [[noreturn, gnu::cold]] static void fail(std::string const& path) {
        throw error{errc::bad_address,
                    tenon::detail::concat({"cannot create the recording '", path, "': ", std::strerror(errno)})};
    }

    void open_in(std::string_view folder) {
        std::string name;
        for (char const c : name_) {
            bool const plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
            name += plain ? c : '_';
        }
        auto const first =
            tenon::detail::concat({folder, "/", name, ".", tenon::detail::digits(static_cast<unsigned>(::getpid()))});
        // A program may have several such processes, one after another or in threads.
        for (unsigned count = 1;; ++count) {
            auto const path = tenon::detail::concat(
                {first, count == 1 ? "" : "-", count == 1 ? "" : tenon::detail::digits(count), ".recording"});
            int const fd = create(path, O_EXCL);
            if (fd < 0 && errno == EEXIST) continue;
            if (fd < 0) fail(path);
            return begin(fd, path);
        }
    }

    void begin(int fd, std::string const& path) {
        close();
        fd_   = fd;
        path_ = path;
        write(head_.view());
    }

    int                          fd_ = -1;
    std::string                  path_, name_;
    std::optional<process_clock> clock_;
    std::chrono::nanoseconds     start_{0};
    line_writer                  head_, line_;
};

}  // namespace tenon::observer

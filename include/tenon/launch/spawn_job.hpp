// What a spawned program inherits from the program that executed it: which entry to run, and the link to its
// parent.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/detail/concat.hpp>
#include <tenon/detail/type_name.hpp>
#include <tenon/launch/concept.hpp>
#include <tenon/launch/descriptor.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tenon::launch::detail {

/// The environment variable that tells a program that it was spawned: the number of the descriptor of its
/// job.
inline constexpr char const* spawn_variable = "TENON_SPAWN";

/// The one line that a main needs, for messages.
inline constexpr std::string_view spawn_line =
    "put `if (auto code = tenon::launch::spawned()) return *code;` first in its main()";

/// The entries that this program can run when it is spawned: a list that fills itself before main, without
/// allocating.
struct spawn_entry {
    std::string_view name;
    int (*run)(bytes_view, readiness&);
    spawn_entry* next;

    static inline constinit spawn_entry* first = nullptr;

    spawn_entry(std::string_view entry_name, int (*run_encoded)(bytes_view, readiness&)) noexcept
        : name{entry_name}, run{run_encoded}, next{std::exchange(first, this)} {}
};

/// Mentioning `registered<E>::self` anywhere in a program makes `E` one of its entries.
template <encodable_entry E>
struct registered {
    static int run(bytes_view encoded, readiness& ready) {
        return static_cast<int>(E::run_encoded(encoded, ready));
    }
    static inline spawn_entry self{tenon::detail::type_name<E>(), &run};
};

/// The entry of that name. Errors: `errc::launch_failed` if there is none, or two: types of unnamed
/// namespaces and of lambdas may share a name.
inline spawn_entry const& find_spawn_entry(std::string_view name) {
    spawn_entry const* found = nullptr;
    for (auto const* at = spawn_entry::first; at != nullptr; at = at->next) {
        if (at->name != name) continue;
        if (found != nullptr)
            throw error{errc::launch_failed,
                        tenon::detail::concat({"launch::spawn: two entries of this program are called '", name,
                                               "'; give one of the types another name"})};
        found = at;
    }
    if (found == nullptr)
        throw error{errc::launch_failed,
                    tenon::detail::concat({"launch::spawn: this program has no entry '", name,
                                           "'; is it another program than the parent's, or another build?"})};
    return *found;
}

/// The start of a job's file. After it come the entry's name and the encoded entry.
struct job_head {
    std::array<char, 8> magic{'t', 'e', 'n', 'o', 'n', 'j', 'o', 'b'};
    std::int32_t        pid  = 0;   ///< Whose job it is: others may inherit the variable, but not the job.
    std::int32_t        link = -1;  ///< The child's end of the link: the same number in both processes.
    std::int64_t        grace_ns  = 0;
    std::uint64_t       name_size = 0;
    std::uint64_t       body_size = 0;
};

/// Writes a job to a file in memory: unlike a pipe it takes any size before there is a reader.
inline descriptor write_job(job_head head, std::string_view name, bytes_view body) {
    descriptor created{::memfd_create("tenon-job", MFD_CLOEXEC)};
    if (created.get() < 0) throw_system("cannot spawn a child: memfd_create failed", errno);
    descriptor file = above_standard(std::move(created));
    head.name_size  = name.size();
    head.body_size  = body.size();
    buffer all;
    all.append(as_text({reinterpret_cast<std::byte const*>(&head), sizeof head}));
    all.append(name);
    all.append(body);
    if (int const failed = write_all(file.get(), all.data(), all.size()))
        throw_system("cannot spawn a child: its job cannot be written", failed);
    return file;
}

/// A job as the spawned program sees it.
struct job {
    job_head    head;
    int         file = -1;
    std::string name;
    buffer      body;
};

inline bool read_exactly(int fd, void* to, std::size_t size, std::size_t from) noexcept {
    while (size > 0) {
        ssize_t const got = ::pread(fd, to, size, static_cast<off_t>(from));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to = static_cast<char*>(to) + got;
        from += static_cast<std::size_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

/// The head of the job that this process was spawned for and has not taken yet; nothing if it was started in
/// another way, or only inherited the variable.
inline std::optional<job> waiting_job() {
    char const* const text = std::getenv(spawn_variable);
    if (text == nullptr) return std::nullopt;
    job         found;
    char const* end = text + std::strlen(text);
    if (std::from_chars(text, end, found.file).ptr != end) return std::nullopt;
    if (!read_exactly(found.file, &found.head, sizeof found.head, 0)) return std::nullopt;
    if (found.head.magic != job_head{}.magic || found.head.pid != ::getpid()) return std::nullopt;
    return found;
}

/// Reads the rest of a job and removes its traces: neither variable nor descriptors reach a further child.
inline void take_job(job& taken) {
    ::unsetenv(spawn_variable);
    ::fcntl(taken.head.link, F_SETFD, FD_CLOEXEC);
    descriptor const file{taken.file};
    taken.name.resize(taken.head.name_size);
    std::byte* const body = taken.body.prepare(taken.head.body_size);
    std::size_t const at  = sizeof taken.head;
    if (!read_exactly(taken.file, taken.name.data(), taken.head.name_size, at) ||
        !read_exactly(taken.file, body, taken.head.body_size, at + taken.head.name_size))
        throw error{errc::launch_failed, "launch::spawn: the job of a spawned program cannot be read"};
    taken.body.advance(taken.head.body_size);
}

}  // namespace tenon::launch::detail

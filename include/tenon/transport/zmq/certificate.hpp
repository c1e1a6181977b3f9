// CURVE keys in files: the certificates that pyzmq's and CZMQ's tools write too.
#pragma once

#include <tenon/transport/zmq/curve.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tenon::security {

namespace detail {

struct close_file {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using open_file = std::unique_ptr<std::FILE, close_file>;

[[noreturn, gnu::cold]] inline void fail_file(std::string_view action, std::string const& path, int error) {
    throw tenon::error{errc::transport_error, tenon::detail::concat({"cannot ", action, " the certificate '", path,
                                                                     "': ", zmq_strerror(error)})};
}

/// The text between the quotes in the line `<name> = "..."`.
inline std::string read_line_of(std::string const& path, std::string_view name) {
    open_file const file{std::fopen(path.c_str(), "re")};
    if (file == nullptr) fail_file("read", path, errno);
    char line[256];
    while (std::fgets(line, sizeof line, file.get()) != nullptr) {
        std::string_view text{line};
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        if (!text.starts_with(name)) continue;
        auto const first = text.find('"');
        auto const last  = text.rfind('"');
        if (first == last) continue;
        std::string found{text.substr(first + 1, last - first - 1)};
        ::explicit_bzero(line, sizeof line);
        return found;
    }
    throw tenon::error{errc::malformed, tenon::detail::concat({"the certificate '", path, "' has no line `", name,
                                                               " = \"...\"`"})};
}

}  // namespace detail

/// The public key in the certificate at `path`. Errors: `errc::transport_error` if it cannot be read, `errc::malformed`
/// if it has no such key. No error repeats what stands in the file.
inline public_key read_public_key(std::string const& path) {
    return public_key{detail::read_line_of(path, "public-key")};
}

/// Both keys of the secret certificate at `path`. Errors: as above.
inline key_pair read_key_pair(std::string const& path) {
    std::string    text = detail::read_line_of(path, "secret-key");
    key_pair const read{read_public_key(path), secret_key{text}};
    ::explicit_bzero(text.data(), text.size());
    return read;
}

/// Writes `pair` as two new certificates: `<path>.key` for everybody, and `<path>.key_secret`, which only the user may
/// read. Errors: `errc::transport_error`, also if one of them is there already.
inline void write_certificates(std::string const& path, key_pair const& pair) {
    auto const write = [](std::string const& where, mode_t mode, std::string_view open, std::string_view secret) {
        int const               fd = ::open(where.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        detail::open_file const file{fd < 0 ? nullptr : ::fdopen(fd, "w")};
        if (file == nullptr) detail::fail_file("write", where, errno);
        std::fprintf(file.get(), "metadata\ncurve\n    public-key = \"%.40s\"\n", open.data());
        if (!secret.empty()) std::fprintf(file.get(), "    secret-key = \"%.40s\"\n", secret.data());
        if (std::fflush(file.get()) != 0) detail::fail_file("write", where, errno);
    };
    std::string const open   = pair.public_part.to_string();
    std::string       secret = pair.secret_part.reveal();
    write(path + ".key", 0644, open, {});
    write(path + ".key_secret", 0600, open, secret);
    ::explicit_bzero(secret.data(), secret.size());
}

}  // namespace tenon::security

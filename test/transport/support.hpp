// What the tests of the ZeroMQ transport share: texts over sockets, and a directory of one's own.
#pragma once

#include <tenon/transport/zmq.hpp>

#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace support {

using tenon::errc;
using tenon::pattern;
using tenon::transport::io;
using tenon::transport::socket_options;
using zmq = tenon::transport::zmq;
using namespace std::chrono_literals;

/// Long enough for the slowest machine; reached only when a test fails.
inline constexpr auto patience = 10s;

inline io send(zmq::socket& s, std::string_view text, bool more = false) {
    return s.send(tenon::as_bytes(text), more);
}

inline void must_send(zmq::socket& s, std::string_view text, bool more = false) {
    REQUIRE(zmq::wait(s, POLLOUT, patience));
    REQUIRE(send(s, text, more) == io::done);
}

/// The next part as text, or "(nothing)". A socket may look readable and have nothing: a REQ that drops a late reply.
inline std::string receive(zmq::socket& s, bool* more = nullptr) {
    zmq::frame part;
    auto       got = io::again;
    while (got == io::again && zmq::wait(s, POLLIN, patience)) got = s.receive(part);
    if (got != io::done) return "(nothing)";
    if (more != nullptr) *more = part.more();
    return std::string{tenon::as_text(part.view())};
}

inline std::vector<std::string> receive_all(zmq::socket& s) {
    std::vector<std::string> parts;
    for (bool more = true; more && parts.size() < 100;) parts.push_back(receive(s, &more));
    return parts;
}

/// A directory that goes with the test.
struct temporary_directory {
    temporary_directory() {
        std::string name = (std::filesystem::temp_directory_path() / "tenon-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    temporary_directory(temporary_directory const&)            = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string path;
};

/// Calls it and returns the error's text; checks that it is an error of this code.
std::string refusal(errc code, auto&& call) {
    try {
        call();
    } catch (tenon::error const& e) {
        INFO(e.what());
        CHECK(static_cast<int>(e.code()) == static_cast<int>(code));
        return e.what();
    }
    return "accepted";
}

inline bool mentions(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

inline int option(zmq::socket& s, int name) {
    int         value = -2;
    std::size_t size  = sizeof value;
    REQUIRE(zmq_getsockopt(s.native_handle(), name, &value, &size) == 0);
    return value;
}

}  // namespace support

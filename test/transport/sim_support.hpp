// What the tests of the simulated transport share: texts over sockets, in virtual time.
#pragma once

#include <tenon/transport/sim.hpp>

#include "catch.hpp"

#include <poll.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace support {

using tenon::errc;
using tenon::pattern;
using tenon::transport::io;
using tenon::transport::sim;
using tenon::transport::socket_options;
using namespace std::chrono_literals;

/// Lets time pass until the socket is ready for one of `events`; false after `limit`.
inline bool wait(sim::context& context, sim::socket& s, short events = POLLIN, std::chrono::nanoseconds limit = 10s) {
    sim::poll_item item{s, events};
    return context.wait({&item, 1}, limit) > 0;
}
inline void pass(sim::context& context, std::chrono::nanoseconds time) { context.wait({}, time); }

inline io send(sim::socket& s, std::string_view text, bool more = false) { return s.send(tenon::as_bytes(text), more); }

inline void must_send(sim::context& context, sim::socket& s, std::string_view text, bool more = false) {
    REQUIRE(wait(context, s, POLLOUT));
    REQUIRE(send(s, text, more) == io::done);
}

/// The next part as text if it is there, else "(nothing)".
inline std::string take(sim::socket& s, bool* more = nullptr) {
    sim::frame part;
    if (s.receive(part) != io::done) return "(nothing)";
    if (more != nullptr) *more = part.more();
    return std::string{tenon::as_text(part.view())};
}
/// The same, but waits for it.
inline std::string receive(sim::context& context, sim::socket& s, bool* more = nullptr) {
    wait(context, s);
    return take(s, more);
}
inline std::vector<std::string> receive_all(sim::context& context, sim::socket& s) {
    std::vector<std::string> parts;
    for (bool more = true; more && parts.size() < 100;) {
        more = false;
        parts.push_back(receive(context, s, &more));
    }
    return parts;
}
/// All messages of one part that are there.
inline std::vector<std::string> take_all(sim::socket& s) {
    std::vector<std::string> texts;
    for (std::string text = take(s); text != "(nothing)"; text = take(s)) texts.push_back(text);
    return texts;
}

/// How many copies of `text` can be sent without time passing.
inline int fill(sim::socket& s, std::string_view text = "x", int limit = 10'000) {
    int count = 0;
    while (count < limit && send(s, text) == io::done) ++count;
    return count;
}

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
inline bool mentions(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace support

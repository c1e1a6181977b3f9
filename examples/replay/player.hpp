// Playing a recording: for people to read, and against a live process.
#pragma once

#include <tenon/process/observer/log.hpp>
#include <tenon/process/observer/recording_file.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace replay {

using tenon::recording::entry;
using tenon::recording::happening;
using zmq = tenon::transport::zmq;

/// Text as it is, other bytes in hexadecimal.
inline std::string readable(std::string_view body) {
    namespace format = tenon::detail::recording_format;
    if (format::is_printable(body)) return std::string{body};
    format::line_writer line;
    line.text(body);
    return std::string{line.view().substr(0, line.view().size() - 1)};  // a space comes after each word
}

/// One line of the conversation: `0.000231570  requests  --> pong  ["pong",3]`.
inline std::string to_string(entry const& one) {
    char head[64];
    std::snprintf(head, sizeof head, "%14.9f  ", std::chrono::duration<double>(one.time).count());
    std::string line = head + one.port + "  ";
    switch (one.what) {
        case happening::received: return line + "<-- " + one.message + "  " + readable(one.body);
        case happening::sent: return line + "--> " + one.message + "  " + readable(one.body);
        case happening::dropped:
            return line + "!!! " + one.message + "  " + std::string{describe(one.reason)} + ": " + readable(one.text);
        case happening::connection: break;
    }
    std::string const why = describe_reason(tenon::connection_event{one.port, one.change, one.text, one.change_reason});
    line += "... " + std::string{name_of(one.change)} + "  " + readable(one.text);
    return why.empty() ? line : line + ": " + why;
}

/// What became of a recording that was played.
struct outcome {
    std::size_t sent = 0, same = 0, different = 0, missing = 0, unexpected = 0;

    [[nodiscard]] bool as_recorded() const { return different + missing + unexpected == 0; }
};

/// Sends what a port had received once more, and holds what comes back against what the port had sent.
class player {
public:
    static constexpr std::chrono::milliseconds default_patience{5000};

    /// Throws `tenon::error` if the recording has no such port, or one that nobody can play.
    player(tenon::recording::file const& recorded, std::string_view port, tenon::address const& to,
           std::chrono::milliseconds patience = default_patience)
        : recorded_{recorded}, port_{port}, patience_{patience}, socket_{context_, counterpart(recorded, port)} {
        socket_.connect(to);
    }

    /// Follows the recording line by line, so that what was asked at once is asked at once again. `tell(line)` is
    /// called with each message as it comes back, and with what is wrong about it.
    template <class Tell>
    outcome play(Tell tell) {
        outcome result;
        for (entry const& one : recorded_.entries) {
            if (one.port != port_) continue;
            if (one.what == happening::received) {
                send(one.body, ++result.sent);
            } else if (one.what == happening::sent) {
                std::string got;
                if (!receive(got, patience_)) {
                    ++result.missing;
                    tell("missing:    " + readable(one.body));
                    return result;  // what comes after it would be held against the wrong messages
                }
                bool const same = got == one.body;
                ++(same ? result.same : result.different);
                tell((same ? "same:       " : "different:  ") + readable(got));
                if (!same) tell("  recorded: " + readable(one.body));
            }
        }
        for (std::string got; receive(got, std::chrono::milliseconds{100});) {
            ++result.unexpected;
            tell("unexpected: " + readable(got));
        }
        return result;
    }

private:
    /// The pattern that stands opposite the port.
    static tenon::pattern counterpart(tenon::recording::file const& recorded, std::string_view name) {
        for (auto const& port : recorded.ports) {
            if (port.name != name) continue;
            using tenon::pattern;
            if (port.pattern == pattern::rep || port.pattern == pattern::router) return pattern::dealer;
            if (port.pattern == pattern::pull) return pattern::push;
            throw tenon::error{tenon::errc::bad_address,
                               "port " + port.name + " is a " + std::string{name_of(port.pattern)} +
                                   " port; what REP, ROUTER and PULL ports have received can be sent once more"};
        }
        throw tenon::error{tenon::errc::bad_address,
                           "process " + recorded.app + " has no port " + std::string{name} + " in this recording"};
    }

    /// `[id, '', body]`, as Tenon's clients do; to a PULL port the body alone.
    void send(std::string_view body, std::uint64_t id) {
        if (socket_.pattern() == tenon::pattern::dealer) {
            zmq::frame first{sizeof id}, delimiter;
            std::memcpy(first.data(), &id, sizeof id);
            send(first, true);
            send(delimiter, true);
        }
        zmq::frame last{tenon::as_bytes(body)};
        send(last, false);
    }
    void send(zmq::frame& part, bool more) {
        while (socket_.send(part, more) != tenon::transport::io::done)
            if (!zmq::wait(socket_, POLLOUT, patience_))
                throw tenon::error{tenon::errc::timed_out, "nobody takes the messages: is the process up?"};
    }

    /// The last part of the next message that comes back; false if none does in time.
    bool receive(std::string& body, std::chrono::milliseconds patience) {
        zmq::frame part;
        if (socket_.pattern() != tenon::pattern::dealer || !zmq::wait(socket_, POLLIN, patience)) return false;
        do
            if (socket_.receive(part) != tenon::transport::io::done) return false;
        while (part.more());
        body = tenon::as_text(part.view());
        return true;
    }

    tenon::recording::file const& recorded_;
    std::string                   port_;
    std::chrono::milliseconds     patience_;
    zmq::context                  context_;
    zmq::socket                   socket_;
};

}  // namespace replay

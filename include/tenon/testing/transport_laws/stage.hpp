// The stage: what a law is written with, the same for every transport, so that each law is compiled once.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/error.hpp>
#include <tenon/testing/transport_laws/abilities.hpp>
#include <tenon/transport/concept.hpp>

#include <poll.h>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::testing::transport_laws {

using namespace std::chrono_literals;
using transport::io;
using transport::socket_options;

/// What a law throws where it finds itself broken: what has happened.
struct broken_law {
    std::string what;
};

/// The name of the enumerator, such as "done".
constexpr std::string_view name_of(io outcome) noexcept {
    switch (outcome) {
        case io::done: return "done";
        case io::again: return "again";
        case io::unroutable: return "unroutable";
        case io::wrong_state: return "wrong_state";
        case io::terminated: return "terminated";
        case io::interrupted: return "interrupted";
        case io::failed: return "failed";
    }
    return "?";
}

/// The parts of one message.
using parts = std::vector<std::string>;

/// A socket of the transport that is tried. Each send and receive also checks what becomes of the frame.
class any_socket {
public:
    virtual ~any_socket() = default;

    virtual address bind(address const& where)               = 0;
    virtual void    connect(address const& where)            = 0;
    virtual void    unbind(address const& where)             = 0;
    virtual void    disconnect(address const& where)         = 0;
    virtual void    subscribe(std::string_view prefix)       = 0;
    virtual void    unsubscribe(std::string_view prefix)     = 0;
    virtual io      send(std::string_view part, bool more)   = 0;
    virtual io      receive(std::string& part, bool& more)   = 0;
    virtual void    close()                                  = 0;
    virtual bool    is_open() const                          = 0;
    virtual pattern kind() const                             = 0;
    /// Moves the socket into another object, and closes what is left of the first.
    virtual void    move()                                   = 0;
};

using socket = std::unique_ptr<any_socket>;

/// Options with which nothing in a law takes long.
inline socket_options brisk() {
    socket_options options;
    options.linger                 = 0ms;
    options.reconnect_interval     = 5ms;
    options.reconnect_interval_max = 50ms;
    return options;
}

/// The same with high-water marks on both sides of a connection.
inline socket_options with_marks(int mark) {
    socket_options options = brisk();
    options.send_hwm = options.receive_hwm = mark;
    return options;
}

/// The same with a name for ROUTER peers.
inline socket_options with_identity(std::string_view identity) {
    socket_options options = brisk();
    options.identity       = identity;
    return options;
}

/// One thing that is waited for, and what became of it.
struct awaited {
    any_socket* target;
    short       events = POLLIN;
    short       ready  = 0;
};

/// Two sockets, the first of which is bound where the second is connected.
struct link {
    socket  binds;
    socket  connects;
    address where;
};

/// What a law acts on. Waiting has a limit everywhere: what does not come is a broken law, and not a test that hangs.
class stage {
public:
    explicit stage(transport_abilities const& can) : can_{can} {}
    virtual ~stage() = default;

    virtual socket  open(pattern kind, socket_options const& options = brisk())              = 0;
    virtual address fresh_address()                                                          = 0;
    virtual int     wait(std::span<awaited> items, std::chrono::nanoseconds limit)           = 0;
    virtual std::chrono::nanoseconds now()                                                   = 0;
    virtual std::chrono::nanoseconds patience() const                                        = 0;

    [[nodiscard]] transport_abilities const& can() const noexcept { return can_; }

    socket bound(pattern kind, address const& where, socket_options const& options = brisk()) {
        socket made = open(kind, options);
        made->bind(where);
        return made;
    }
    socket connected(pattern kind, address const& where, socket_options const& options = brisk()) {
        socket made = open(kind, options);
        made->connect(where);
        return made;
    }
    transport_laws::link link(pattern binds, pattern connects, socket_options const& of_binds = brisk(),
                    socket_options const& of_connects = brisk()) {
        address const where = fresh_address();
        socket        first = bound(binds, where, of_binds);
        return {std::move(first), connected(connects, where, of_connects), where};
    }

    /// Breaks the law unless it is true.
    static void expect(bool holds, std::string_view otherwise) {
        if (!holds) throw broken_law{std::string{otherwise}};
    }
    static void expect(io got, io wanted, std::string_view what) {
        if (got == wanted) return;
        throw broken_law{std::string{what} + ": it says " + std::string{name_of(got)} + ", not " +
                         std::string{name_of(wanted)}};
    }
    static void expect(parts const& got, parts const& wanted, std::string_view what) {
        if (got != wanted) throw broken_law{std::string{what} + ": it is " + shown(got) + ", not " + shown(wanted)};
    }

    /// Breaks the law unless the call throws an error of this code.
    template <class Call>
    static void refused(errc code, std::string_view what, Call const& call) {
        try {
            call();
        } catch (error const& e) {
            if (e.code() == code) return;
            throw broken_law{std::string{what} + ": the error is '" + std::string{describe(e.code())} + "', not '" +
                             std::string{describe(code)} + "'"};
        }
        throw broken_law{std::string{what} + ": there is no error"};
    }

    /// Asks again and again until it is so; false if the patience comes to its end before.
    template <class Condition>
    bool until(Condition const& condition) {
        auto const end = now() + patience();
        while (!condition()) {
            if (now() >= end) return false;
            pass(1ms);
        }
        return true;
    }

    void pass(std::chrono::nanoseconds time) { wait({}, time); }

    /// Time for what must not happen. Too short on a slow machine, it lets a broken law pass and never breaks one.
    void settle() { pass(20ms); }

    bool ready(any_socket& target, short events, std::chrono::nanoseconds limit) {
        awaited item{&target, events};
        return wait({&item, 1}, limit) > 0;
    }
    bool ready(any_socket& target, short events) { return ready(target, events, patience()); }

    /// Sends a message; waits for room.
    void send(any_socket& from, std::initializer_list<std::string_view> message) {
        send(from, std::span{message.begin(), message.size()});
    }
    void send(any_socket& from, parts const& message) {
        std::vector<std::string_view> const views{message.begin(), message.end()};
        send(from, std::span{views});
    }

    /// The next message; waits for it.
    parts receive(any_socket& at) {
        auto message = receive(at, patience());
        expect(message.has_value(), std::string{"nothing arrives at the "} + std::string{name_of(at.kind())});
        return std::move(*message);
    }
    /// The next message if one comes within the limit.
    std::optional<parts> receive(any_socket& at, std::chrono::nanoseconds limit);

    /// Breaks the law if anything arrives.
    void expect_nothing(any_socket& at, std::string_view otherwise) {
        std::string part;
        bool        more = false;
        settle();
        if (at.receive(part, more) == io::done) throw broken_law{std::string{otherwise} + ": " + shown({part})};
    }

    /// Binds as soon as the address is free again: a socket lets go of it in the background.
    void bind_again(any_socket& target, address const& where) {
        auto const is_free = [&] {
            try {
                target.bind(where);
                return true;
            } catch (error const& e) {
                if (e.code() != errc::address_in_use) throw;
                return false;
            }
        };
        expect(until(is_free), "the address does not become free");
    }

    /// Sends small messages, each with its number, or large ones until it cannot; returns how many it has sent.
    std::size_t fill(any_socket& to, std::string_view address, std::string_view body, std::size_t most);

    /// Receives one message after the other while they come; as text, the first part of each.
    std::vector<std::string> drain(any_socket& at, std::chrono::nanoseconds pause = 50ms) {
        std::vector<std::string> all;
        while (auto message = receive(at, pause)) all.push_back(std::move(message->front()));
        return all;
    }

    /// For the texts of broken laws: long parts shortened, what is no letter as a number.
    static std::string shown(parts const& message);

private:
    void send(any_socket& from, std::span<std::string_view const> message);

    transport_abilities can_;
};

inline void stage::send(any_socket& from, std::span<std::string_view const> message) {
    io outcome = io::again;
    until([&] {
        outcome = from.send(message[0], message.size() > 1);
        return outcome != io::again || (ready(from, POLLOUT, 20ms), false);
    });
    expect(outcome, io::done, std::string{name_of(from.kind())} + " sends");
    for (std::size_t i = 1; i < message.size(); ++i)
        expect(from.send(message[i], i + 1 < message.size()), io::done, "the next part of a message is sent");
}

inline std::optional<parts> stage::receive(any_socket& at, std::chrono::nanoseconds limit) {
    auto const  end  = now() + limit;
    bool        more = false;
    std::string part;
    io          outcome = at.receive(part, more);
    while (outcome == io::again) {  // readiness may be for a message that is dropped, such as one without an envelope
        auto const left = end - now();
        if (left.count() <= 0) return std::nullopt;
        ready(at, POLLIN, left);
        outcome = at.receive(part, more);
    }
    expect(outcome, io::done, std::string{name_of(at.kind())} + " receives");
    parts message{part};
    while (more) {
        expect(at.receive(part, more), io::done, "the parts of a message arrive together");
        message.push_back(part);
    }
    return message;
}

inline std::size_t stage::fill(any_socket& to, std::string_view address, std::string_view body, std::size_t most) {
    for (std::size_t sent = 0; sent < most; ++sent) {
        if (!address.empty()) {
            io const first = to.send(address, true);
            if (first == io::again) return sent;
            expect(first, io::done, "a message is addressed");
        }
        io const outcome = to.send(std::to_string(sent), !body.empty());
        if (outcome == io::again && address.empty()) return sent;
        expect(outcome, io::done, "a message is sent until the high-water mark is reached");
        if (!body.empty()) expect(to.send(body, false), io::done, "the last part of a message is sent");
    }
    return most;
}

inline std::string stage::shown(parts const& message) {
    std::string text = "[";
    for (auto const& part : message) {
        if (text.size() > 1) text += ", ";
        text += '"';
        for (char const c : part.substr(0, 24))
            if (c >= ' ' && c <= '~')
                text += c;
            else
                text += '\\' + std::to_string(static_cast<unsigned char>(c));
        text += part.size() > 24 ? "...\"" : "\"";
    }
    return text + "]";
}

/// A law: a sentence, what it takes to be tried, and how it is tried.
struct law {
    std::string_view name;
    void (*run)(stage&);
    bool transport_abilities::* needs = nullptr;
};

}  // namespace tenon::testing::transport_laws

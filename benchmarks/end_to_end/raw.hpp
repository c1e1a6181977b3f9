// The loops that one writes by hand over libzmq: what Tenon's end-to-end figures stand beside.
#pragma once

#include "formats.hpp"
#include "messages.hpp"

#include <zmq.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace by_hand {

[[noreturn]] inline void fail(char const* what) {
    std::fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
    std::exit(1);
}
inline void check(bool good, char const* what) {
    if (!good) fail(what);
}

/// A context with one socket; what a program by hand has. Or a socket of a context that two threads share.
struct endpoint {
    void* own;
    void* socket;

    explicit endpoint(int type, void* shared = nullptr)
        : own{shared == nullptr ? zmq_ctx_new() : nullptr}, socket{zmq_socket(shared == nullptr ? own : shared, type)} {
        int const linger = 1000;
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    }
    ~endpoint() {
        zmq_close(socket);
        if (own != nullptr) zmq_ctx_term(own);
    }
    endpoint(endpoint const&)            = delete;
    endpoint& operator=(endpoint const&) = delete;

    void bind(char const* where) {
        check(zmq_bind(socket, where) == 0, "bind");
        char        actual[256];
        std::size_t size = sizeof actual;
        check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, actual, &size) == 0, "endpoint");
        std::printf("%s\n", actual);
        std::fflush(stdout);
    }
    void connect(char const* where) { check(zmq_connect(socket, where) == 0, "connect"); }
};

/// One part of a message, received into the same memory again and again.
struct part {
    zmq_msg_t message;

    part() { zmq_msg_init(&message); }
    ~part() { zmq_msg_close(&message); }
    part(part const&)            = delete;
    part& operator=(part const&) = delete;

    bool receive(void* socket, int flags) { return zmq_msg_recv(&message, socket, flags) >= 0; }
    bool send(void* socket, int flags) { return zmq_msg_send(&message, socket, flags) >= 0; }
    void*       data() { return zmq_msg_data(&message); }
    std::size_t size() const { return zmq_msg_size(&message); }
    bool        more() const { return zmq_msg_more(&message) != 0; }
    void        resize(std::size_t bytes) {
        zmq_msg_close(&message);
        check(zmq_msg_init_size(&message, bytes) == 0, "memory");
    }
};

enum class manner { blocking, polling, spinning };

/// Waits as the manner says, then receives the first part.
inline void receive_first(void* socket, part& into, manner how) {
    for (;;) {
        if (how == manner::polling) {
            zmq_pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
            check(zmq_poll(&item, 1, -1) >= 0 || errno == EINTR, "poll");
            if ((item.revents & ZMQ_POLLIN) == 0) continue;
        }
        if (into.receive(socket, how == manner::blocking ? 0 : ZMQ_DONTWAIT)) return;
        check(errno == EAGAIN || errno == EINTR, "receive");
    }
}

/// A DEALER that asks `[id, '', body]` and takes the reply with its own id, as Tenon's client does.
class asker {
public:
    asker(char const* where, manner how, void* shared = nullptr) : peer_{ZMQ_DEALER, shared}, how_{how} {
        peer_.connect(where);
    }

    std::int64_t request(std::int64_t count) {
        ++id_;
        send(ping{count});
        for (;;) {
            receive_first(peer_.socket, first_, how_);
            bool more = first_.more();
            for (int parts = 1; more; ++parts) {
                check(body_.receive(peer_.socket, 0), "receive");
                more = body_.more();
                if (parts == 1) delimited_ = body_.size() == 0;
                if (parts == 2 && !more && delimited_ && is_mine()) return reply();
            }
        }
    }
    template <class M>
    void send(M const& m) {
        body_.resize(size_of<M>);
        write(body_.data(), m);
        check(zmq_send(peer_.socket, &id_, sizeof id_, ZMQ_SNDMORE) >= 0, "send");
        check(zmq_send(peer_.socket, nullptr, 0, ZMQ_SNDMORE) >= 0, "send");
        check(body_.send(peer_.socket, 0), "send");
    }

private:
    bool is_mine() { return first_.size() == sizeof id_ && std::memcmp(first_.data(), &id_, sizeof id_) == 0; }
    std::int64_t reply() {
        pong answer;
        check(read(body_.data(), body_.size(), answer), "the reply");
        return answer.count;
    }

    endpoint      peer_;
    manner        how_;
    part          first_, body_;
    std::uint64_t id_        = 0;
    bool          delimited_ = false;
};

/// Decodes a request and makes its answer in place; false when asked to stop.
inline bool answer_in_place(part& body) {
    ping question;
    if (read(body.data(), body.size(), question)) {
        body.resize(size_of<pong>);
        write(body.data(), pong{question.count});
        return true;
    }
    check(id_of(body.data()) == tenon::message_id<halt>, "the request");
    return false;
}

/// A ROUTER that gives the envelope back whole: the same frames as a `rep` port.
inline void answer_envelopes(endpoint& here, manner how) {
    part parts[16];
    for (;;) {
        int last = 0;
        receive_first(here.socket, parts[0], how);
        while (parts[last].more()) {
            check(last < 15 && parts[last + 1].receive(here.socket, 0), "receive");
            ++last;
        }
        check(last >= 2 && parts[last - 1].size() == 0, "the envelope");
        if (!answer_in_place(parts[last])) return;
        for (int i = 0; i <= last; ++i) check(parts[i].send(here.socket, i < last ? ZMQ_SNDMORE : 0), "send");
    }
}

inline void answer_router(char const* where, manner how) {
    endpoint here{ZMQ_ROUTER};
    here.bind(where);
    answer_envelopes(here, how);
}

/// A REP socket, which keeps the envelope to itself: what most people write.
inline void answer_rep(char const* where, manner how) {
    endpoint here{ZMQ_REP};
    here.bind(where);
    part body;
    for (;;) {
        receive_first(here.socket, body, how);
        check(!body.more(), "one part");
        if (!answer_in_place(body)) return;
        check(body.send(here.socket, 0), "send");
    }
}

/// Pushes `count` messages and the last one; then `wait()`.
template <class M, class Format, class Wait>
void push(char const* where, long count, Wait wait) {
    endpoint there{ZMQ_PUSH};
    there.connect(where);
    part       body;
    auto const send = [&]<class N>(N const& message) {
        body.resize(Format::template size<N>);
        Format::write(body.data(), message);
        check(body.send(there.socket, 0), "send");
    };
    M m{};
    for (long i = 0; i < count; ++i) {
        std::memcpy(&m, &i, sizeof i);
        send(m);
    }
    send(last{});
    wait();
}

/// Polls once, then receives until there is nothing left.
template <class Format, class Sink>
void pull_greedy(char const* where, Sink& sink) {
    endpoint here{ZMQ_PULL};
    here.bind(where);
    part body;
    for (;;) {
        zmq_pollitem_t item{here.socket, 0, ZMQ_POLLIN, 0};
        check(zmq_poll(&item, 1, -1) >= 0 || errno == EINTR, "poll");
        while (body.receive(here.socket, ZMQ_DONTWAIT))
            if (!body.more() && !Format::take(body.data(), body.size(), sink)) return;
    }
}

/// Receives as the manner says, one by one.
template <class Sink>
void pull_one_by_one(char const* where, manner how, Sink& sink) {
    endpoint here{ZMQ_PULL};
    here.bind(where);
    part body;
    do receive_first(here.socket, body, how);
    while (body.more() || binary::take(body.data(), body.size(), sink));
}

}  // namespace by_hand

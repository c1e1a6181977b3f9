// The article's second way, by hand: ask all sockets which of them can do something, then find out what.
//
// It serves several sockets, but each one more means two more ifs, and the logic is cut into turns: ten of
// them for five answers. Tenon (ping_pong.cpp) has the poll loop inside; an app says what to do with which
// message.
#include "by_hand.hpp"

#include <zmq.h>

#include <cstdio>
#include <stdexcept>
#include <string>

/// Waits for ping requests and replies with a pong.
void pong(by_hand::address_pipe& pipe) {
    by_hand::socket sock{ZMQ_REP};
    pipe.tell(sock.bind());

    zmq_pollitem_t items[] = {{sock.handle(), 0, ZMQ_POLLIN | ZMQ_POLLOUT, 0}};

    for (int i = 0; i < 10; ++i) {
        int const ready = zmq_poll(items, 1, by_hand::timeout_ms);
        by_hand::check(ready >= 0, "zmq_poll");
        if (ready == 0) throw std::runtime_error{"no request came in time"};

        // A REP socket can be read or written, never both.
        if (items[0].revents & ZMQ_POLLIN)
            std::printf("Pong got request: %s\n", sock.receive().c_str());
        if (items[0].revents & ZMQ_POLLOUT)
            sock.send("pong " + std::to_string(i / 2));
    }
}

/// Sends ping requests and waits for replies.
void ping(by_hand::address_pipe& pipe) {
    by_hand::socket sock{ZMQ_REQ};
    sock.connect(pipe.ask());

    for (int i = 0; i < 5; ++i) {
        sock.send("ping " + std::to_string(i));
        std::printf("Ping got reply: %s\n", sock.receive().c_str());
    }
}

int main() { return by_hand::in_two_processes(pong, ping); }

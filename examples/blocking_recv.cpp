// The article's first way, by hand: receive in a loop, and block until something is there.
//
// Short, and right for one socket; but a process that blocks here is deaf to its other sockets, timers and
// signals, and a message is whatever text arrives. Tenon (ping_pong.cpp) takes all of by_hand.hpp off one's
// hands, checks both ends of the conversation at compile time, and its processes never block.
#include "by_hand.hpp"

#include <zmq.h>

#include <cstdio>
#include <string>

/// Sends ping requests and waits for replies.
void ping(by_hand::address_pipe& pipe) {
    by_hand::socket sock{ZMQ_REQ};
    pipe.tell(sock.bind());

    for (int i = 0; i < 5; ++i) {
        sock.send("ping " + std::to_string(i));
        std::printf("Ping got reply: %s\n", sock.receive().c_str());
    }
}

/// Waits for ping requests and replies with a pong.
void pong(by_hand::address_pipe& pipe) {
    by_hand::socket sock{ZMQ_REP};
    sock.connect(pipe.ask());

    for (int i = 0; i < 5; ++i) {
        std::printf("Pong got request: %s\n", sock.receive().c_str());
        sock.send("pong " + std::to_string(i));
    }
}

int main() { return by_hand::in_two_processes(pong, ping); }

// Sending and receiving frames by hand: for tests that play a peer which no Tenon client or server would be.
#pragma once

#include "catch.hpp"

#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <poll.h>

namespace by_hand {

using zmq    = tenon::transport::zmq;
using frames = std::vector<std::string>;

/// Sends the parts of one message; waits as long as the queue is full.
inline void send(zmq::socket& socket, frames const& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        zmq::frame part{tenon::as_bytes(parts[i])};
        while (socket.send(part, i + 1 < parts.size()) != tenon::transport::io::done)
            REQUIRE(zmq::wait(socket, POLLOUT, std::chrono::seconds{10}));
    }
}

/// Waits for a whole message and returns its parts.
inline frames receive(zmq::socket& socket) {
    frames parts;
    bool   more = true;
    while (more) {
        zmq::frame part;
        while (socket.receive(part) != tenon::transport::io::done)
            REQUIRE(zmq::wait(socket, POLLIN, std::chrono::seconds{10}));
        parts.emplace_back(tenon::as_text(part.view()));
        more = part.more();
    }
    return parts;
}

}  // namespace by_hand

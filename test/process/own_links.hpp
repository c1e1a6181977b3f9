// Linking two ports of one process: both ends of a conversation in one test, without a second thread.
#pragma once

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <string>

namespace own_links {

/// Binds `server` and connects `client` to it, by tcp over loopback.
template <class Process, class Server, class Client>
void link(Process& process, Server server, Client client) {
    process[client].connect(process[server].bind("127.0.0.1"));
}

}  // namespace own_links

// What two processes over plain libzmq need before they get to their subject: errors, ownership, deadlines, a
// fork, a way to tell the other process the address. Shared by blocking_recv, polling and eventloop.
#pragma once

#include <zmq.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace by_hand {

/// Without deadlines a process whose peer has died waits for ever.
inline constexpr int timeout_ms = 5000;

inline void check(bool good, char const* what) {
    if (!good) throw std::runtime_error{std::string{what} + ": " + zmq_strerror(errno)};
}

/// A socket for lines of text, with a context of its own. Made after the fork only: no context survives one.
class socket {
public:
    explicit socket(int type) : context_{zmq_ctx_new()}, handle_{zmq_socket(context_, type)} {
        check(handle_ != nullptr, "zmq_socket");
        for (int const option : {ZMQ_RCVTIMEO, ZMQ_SNDTIMEO, ZMQ_LINGER})
            check(zmq_setsockopt(handle_, option, &timeout_ms, sizeof timeout_ms) == 0, "zmq_setsockopt");
    }
    socket(socket const&)            = delete;
    socket& operator=(socket const&) = delete;
    ~socket() {
        zmq_close(handle_);
        zmq_ctx_term(context_);
    }

    /// Binds to a port that is free and returns the address.
    std::string bind() {
        check(zmq_bind(handle_, "tcp://127.0.0.1:*") == 0, "zmq_bind");
        char        address[256] = {};
        std::size_t size         = sizeof address;
        check(zmq_getsockopt(handle_, ZMQ_LAST_ENDPOINT, address, &size) == 0, "zmq_getsockopt");
        return address;
    }
    void connect(std::string const& address) {
        check(zmq_connect(handle_, address.c_str()) == 0, "zmq_connect");
    }

    void send(std::string const& text) {
        check(zmq_send(handle_, text.data(), text.size(), 0) >= 0, "zmq_send");
    }
    std::string receive() {
        zmq_msg_t message;
        zmq_msg_init(&message);
        int const   size = zmq_msg_recv(&message, handle_, 0);
        std::string text{static_cast<char const*>(zmq_msg_data(&message)), zmq_msg_size(&message)};
        zmq_msg_close(&message);
        check(size >= 0, "zmq_msg_recv");
        return text;
    }

    void* handle() const { return handle_; }

private:
    void* context_;
    void* handle_;
};

/// Takes one address from the process that binds to the one that connects.
class address_pipe {
public:
    address_pipe() { check(pipe(ends_) == 0, "pipe"); }
    address_pipe(address_pipe const&)            = delete;
    address_pipe& operator=(address_pipe const&) = delete;
    ~address_pipe() {
        close_end(0);
        close_end(1);
    }

    void tell(std::string const& address) {
        auto const size = static_cast<ssize_t>(address.size());
        check(write(ends_[1], address.data(), address.size()) == size, "write to a pipe");
        close_end(1);
    }
    std::string ask() {
        close_end(1);  // or the end of the other process would go unnoticed
        std::string address;
        char        piece[256];
        for (ssize_t size; (size = read(ends_[0], piece, sizeof piece)) > 0;)
            address.append(piece, static_cast<std::size_t>(size));
        if (address.empty()) throw std::runtime_error{"the other process ended before it was ready"};
        return address;
    }

private:
    void close_end(int which) {
        if (ends_[which] >= 0) close(ends_[which]);
        ends_[which] = -1;
    }

    int ends_[2] = {-1, -1};
};

inline int run(char const* name, void (*role)(address_pipe&), address_pipe& pipe) {
    try {
        role(pipe);
        return 0;
    } catch (std::exception const& e) {
        std::fprintf(stderr, "%s: %s\n", name, e.what());
        return 1;
    }
}

/// Runs `pong` in a child process and `ping` in this one; returns 0 if both went well.
inline int in_two_processes(void (*pong)(address_pipe&), void (*ping)(address_pipe&)) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // both print to the same place: line by line
    pid_t child  = -1;
    int   code   = 0;
    int   status = 0;
    {
        address_pipe pipe;
        child = fork();
        check(child != -1, "fork");
        if (child == 0) std::exit(run("pong", pong, pipe));
        code = run("ping", ping, pipe);
    }
    // Whatever happened here: the child has deadlines, so it ends, and it must not be left as a zombie.
    while (waitpid(child, &status, 0) == -1 && errno == EINTR) {}
    return code == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace by_hand

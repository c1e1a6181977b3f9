// The program of examples/ping_pong.cpp as it is written by hand over cppzmq and nlohmann-json: the same messages on
// the wire, the same two processes, the same ten lines. What compiling Tenon is compared with.
#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include <cstdio>
#include <exception>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

struct ping { int count; };
struct pong { int count; };

class ping_handler {
public:
    pong make_pong(ping p) {
        std::printf("Pong got request: ping %d\n", p.count);
        std::fflush(stdout);
        return {p.count};
    }
};

void send(zmq::socket_t& socket, nlohmann::json const& message) {
    std::string const text = message.dump();
    socket.send(zmq::buffer(text), zmq::send_flags::none);
}

nlohmann::json receive(zmq::socket_t& socket) {
    zmq::message_t frame;
    if (!socket.recv(frame)) throw std::runtime_error{"no reply in time"};
    return nlohmann::json::parse(frame.to_string_view());
}

int serve(int ready) {
    zmq::context_t context;
    zmq::socket_t  socket{context, zmq::socket_type::rep};
    socket.set(zmq::sockopt::linger, 1000);
    socket.bind("tcp://127.0.0.1:*");
    std::string const where = socket.get(zmq::sockopt::last_endpoint);
    if (::write(ready, where.data(), where.size()) < 0) return 1;
    ::close(ready);

    ping_handler logic;
    for (;;) {
        try {
            nlohmann::json const message = receive(socket);
            std::string const    type    = message.at(0).get<std::string>();
            if (type == "ping") {
                pong const answer = logic.make_pong(ping{message.at(1).get<int>()});
                send(socket, {"pong", answer.count});
            } else if (type == "plzdiekthxbye") {
                return 0;
            } else {
                send(socket, {"failure", {{"code", 4}, {"text", "unknown message"}}});
            }
        } catch (nlohmann::json::exception const&) {
            send(socket, {"failure", {{"code", 1}, {"text", "malformed message"}}});
        }
    }
}

int request(zmq::socket_t& socket, int count) {
    send(socket, {"ping", count});
    nlohmann::json const reply = receive(socket);
    if (reply.at(0) != "pong") throw std::runtime_error{"unexpected reply"};
    return reply.at(1).get<int>();
}

}  // namespace

int main() {
    int pipe[2];
    if (::pipe(pipe) != 0) return 1;
    pid_t const child = ::fork();
    if (child == 0) {
        ::close(pipe[0]);
        int code = 1;
        try {
            code = serve(pipe[1]);
        } catch (std::exception const& e) {
            std::fprintf(stderr, "%s\n", e.what());
        }
        std::fflush(stdout);
        ::_exit(code);
    }
    ::close(pipe[1]);
    char          where[256];
    ssize_t const length = ::read(pipe[0], where, sizeof where);
    if (length <= 0) return 1;
    ::close(pipe[0]);

    zmq::context_t context;
    zmq::socket_t  socket{context, zmq::socket_type::req};
    socket.set(zmq::sockopt::linger, 1000);
    socket.set(zmq::sockopt::rcvtimeo, 5000);
    socket.connect(std::string(where, static_cast<std::size_t>(length)));
    for (int i = 0; i < 5; ++i) {
        std::printf("Ping got reply: pong %d\n", request(socket, i));
        std::fflush(stdout);
    }
    send(socket, {"plzdiekthxbye", nullptr});
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

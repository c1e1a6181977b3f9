// The ends of the benchmarks as one writes them with cppzmq: REQ, REP, PUSH and PULL sockets, blocking. The bodies
// are the same bytes as everywhere here; benchmarks/side_by_side runs it.
#include "end_to_end/measure.hpp"

#include <zmq.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace {

/// A context with one socket.
struct endpoint {
    zmq::context_t context;
    zmq::socket_t  socket;

    explicit endpoint(zmq::socket_type type) : socket{context, type} { socket.set(zmq::sockopt::linger, 1000); }
    void bind(char const* where) {
        socket.bind(where);
        std::printf("%s\n", socket.get(zmq::sockopt::last_endpoint).c_str());
        std::fflush(stdout);
    }
};

template <class M>
zmq::message_t encoded(M const& m) {
    zmq::message_t body{by_hand::size_of<M>};
    by_hand::write(body.data(), m);
    return body;
}
template <class M>
bool decoded(zmq::message_t const& body, M& m) {
    return by_hand::read(body.data(), body.size(), m);
}

class asker {
public:
    explicit asker(char const* where) : there_{zmq::socket_type::req} { there_.socket.connect(where); }

    std::int64_t request(std::int64_t count) {
        there_.socket.send(encoded(ping{count}), zmq::send_flags::none);
        pong answer;
        if (!there_.socket.recv(body_) || !decoded(body_, answer)) throw std::runtime_error{"the reply"};
        return answer.count;
    }
    void send(halt const& m) { there_.socket.send(encoded(m), zmq::send_flags::none); }

private:
    endpoint       there_;
    zmq::message_t body_;
};

int answer(char const* where) {
    endpoint here{zmq::socket_type::rep};
    here.bind(where);
    zmq::message_t body;
    ping           question;
    while (here.socket.recv(body) && decoded(body, question))
        here.socket.send(encoded(pong{question.count}), zmq::send_flags::none);
    return 0;
}

int push(char const* where, long count) {
    endpoint there{zmq::socket_type::push};
    there.socket.connect(where);
    sample_32 m{};
    for (long i = 0; i < count; ++i) {
        std::memcpy(&m, &i, sizeof i);
        there.socket.send(encoded(m), zmq::send_flags::none);
    }
    there.socket.send(encoded(last{}), zmq::send_flags::none);
    end_to_end::wait_for_end_of_input();
    return 0;
}

int pull(char const* where) {
    endpoint here{zmq::socket_type::pull};
    here.bind(where);
    end_to_end::counting_sink sink;
    zmq::message_t            body;
    sample_32                 m;
    while (here.socket.recv(body) && decoded(body, m)) sink.on(m);
    return sink.print();
}

int run(std::string_view role, char const* where, long count) {
    if (role == "answer") return answer(where);
    if (role == "ask") return end_to_end::ask_many(asker{where}, count, true);
    if (role == "pull") return pull(where);
    if (role == "push") return push(where, count);
    std::fputs("usage: cppzmq answer|pull ADDRESS | cppzmq ask|push ADDRESS COUNT\n", stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    return run(argc > 2 ? argv[1] : "", argv[argc > 2 ? 2 : 0], argc > 3 ? std::atol(argv[3]) : 0);
}

// The ends of the benchmarks as one writes them with cppzmq: REQ, REP, PUSH and PULL sockets. The bodies are the same
// bytes as everywhere here, and so is what is done with them; benchmarks/side_by_side and benchmarks/instructions run it.
#include "end_to_end/formats.hpp"
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
    /// `correlated`: a request has a frame with its number, and late replies are not taken for those to later ones, as
    /// with Tenon's client. Without, it has a frame less to send and to receive.
    asker(char const* where, bool correlated) : there_{zmq::socket_type::req} {
        there_.socket.set(zmq::sockopt::req_correlate, correlated);
        there_.socket.set(zmq::sockopt::req_relaxed, correlated);
        there_.socket.connect(where);
    }

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

enum class manner { blocking, polling };

/// Waits as the manner says, then receives.
bool receive(zmq::socket_t& socket, zmq::message_t& body, manner how) {
    if (how == manner::polling) {
        zmq::pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
        zmq::poll(&item, 1);
    }
    return socket.recv(body).has_value();
}

int answer(char const* where, manner how) {
    endpoint here{zmq::socket_type::rep};
    here.bind(where);
    zmq::message_t body;
    ping           question;
    while (receive(here.socket, body, how) && decoded(body, question))
        here.socket.send(encoded(pong{question.count}), zmq::send_flags::none);
    return body.size() >= by_hand::id_size && by_hand::id_of(body.data()) == tenon::message_id<halt> ? 0 : 1;
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

bool take(zmq::message_t const& body, end_to_end::counting_sink& sink) {
    return by_hand::binary::take(body.data(), body.size(), sink);
}
int pull(char const* where) {
    endpoint here{zmq::socket_type::pull};
    here.bind(where);
    end_to_end::counting_sink sink;
    zmq::message_t            body;
    while (here.socket.recv(body) && take(body, sink)) {}
    return sink.print();
}
/// Polls once, then receives until there is nothing left.
int pull_greedy(char const* where) {
    endpoint here{zmq::socket_type::pull};
    here.bind(where);
    end_to_end::counting_sink sink;
    zmq::message_t            body;
    for (zmq::pollitem_t item{here.socket, 0, ZMQ_POLLIN, 0};;) {
        zmq::poll(&item, 1);
        while (here.socket.recv(body, zmq::recv_flags::dontwait))
            if (!take(body, sink)) return sink.print();
    }
}

int serve(std::string_view role, std::string_view kind, char const* where) {
    if (role == "answer") return answer(where, kind == "cppzmq_poll" ? manner::polling : manner::blocking);
    if (role == "pull") return kind == "cppzmq_greedy" ? pull_greedy(where) : pull(where);
    return 2;
}
int use(std::string_view role, std::string_view kind, char const* where, long count) {
    if (role == "ask" || role == "count")
        return end_to_end::ask_many(asker{where, kind == "cppzmq_correlated"}, count, role == "ask");
    if (role == "push") return push(where, count);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    int const code = argc == 4  ? serve(argv[1], argv[2], argv[3])
                     : argc > 4 ? use(argv[1], argv[2], argv[3], std::atol(argv[4]))
                                : 2;
    if (code == 2)
        std::fputs("usage: cppzmq answer|pull KIND ADDRESS | cppzmq ask|count|push KIND ADDRESS COUNT\n"
                   "KIND: cppzmq; cppzmq_poll answers, cppzmq_greedy pulls, cppzmq_correlated asks\n", stderr);
    return code;
}

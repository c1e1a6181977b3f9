"""Sources of a server and a client that exchange many types of message, half of them questions and half replies: with
Tenon, and by hand over zmq.hpp and nlohmann-json as benchmarks/by_hand/ping_pong.cpp does it."""


def _structs(pairs):
    return "".join(f"struct q{i} {{ int a; std::string b; }};\nstruct r{i} {{ int a; double b; }};\n" for i in pairs)


def tenon(count):
    pairs = range(count // 2)
    statements = ", ".join(f"tenon::request<q{i}, r{i}>" for i in pairs)
    handlers = "".join(f"    r{i} on(q{i} const& q) {{ return {{q.a, {i}.5}}; }}\n" for i in pairs)
    requests = "".join(f"    sum += peer.request(q{i}{{{i}, {{}}}}).a;\n" for i in pairs)
    return f"""#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <string>

{_structs(pairs)}struct done {{}};
using talk = tenon::protocol<{statements}, tenon::command<done>>;

struct app {{
    static constexpr auto in    = tenon::rep<"in", talk>;
    static constexpr auto ports = tenon::ports(in);

{handlers}    void on(done const&, auto& process) {{ process.stop(); }}
}};

int main() {{
    auto child = tenon::start<tenon::process<app, tenon::transport::zmq>>(tenon::bind(app::in, "127.0.0.1"));
    tenon::client<talk, tenon::transport::zmq> peer{{child.address(app::in)}};
    int sum = 0;
{requests}    peer.send(done{{}});
    return child.join() == 0 && sum == {sum(pairs)} ? 0 : 1;
}}
"""


def by_hand(count):
    pairs = range(count // 2)
    formats = "".join(f"NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE({each}{i}, a, b)\n" for i in pairs for each in "qr")
    handlers = "".join(f"    r{i} on(q{i} const& q) {{ return {{q.a, {i}.5}}; }}\n" for i in pairs)
    dispatch = "".join(f'            if (type == "q{i}")\n'
                       f'                send(socket, {{"r{i}", handles.on(message.at(1).get<q{i}>())}});\n'
                       "            else\n" for i in pairs)
    requests = "".join(f'    sum += request<r{i}>(socket, "q{i}", "r{i}", q{i}{{{i}, {{}}}}).a;\n' for i in pairs)
    return f"""#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

{_structs(pairs)}
{formats}
struct app {{
{handlers}}};

void send(zmq::socket_t& socket, nlohmann::json const& message) {{
    std::string const text = message.dump();
    socket.send(zmq::buffer(text), zmq::send_flags::none);
}}
nlohmann::json receive(zmq::socket_t& socket) {{
    zmq::message_t frame;
    if (!socket.recv(frame)) throw std::runtime_error{{"no reply in time"}};
    return nlohmann::json::parse(frame.to_string_view());
}}

int serve(int ready) {{
    zmq::context_t context;
    zmq::socket_t  socket{{context, zmq::socket_type::rep}};
    socket.set(zmq::sockopt::linger, 1000);
    socket.bind("tcp://127.0.0.1:*");
    std::string const where = socket.get(zmq::sockopt::last_endpoint);
    if (::write(ready, where.data(), where.size()) < 0) return 1;
    ::close(ready);
    app handles;
    for (;;) {{
        try {{
            nlohmann::json const message = receive(socket);
            std::string const    type    = message.at(0).get<std::string>();
            if (type == "done") return 0;
{dispatch}            send(socket, {{"failure", {{{{"code", 4}}, {{"text", "unknown message"}}}}}});
        }} catch (nlohmann::json::exception const&) {{
            send(socket, {{"failure", {{{{"code", 1}}, {{"text", "malformed message"}}}}}});
        }}
    }}
}}

template <class Reply, class Question>
Reply request(zmq::socket_t& socket, char const* type, char const* reply_type, Question const& question) {{
    send(socket, {{type, question}});
    nlohmann::json const reply = receive(socket);
    if (reply.at(0) != reply_type) throw std::runtime_error{{"unexpected reply"}};
    return reply.at(1).get<Reply>();
}}

int main() {{
    int pipe[2];
    if (::pipe(pipe) != 0) return 1;
    pid_t const child = ::fork();
    if (child == 0) {{
        ::close(pipe[0]);
        int code = 1;
        try {{
            code = serve(pipe[1]);
        }} catch (std::exception const& e) {{
            std::fprintf(stderr, "%s\\n", e.what());
        }}
        ::_exit(code);
    }}
    ::close(pipe[1]);
    char          where[256];
    ssize_t const length = ::read(pipe[0], where, sizeof where);
    if (length <= 0) return 1;
    ::close(pipe[0]);

    zmq::context_t context;
    zmq::socket_t  socket{{context, zmq::socket_type::req}};
    socket.set(zmq::sockopt::linger, 1000);
    socket.set(zmq::sockopt::rcvtimeo, 5000);
    socket.connect(std::string(where, static_cast<std::size_t>(length)));
    int sum = 0;
{requests}    send(socket, {{"done", nullptr}});
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 && sum == {sum(pairs)} ? 0 : 1;
}}
"""

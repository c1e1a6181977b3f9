// A pipeline whose port batches, for peers in other languages: `batches push ADDRESS` pushes three jobs and a finish,
// `batches pull` prints its address and what comes, until a finish does.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstdio>
#include <cstring>
#include <exception>

namespace {

struct job { int number; };
struct finish {};
using work = tenon::protocol<tenon::command<job>, tenon::command<finish>>;

struct pusher {
    static constexpr auto out   = tenon::push<"out", work, tenon::batched<2>>;
    static constexpr auto ports = tenon::ports(out);

    void on(tenon::started const&, auto& process) {
        for (int number = 1; number <= 3; ++number) process[out].send(job{number});
        process[out].send(finish{});
        process.stop();
    }
};

struct puller {
    static constexpr auto in    = tenon::pull<"in", work, tenon::batched<>>;
    static constexpr auto ports = tenon::ports(in);

    void on(tenon::started const&, auto& process) {
        std::printf("listening on %s\n", process[in].bound_address().to_string().c_str());
        std::fflush(stdout);
    }
    void on(job const& j) { std::printf("job %d\n", j.number); }
    void on(finish const&, auto& process) {
        std::printf("wrong frames %d\n", static_cast<int>(process[in].counters().wrong_frames));
        process.stop();
    }
};

template <class App>
using here = tenon::process<App, tenon::launch::here, tenon::codec::json, tenon::transport::zmq>;

}  // namespace

int main(int argc, char** argv) try {
    if (argc == 3 && std::strcmp(argv[1], "push") == 0)
        return tenon::run<here<pusher>>(tenon::connect(pusher::out, tenon::address{argv[2]}));
    if (argc == 2 && std::strcmp(argv[1], "pull") == 0)
        return tenon::run<here<puller>>(tenon::bind(puller::in, "127.0.0.1"));
    std::fputs("usage: batches push ADDRESS | batches pull\n", stderr);
    return 2;
} catch (std::exception const& e) {
    std::fprintf(stderr, "batches: %s\n", e.what());
    return 1;
}

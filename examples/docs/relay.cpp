// An app that passes messages on without decoding them.
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <cstddef>
#include <cstdio>
#include <string>

#include <poll.h>

using tenon::transport::zmq;

// [relay]
// Passes messages on; large ones go another way, where nobody has to keep up.
struct relay_app {
    static constexpr auto in    = tenon::opaque<tenon::pattern::pull, "in">;
    static constexpr auto out   = tenon::opaque<tenon::pattern::push, "out">;
    static constexpr auto large = tenon::opaque<tenon::pattern::push, "large", tenon::overload::drop_newest<100>>;
    static constexpr auto ports = tenon::ports(in, out, large);

    bool on(decltype(in), tenon::opaque_message auto& message, auto& process) {
        if (message.bytes() > 1000) {
            process[large].forward(message);
            return true;
        }
        if (process[out].try_forward(message) != tenon::errc::would_block) return true;
        process[out].when_room([&process] { process[in].retry(); });
        return false;  // not taken: the message stays in the port, which reads no more until it is offered again
    }
};
// [/relay]

// What an end of the relay got: the number of frames and of bytes.
void print_next(char const* name, zmq::socket& from) {
    std::size_t frames = 0, bytes = 0;
    for (zmq::frame part; frames == 0 || part.more(); ++frames) {
        while (from.receive(part) != tenon::transport::io::done)
            static_cast<void>(zmq::wait(from, POLLIN, tenon::transport::forever));
        bytes += part.size();
    }
    std::printf("%s: %zu frames, %zu bytes\n", name, frames, bytes);
}

int main() {
    auto relay = tenon::start<tenon::process<relay_app>>(tenon::bind(relay_app::in, "127.0.0.1"),
                                                         tenon::bind(relay_app::out, "127.0.0.1"),
                                                         tenon::bind(relay_app::large, "127.0.0.1"));
    zmq::context context;
    zmq::socket  out{context, tenon::pattern::pull}, large{context, tenon::pattern::pull};
    out.connect(relay.address(relay_app::out));
    large.connect(relay.address(relay_app::large));
    zmq::socket in{context, tenon::pattern::push};
    in.connect(relay.address(relay_app::in));
    while (!zmq::wait(in, POLLOUT, tenon::transport::forever)) {}

    for (std::size_t const size : {10u, 2000u, 20u}) {
        in.send(tenon::as_bytes("head"), true);
        in.send(tenon::as_bytes(std::string(size, 'x')));
    }
    print_next("out", out);
    print_next("out", out);
    print_next("large", large);
}

// Sockets, descriptors and timers beside the ports, added and removed inside handlers.
#include "catch.hpp"
#include "ping_pong.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>
#include <unistd.h>

using namespace std::chrono_literals;
using app::client;
using zmq = tenon::transport::zmq;

namespace {

struct open_stream {};
struct opened { std::string address; };
struct how_many {};
struct received_so_far { int messages; };
struct close_stream {};

using conversation = tenon::protocol<tenon::request<open_stream, opened>, tenon::request<how_many, received_so_far>,
                                     tenon::command<close_stream>>;

/// Opens and closes a PULL socket of its own on request.
struct stream_app {
    static constexpr auto requests = tenon::rep<"requests", conversation>;
    static constexpr auto ports    = tenon::ports(requests);

    std::unique_ptr<zmq::socket> stream{};
    tenon::loop::source_id       watched{};
    int                          received = 0;

    opened on(open_stream const&, auto& process) {
        stream  = std::make_unique<zmq::socket>(process.context(), tenon::pattern::pull);
        watched = process.loop().watch(*stream, &stream_app::drain, this);
        return {stream->bind("127.0.0.1").to_string()};
    }
    received_so_far on(how_many const&) { return {received}; }
    void            on(close_stream const&, auto& process) {
        process.loop().unwatch(watched);
        stream.reset();
        received = 0;
    }
    static bool drain(void* self, std::size_t budget) {
        auto& app = *static_cast<stream_app*>(self);
        for (zmq::frame part; budget > 0; --budget) {
            if (app.stream->receive(part) != tenon::transport::io::done) return false;
            ++app.received;
        }
        return true;
    }
};

}  // namespace

TEST_CASE("streams are added and removed inside handlers", "[process][hazard]") {
    auto child = tenon::start<tenon::process<stream_app, tenon::launch::thread, tenon::transport::zmq>>(
        tenon::bind(stream_app::requests, "127.0.0.1"));
    tenon::client<conversation, tenon::codec::json, zmq> peer{child.address(stream_app::requests)};
    for (int round = 0; round < 10; ++round) {
        tenon::address const where{peer.request(open_stream{}).address};
        zmq::context         context;
        zmq::socket          pushing{context, tenon::pattern::push};
        pushing.connect(where);
        for (int i = 0; i < 10; ++i) {
            zmq::frame part{tenon::as_bytes("x")};
            while (pushing.send(part, false) != tenon::transport::io::done) REQUIRE(zmq::wait(pushing, POLLOUT, 10s));
        }
        while (peer.request(how_many{}).messages < 10) {}
        peer.send(close_stream{});
        CHECK(peer.request(how_many{}).messages == 0);
    }
    child.terminate();
    CHECK(child.join() == 0);
}

namespace {

std::vector<std::string> seen;

/// Reads a pipe through the loop, and counts a periodic timer, until both have come three times.
struct pipe_app {
    int ends[2] = {-1, -1};
    int reads = 0, ticks = 0;
    tenon::loop::timer_id timer{};

    void on(tenon::started const&, auto& process) {
        REQUIRE(::pipe(ends) == 0);
        process.loop().watch_fd(ends[0], POLLIN, [this, &process](short) {
            char byte = 0;
            REQUIRE(::read(ends[0], &byte, 1) == 1);
            seen.push_back(std::string{"read "} + byte);
            if (++reads == 3) done(process);
        });
        timer = process.every(1ms, [this, &process] {
            if (ticks == 3) return;
            char const byte = static_cast<char>('a' + ticks++);
            REQUIRE(::write(ends[1], &byte, 1) == 1);
            if (ticks == 3) process.cancel(timer);
        });
    }
    void done(auto& process) { process.stop(); }
    void on(tenon::stopping const&) {
        ::close(ends[0]);
        ::close(ends[1]);
    }
};

}  // namespace

TEST_CASE("a process watches plain descriptors and timers beside its ports", "[process]") {
    seen.clear();
    CHECK(tenon::run<tenon::process<pipe_app, tenon::transport::zmq>>() == 0);
    CHECK(seen == std::vector<std::string>{"read a", "read b", "read c"});
}

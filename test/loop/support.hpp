// What the tests of the loop share: a loop over ZeroMQ, pairs of sockets, and pipes.
#pragma once

#include <tenon/loop/event_loop.hpp>
#include <tenon/transport/zmq.hpp>

#include "catch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

using tenon::pattern;
using tenon::transport::io;
using zmq        = tenon::transport::zmq;
using event_loop = tenon::loop::event_loop<zmq>;
using namespace std::chrono_literals;

struct fixture {
    zmq::context context;
    event_loop   loop{context};

    /// Runs the loop; one that would never stop fails instead of hanging the tests.
    void run() {
        auto const give_up = [] { throw tenon::error{tenon::errc::timed_out, "never stopped"}; };
        auto const limit   = loop.after(60s, give_up);
        struct disarm {
            event_loop&           loop;
            tenon::loop::timer_id limit;
            ~disarm() { loop.cancel(limit); }
        } const guard{loop, limit};
        loop.run();
    }
};

/// A PUSH that is connected to a PULL.
struct channel {
    explicit channel(fixture& f) : pull{f.context, pattern::pull}, push{f.context, pattern::push} {
        static std::atomic<int> number{0};
        push.connect(pull.bind("inproc://channel-" + std::to_string(++number)));
    }
    void send(std::string_view text) {
        REQUIRE(zmq::wait(push, POLLOUT, 10s));  // libzmq notices late that the reader made room
        REQUIRE(push.send(tenon::as_bytes(text)) == io::done);
    }

    zmq::socket pull;
    zmq::socket push;
};

/// Reads a socket as a process does: all there is, within the budget.
struct reader {
    reader(zmq::socket& s, std::function<void(std::string const&)> h) : socket{&s}, handle{std::move(h)} {}

    void watch(fixture& f) { id = f.loop.watch(*socket, &reader::ready, this); }

    static bool ready(void* self, std::size_t budget) {
        auto& r = *static_cast<reader*>(self);
        for (std::size_t n = 0; n < budget; ++n) {
            zmq::frame part;
            if (r.socket->receive(part) != io::done) return false;
            r.largest = std::max(r.largest, n + 1);
            auto const handle = r.handle;  // copies, since the handler may destroy this reader
            auto const alive  = r.alive;
            handle(std::string{tenon::as_text(part.view())});
            if (!*alive) return true;  // on purpose: the loop must not look at a removed source either
        }
        return true;
    }
    reader(reader const&)            = delete;
    reader& operator=(reader const&) = delete;
    ~reader() { *alive = false; }

    zmq::socket*                            socket;
    std::function<void(std::string const&)> handle;
    tenon::loop::source_id                  id{};
    std::size_t                             largest = 0;
    std::shared_ptr<bool>                   alive   = std::make_shared<bool>(true);
};

struct pipe_ends {
    pipe_ends() {
        int ends[2] = {-1, -1};
        REQUIRE(::pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
        read_end  = ends[0];
        write_end = ends[1];
    }
    pipe_ends(pipe_ends const&)            = delete;
    pipe_ends& operator=(pipe_ends const&) = delete;
    ~pipe_ends() {
        ::close(read_end);
        if (write_end >= 0) ::close(write_end);
    }
    void write() const { REQUIRE(::write(write_end, "x", 1) == 1); }
    void read() const {
        char byte = 0;
        REQUIRE(::read(read_end, &byte, 1) == 1);
    }
    void close_write_end() { ::close(std::exchange(write_end, -1)); }

    int read_end  = -1;
    int write_end = -1;
};

}  // namespace support

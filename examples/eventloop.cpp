// The article's third way, by hand: a loop that polls, streams that wrap sockets, callbacks for what arrives.
//
// The design that carries applications of many sockets, and the one that Tenon (ping_pong.cpp) is built on:
// there loop and streams are in the library, callbacks are `on` overloads that get messages instead of text,
// and adding or removing streams inside them, timers, signals and fair turns are taken care of.
#include "by_hand.hpp"

#include <zmq.h>

#include <cstddef>
#include <cstdio>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Wraps a socket: calls back with what has arrived, and sends as soon as the socket takes it.
class stream {
public:
    using callback = std::function<void(std::string const&)>;

    explicit stream(int type) : socket_{type} {}

    std::string bind() { return socket_.bind(); }
    void        on_receive(callback f) { received_ = std::move(f); }
    void        send(std::string text) { unsent_.push_back(std::move(text)); }

    /// Sends what is left, waiting if need be.
    void flush() {
        for (; !unsent_.empty(); unsent_.pop_front()) socket_.send(unsent_.front());
    }

    zmq_pollitem_t interest() const {
        int const events = unsent_.empty() ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT;
        return {socket_.handle(), 0, static_cast<short>(events), 0};
    }
    void handle(short events) {
        if (events & ZMQ_POLLIN) received_(socket_.receive());
        if (events & ZMQ_POLLOUT) flush();
    }

private:
    by_hand::socket         socket_;
    callback                received_;
    std::deque<std::string> unsent_;
};

/// Waits for events of its streams and hands them out. Streams are added before it runs and outlive the run.
class event_loop {
public:
    void add(stream& s) { streams_.push_back(&s); }
    void stop() { running_ = false; }

    void run() {
        running_ = true;
        while (running_) {
            std::vector<zmq_pollitem_t> items;
            for (stream const* each : streams_) items.push_back(each->interest());
            int const ready = zmq_poll(items.data(), static_cast<int>(items.size()), by_hand::timeout_ms);
            by_hand::check(ready >= 0, "zmq_poll");
            if (ready == 0) throw std::runtime_error{"nothing happened in time"};
            for (std::size_t i = 0; i < items.size() && running_; ++i)
                streams_[i]->handle(items[i].revents);
        }
    }

private:
    std::vector<stream*> streams_;
    bool                 running_ = false;
};

/// Waits for ping requests and replies with a pong.
class pong_process {
public:
    /// Brings up loop and stream and runs the loop until it is stopped: in the new process, not before.
    void run(by_hand::address_pipe& pipe) {
        stream     requests{ZMQ_REP};
        event_loop loop;
        pipe.tell(requests.bind());
        requests.on_receive([&](std::string const& request) { handle_ping(request, requests, loop); });
        loop.add(requests);
        loop.run();
    }

private:
    void handle_ping(std::string const& request, stream& requests, event_loop& loop) {
        std::printf("Pong got request: %s\n", request.c_str());
        requests.send("pong " + std::to_string(pings_));
        if (++pings_ == 5) {
            requests.flush();
            loop.stop();
        }
    }

    int pings_ = 0;
};

void pong(by_hand::address_pipe& pipe) { pong_process{}.run(pipe); }

/// Sends ping requests and waits for replies.
void ping(by_hand::address_pipe& pipe) {
    by_hand::socket sock{ZMQ_REQ};
    sock.connect(pipe.ask());

    for (int i = 0; i < 5; ++i) {
        sock.send("ping " + std::to_string(i));
        std::printf("Ping got reply: %s\n", sock.receive().c_str());
    }
}

int main() { return by_hand::in_two_processes(pong, ping); }

// The conversation of the publishing tests, and what their apps share. Most of them publish to themselves: one process
// with both ends over TCP, so that what was sent and what has arrived are known at each moment.
#pragma once

#include "catch.hpp"

#include <tenon/launch/thread.hpp>
#include <tenon/tenon.hpp>
#include <tenon/transport/zmq.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace market {

using zmq = tenon::transport::zmq;

struct price {
    std::string   symbol;
    std::uint64_t serial;
};
/// An event of any size.
struct reading {
    std::uint64_t serial;
    std::string   noise;
};
struct closing {};

using prices = tenon::protocol<tenon::event<price, &price::symbol>, tenon::event<reading>, tenon::event<closing>>;

/// Ends a test that hangs, as a failure.
void limit(auto& process) {
    process.after(std::chrono::seconds{20}, [&process] {
        CHECK(false);
        process.stop(1);
    });
}

/// Calls `then()` as soon as `ready()`; both are looked at in turns of their own.
template <class Process, class Ready, class Then>
void once(Process& process, Ready ready, Then then) {
    process.after(std::chrono::milliseconds{1}, [&process, ready, then]() mutable {
        if (ready()) then();
        else once(process, std::move(ready), std::move(then));
    });
}

/// An app without handlers of its own for the events.
struct deaf {
    void on(price const&) {}
    void on(reading const&) {}
    void on(closing const&) {}
};

}  // namespace market

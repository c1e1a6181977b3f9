// A transport without sockets whose time passes only while its loop waits: timers to the nanosecond.
#pragma once

#include <tenon/loop/event_loop.hpp>

#include <chrono>
#include <span>
#include <vector>

struct virtual_transport {
    using clock = std::chrono::steady_clock;

    struct socket {};

    struct poll_item {
        poll_item(socket&, short) {}
        poll_item(int, short) {}
        short ready() const { return 0; }
    };

    struct context {
        clock::time_point                     time{};
        std::vector<std::chrono::nanoseconds> waits;
        int mutable clock_reads = 0;

        clock::time_point now() const {
            ++clock_reads;
            return time;
        }
        int wait(std::span<poll_item>, std::chrono::nanoseconds timeout) {
            waits.push_back(timeout);
            if (timeout != std::chrono::nanoseconds::max()) time += timeout;
            return 0;
        }
    };
};

// What the ends that are measured have in common: the clock around round trips, and the count of what arrives.
#pragma once

#include "messages.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace end_to_end {

using clock_type = std::chrono::steady_clock;

/// A line of JSON: nanoseconds per round trip, and of single ones the percentiles.
inline void print(std::vector<double>& each, double total) {
    auto const at = [&](double share) {
        auto const place = each.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(each.size() - 1));
        std::nth_element(each.begin(), place, each.end());
        return *place;
    };
    std::printf("{\"mean\": %.0f, \"p50\": %.0f, \"p99\": %.0f, \"p99.9\": %.0f}\n",
                total / static_cast<double>(each.size()), at(0.5), at(0.99), at(0.999));
}

/// Without a look at the clock, for those who count instructions.
template <class Asker>
int count_only(Asker&& server, long count) {
    bool good = true;
    for (long i = 0; i < count; ++i) good = good && server.request(i) == i;
    server.send(halt{});
    return good ? 0 : 1;
}

template <class Asker>
int measure(Asker&& server, long count) {
    std::vector<double> each;
    each.reserve(static_cast<std::size_t>(count));
    bool good = server.request(-1) == -1;  // connected, and warm
    auto const start = clock_type::now();
    auto       last  = start;
    for (long i = 0; i < count; ++i) {
        good           = good && server.request(i) == i;
        auto const now = clock_type::now();
        each.push_back(static_cast<double>((now - last).count()));
        last = now;
    }
    print(each, static_cast<double>((last - start).count()));
    server.send(halt{});
    return good ? 0 : 1;
}

template <class Asker>
int ask_many(Asker&& server, long count, bool timed) {
    return timed ? measure(server, count) : count_only(server, count);
}

/// Keeps a sender's socket open until whoever started it has seen the end. A receiver at its high-water mark that sees
/// an ipc connection closed may lose what it has not read yet (libzmq 4.3.4).
inline void wait_for_end_of_input() {
    while (std::getchar() != EOF) {}
}

/// Counts what arrives, in the order in which it was sent, and the time from the first to the last.
struct counting_sink {
    long                   received = 0;
    long                   wrong    = 0;
    clock_type::time_point start{};

    template <class M>
    void on(M const& m) {
        if (received == 0) start = clock_type::now();
        long number;
        std::memcpy(&number, m.load.data(), sizeof number);
        wrong += number != received++;
    }
    int print() const {
        auto const time = static_cast<double>((clock_type::now() - start).count());
        std::printf("{\"mean\": %.2f}\n", time / static_cast<double>(received > 1 ? received - 1 : 1));
        return wrong == 0 ? 0 : 1;
    }
};

}  // namespace end_to_end

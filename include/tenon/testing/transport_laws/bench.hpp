// The bench: where a transport is tried, as the suite asks for it.
#pragma once

#include <tenon/core/chrono.hpp>
#include <tenon/transport/concept.hpp>

#include <unistd.h>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tenon::testing {

/// What a transport is tried on: its contexts, addresses and time. The suite makes a new one for each law.
///
/// - `transport` is the type that is tried.
/// - `context(side)` is the same context each time for each of the sides 0 and 1, which are as far from each other as
///   peers can be: two contexts, two nodes; one and the same where peers have to share it (inproc). It outlives the
///   law's sockets.
/// - `make_context()` is a context of no side, for the laws about the end of one.
/// - `address()` is an address of its own each time, to bind and to connect to, where nobody is bound yet.
/// - `wait(items, limit)` is `context::wait` for sockets of both sides at once: it lets time pass, real or virtual,
///   until one is ready or the limit is over. With no items it passes the limit. It never has to block for ever: a
///   limit is always given.
/// - `patience()` is how long something may take that has to come; so a law takes that long only where it is broken.
///
/// The time is that of `context(0).now()`: no law reads another clock, and none sleeps but by `wait`.
template <class B>
concept transport_bench =
    transport::is_transport<typename B::transport> &&
    requires(B& bench, std::size_t side, std::span<typename B::transport::poll_item> items,
             std::chrono::nanoseconds limit) {
        { bench.context(side) } -> std::same_as<typename B::transport::context&>;
        { bench.make_context() } -> std::same_as<std::unique_ptr<typename B::transport::context>>;
        { bench.address() } -> std::same_as<address>;
        { bench.wait(items, limit) } -> std::convertible_to<int>;
        { bench.patience() } -> std::convertible_to<std::chrono::nanoseconds>;
    };

/// The bench of a transport whose `context::wait` blocks in real time, and waits for sockets of any context.
///
/// Over inproc both sides are one context. The addresses are loopback ones, ports below those that systems give out
/// at random, or abstract ipc names: no other process has the same, so that many can run beside each other.
template <transport::is_transport Transport>
class blocking_bench {
public:
    using transport = Transport;

    explicit blocking_bench(scheme where, std::chrono::nanoseconds patience = std::chrono::seconds{10})
        : scheme_{where}, patience_{patience} {}

    [[nodiscard]] typename Transport::context& context(std::size_t side) {
        return contexts_[scheme_ == scheme::inproc ? 0 : side];
    }
    [[nodiscard]] std::unique_ptr<typename Transport::context> make_context() {
        return std::make_unique<typename Transport::context>();
    }
    [[nodiscard]] tenon::address address() {
        static constinit std::atomic<unsigned> count{0};
        unsigned const number  = ++count;
        auto const     process = static_cast<unsigned>(::getpid());
        if (scheme_ != scheme::tcp)
            return {std::string{name_of(scheme_)} + (scheme_ == scheme::ipc ? "://@" : "://") + "tenon-laws-" +
                    std::to_string(process) + '-' + std::to_string(number)};
        // All of 127.0.0.0/8 is loopback, and wide enough for a host for each process id (at most 2^22).
        std::string const host = "127." + std::to_string(process >> 14 & 0xff) + '.' +
                                 std::to_string(1 + (process >> 7 & 0x7f)) + '.' +
                                 std::to_string(1 + (process & 0x7f));
        return {host, static_cast<std::uint16_t>(10'000 + number % 20'000)};
    }
    int wait(std::span<typename Transport::poll_item> items, std::chrono::nanoseconds limit) {
        return contexts_[0].wait(items, limit);
    }
    [[nodiscard]] std::chrono::nanoseconds patience() const noexcept { return patience_; }

private:
    scheme                      scheme_;
    std::chrono::nanoseconds    patience_;
    typename Transport::context contexts_[2];
};

}  // namespace tenon::testing

// Proxies as ready apps: broker, forwarder and streamer, which pass messages between a front and a back port.
#pragma once

#include <tenon/core/error.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/fwd.hpp>
#include <tenon/process/multipart.hpp>
#include <tenon/protocol/opaque.hpp>
#include <tenon/protocol/options.hpp>
#include <tenon/protocol/port.hpp>
#include <tenon/protocol/protocol.hpp>

#include <cstdint>

namespace tenon {

struct stopping;

/// The words by which a proxy is steered.
namespace proxy {

/// Reads nothing more, in both directions, until `resume`. What peers send meanwhile waits with them and in the queues.
struct pause {};
struct resume {};
struct get_statistics {};
/// Stops the proxy in good order: what it has accepted is passed on.
struct terminate {};

/// What went one way.
struct flow {
    std::uint64_t messages;  ///< Passed on.
    std::uint64_t bytes;     ///< In their frames, envelopes included.
    std::uint64_t dropped;   ///< Not passed on: peer gone or not reading (at a ROUTER), or no message to pass on.
};

struct statistics {
    bool paused;
    flow to_back;
    flow to_front;
};

/// The protocol of the port `control`.
using control = protocol<request<pause, statistics>, request<resume, statistics>, request<get_statistics, statistics>,
                         command<terminate>>;

}  // namespace proxy

namespace detail {
// Of any type, so that its protocol costs time only where a proxy is compiled.
template <class>
inline constexpr auto control_port = rep<"control", proxy::control>;
}  // namespace detail

/// An app that passes messages between two opaque ports, in both directions, as zmq_proxy_steerable(3) does. A third
/// port, `control`, takes typed messages that steer it. Derive from it for ports or handlers of your own.
///
/// Messages pass whole, whatever their format; envelopes grow and shrink by one id at each ROUTER, so proxies may stand
/// in a row. When one side takes no more, the other is not read: nothing is dropped, memory is bounded by the ports'
/// high-water marks, and senders feel the back-pressure. Two patterns have a queue for each peer instead, and one peer
/// that does not read does not hold up the others: a ROUTER drops what is for that peer, counted; an XPUB does so
/// unseen, unless its port has another overload option (`overload::fail` makes the slowest subscriber set the pace).
/// Cost: a receive and a send per frame, nothing is decoded or allocated.
template <class Front, class Back>
struct proxy_app {
    static constexpr Front front{};
    static constexpr Back  back{};
    static constexpr auto  control = detail::control_port<Front>;
    static constexpr auto  ports   = tenon::ports(front, back, control);

    proxy::flow to_back{};
    proxy::flow to_front{};

    /// The same as the messages do, for code inside the process.
    void pause(auto& process) {
        process[front].pause();
        process[back].pause();
    }
    void resume(auto& process) {
        process[front].resume();
        process[back].resume();
    }
    proxy::statistics statistics(auto& process) const {
        proxy::statistics now{process[front].is_paused(), to_back, to_front};
        now.to_back.dropped  = dropped(process[front].counters(), process[back].counters());
        now.to_front.dropped = dropped(process[back].counters(), process[front].counters());
        return now;
    }

    bool on(Front, opaque_message auto& message, auto& process) { return pass(message, front, back, to_back, process); }
    bool on(Back, opaque_message auto& message, auto& process) { return pass(message, back, front, to_front, process); }

    proxy::statistics on(proxy::pause const&, auto& process) {
        pause(process);
        return statistics(process);
    }
    proxy::statistics on(proxy::resume const&, auto& process) {
        resume(process);
        return statistics(process);
    }
    proxy::statistics on(proxy::get_statistics const&, auto& process) { return statistics(process); }
    void              on(proxy::terminate const&, auto& process) { process.stop(); }
    /// Also what a pause has held back is passed on.
    void on(stopping const&, auto& process) { resume(process); }

private:
    bool pass(auto& message, auto from, auto to, proxy::flow& flow, auto& process) {
        std::uint64_t const bytes   = message.bytes();
        errc const          outcome = process[to].try_forward(message);
        if (outcome == errc::would_block) {
            process[to].when_room([&process, from] { process[from].retry(); });
            return false;
        }
        if (outcome == errc::ok) {
            ++flow.messages;
            flow.bytes += bytes;
        }
        return true;
    }

    static std::uint64_t dropped(auto const& source, auto const& sink) noexcept {
        return source.wrong_frames + sink.undeliverable + sink.dropped;
    }
};

/// Requests of many clients to many workers, in turn, and the replies back: ROUTER and DEALER. Clients need to know
/// only the broker, and requests wait as long as there is no worker. A client may leave 10 000 replies unread; those
/// beyond are dropped and counted.
struct broker : proxy_app<opaque_port<pattern::router, "front", high_water_mark<10'000, 1000>>,
                          opaque_port<pattern::dealer, "back">> {};

/// Events of many publishers at the front to many subscribers at the back: XSUB and XPUB. Subscriptions pass the other
/// way, each topic once, so publishers send only what somebody wants. They have a larger high-water mark: libzmq drops
/// subscriptions beyond it unseen.
struct forwarder : proxy_app<opaque_port<pattern::xsub, "front", high_water_mark<100'000, 1000>>,
                             opaque_port<pattern::xpub, "back">> {};

/// Commands of many senders to many receivers, in turn: PULL and PUSH.
struct streamer : proxy_app<opaque_port<pattern::pull, "front">, opaque_port<pattern::push, "back">> {};

}  // namespace tenon

// What a transport is: the words that all transports share, and the concepts that one has to satisfy.
#pragma once

#include <tenon/core/bytes.hpp>
#include <tenon/core/chrono.hpp>
#include <tenon/core/pattern.hpp>
#include <tenon/fwd.hpp>
#include <tenon/transport/address.hpp>
#include <tenon/transport/connection.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace tenon::transport {

/// How a nonblocking send or receive ended.
enum class io : unsigned char {
    done,         ///< The part was sent or received.
    again,        ///< Nothing has arrived, or the high-water mark is reached: try when the socket is ready.
    unroutable,   ///< A ROUTER knows no peer of this identity; the message was not sent.
    wrong_state,  ///< The pattern does not allow it now, such as a REP sending before it received.
    terminated,   ///< The context is being terminated.
    interrupted,  ///< A signal came first; try again. (`transport::zmq` does so by itself.)
    failed,       ///< Anything else, such as receiving from a PUSH: an error of the program.
};

/// The settings of one socket. The defaults are safe ones, which ZeroMQ's own are not.
///
/// Durations have a resolution of one millisecond; zero switches the mechanism off unless said otherwise.
struct socket_options {
    using milliseconds = std::chrono::milliseconds;

    /// How long unsent messages are still tried after `close`. ZeroMQ's default, for ever, hangs at exit.
    milliseconds linger{1000};

    /// The largest part in bytes that a peer may send; a larger one drops the connection. Without a bound
    /// nine bytes of header make the receiver allocate gigabytes.
    std::size_t max_message_size = std::size_t{64} << 20;

    /// How many messages wait per peer before `send` says `io::again` (or a PUB drops); 0 is no limit.
    int send_hwm = 1000;

    /// How many received messages wait per peer before it is throttled; 0 is no limit.
    int receive_hwm = 1000;

    /// How long a connection may take until it speaks ZMTP: half-open and foreign peers go after that.
    milliseconds handshake_interval{5000};

    /// The first pause before connecting again; doubled each time up to the maximum, with a random share,
    /// so that many clients of a restarted server do not come all at once.
    milliseconds reconnect_interval{100};
    milliseconds reconnect_interval_max{5000};

    /// How often a connection is probed, and how long the answer may take. Left out, REQ, REP, DEALER and
    /// ROUTER probe every 2 s with 6 s to answer: a frozen or unplugged peer is noticed. The others do not
    /// probe: a receiver that is slow on purpose (flow control) looks dead to a probe, and messages are lost.
    std::optional<milliseconds> heartbeat_interval;
    std::optional<milliseconds> heartbeat_timeout;

    /// Where no heartbeats run: after how long a silence TCP itself starts to probe the peer.
    std::chrono::seconds keepalive_idle{60};

    /// The name under which a ROUTER peer knows this socket, at most 255 bytes. Empty: the peer makes up a
    /// unique one. Two sockets of the same name: the second is ignored.
    std::string identity;

    /// ROUTER: sending to an unknown peer says `io::unroutable` instead of dropping the message in silence.
    bool router_mandatory = true;

    /// PUB and XPUB: `send` says `io::again` when the queue of one subscriber is full, instead of dropping the message
    /// for that one in silence.
    bool publisher_waits = false;

    /// XPUB: each subscription and unsubscription of each peer is received, also those that come with the end of a
    /// connection, instead of the first and last of a kind only.
    bool all_subscriptions = false;

    /// REQ: requests carry an id, replies to earlier ones are dropped, and a new request may be sent before
    /// the reply. Without it a lost reply blocks the socket for ever. A REP echoes the id by itself; a
    /// ROUTER peer has to give the whole envelope back.
    bool request_correlation = true;

    /// Queue messages only for connections that stand. Off: what is sent before the peer is up waits for it.
    bool immediate = false;

    /// Prefer IPv6 for names and wildcards. A numeric IPv6 address needs no such word.
    bool prefer_ipv6 = false;

    /// The explicit word that a TCP address beyond loopback may be bound although no security is
    /// configured: everybody who reaches the port may then talk to this process.
    bool open_to_network = false;

    /// The interval of heartbeats that a socket of pattern `p` uses; zero if none.
    [[nodiscard]] milliseconds heartbeat_interval_for(pattern p) const noexcept {
        bool const dialogue =
            p == pattern::req || p == pattern::rep || p == pattern::dealer || p == pattern::router;
        return heartbeat_interval ? *heartbeat_interval : milliseconds{dialogue ? 2000 : 0};
    }

    /// How long an answer to a heartbeat may take, for the interval above.
    [[nodiscard]] milliseconds heartbeat_timeout_for(pattern p) const noexcept {
        return heartbeat_timeout ? *heartbeat_timeout : milliseconds{heartbeat_interval_for(p).count() * 3};
    }
};

/// Waiting without an end, for `context.wait`.
inline constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

/// A frame: one part of a message, that owns its bytes.
///
/// - It can be made empty, with a size (the content is then unspecified), or as a copy of bytes.
/// - It moves but does not copy; a frame that was moved from is empty.
/// - `data()` is where its bytes are, to read and to write; `size()` how many; `view()` both, to read.
/// - `more()` is true if it was received and further parts of the same message follow.
template <class F>
concept is_frame = std::default_initializable<F> && std::constructible_from<F, std::size_t> &&
                   std::constructible_from<F, bytes_view> && std::movable<F> && !std::copyable<F> &&
                   requires(F& frame, F const& received) {
                       { frame.data() } -> std::same_as<std::byte*>;
                       { received.size() } -> std::same_as<std::size_t>;
                       { received.view() } -> std::same_as<bytes_view>;
                       { received.more() } -> std::same_as<bool>;
                   };

/// A socket of a context `C` that carries frames of type `F`.
///
/// - It is made from a context, a pattern and options, moves but does not copy, and closes itself.
/// - It belongs to the thread that uses it first; used from another it throws `errc::wrong_thread`.
///   `disown()` lets go of it, so that another thread may take it over.
/// - `bind(a)` gives back the address with its real port; `connect(a)` returns before there is a
///   connection. `unbind`, `disconnect` take the address back. All throw `tenon::error`.
/// - `subscribe(prefix)`, `unsubscribe(prefix)` are for SUB and XSUB.
/// - `send(frame, more)` never blocks. On `io::done` the frame is empty, otherwise it is untouched. The
///   parts of a message, all but the last with `more`, arrive together or not at all.
/// - `receive(frame)` never blocks. On `io::done` the frame has the next part, otherwise it is untouched
///   or empty.
/// - `close()` may be called twice. Unsent messages are tried for the linger time.
template <class S, class C, class F>
concept is_socket = std::constructible_from<S, C&, pattern> &&
                    std::constructible_from<S, C&, pattern, socket_options const&> && std::movable<S> &&
                    !std::copyable<S> &&
                    requires(S& socket, S const& constant, address const& where, F& frame,
                             bytes_view prefix) {
                        { socket.bind(where) } -> std::same_as<address>;
                        socket.connect(where);
                        socket.unbind(where);
                        socket.disconnect(where);
                        socket.subscribe(prefix);
                        socket.unsubscribe(prefix);
                        { socket.send(frame, true) } -> std::same_as<io>;
                        { socket.receive(frame) } -> std::same_as<io>;
                        socket.disown();
                        socket.close();
                        { constant.pattern() } -> std::same_as<tenon::pattern>;
                        { constant.is_open() } -> std::same_as<bool>;
                    };

/// One thing to wait for: a socket or a file descriptor, with the events of poll(2).
///
/// - Made from a socket or a descriptor and the events of interest, `POLLIN`, `POLLOUT` or both.
/// - `ready()` are the events that the last wait found, 0 for none; level-triggered.
template <class P, class S>
concept is_poll_item = std::constructible_from<P, S&, short> && std::constructible_from<P, int, short> &&
                       std::copyable<P> && requires(P const& item) {
                           { item.ready() } -> std::same_as<short>;
                       };

/// What sockets are made in, and where time and waiting come from.
///
/// - `now()` is the time by which timers run: a steady clock, or the virtual time of a simulation.
/// - `wait(items, timeout)` blocks until one of the items is ready or the timeout is over (`forever`: no
///   timeout; zero: only looks), and returns how many are. A signal ends it early, with 0.
/// - Destroying it never hangs; what its sockets have not sent is given up after their linger time.
template <class C, class P, class Clock>
concept is_context = std::default_initializable<C> &&
                     requires(C& context, std::span<P> items, std::chrono::nanoseconds timeout) {
                         { context.now() } -> std::same_as<typename Clock::time_point>;
                         { context.wait(items, timeout) } -> std::convertible_to<int>;
                     };

/// A transport: the types with which a process talks, as one policy.
///
/// - `policy_kind` is `tenon::kind::transport`.
/// - `clock` has the type of its time points; ask `context.now()`, not the clock: it may be virtual.
/// - `context`, `frame`, `socket` and `poll_item` satisfy the concepts above.
template <class T>
concept is_transport = std::same_as<typename T::policy_kind, kind::transport> &&
                       is_frame<typename T::frame> &&
                       is_context<typename T::context, typename T::poll_item, typename T::clock> &&
                       is_socket<typename T::socket, typename T::context, typename T::frame> &&
                       is_poll_item<typename T::poll_item, typename T::socket>;

/// An ability that a transport may have: it reports what happens to the connections of a socket.
///
/// - `T::monitor` is made from a context and a socket, which outlives it, and reports from then on.
/// - `socket()` is a socket of the transport that is readable when there is something to tell.
/// - `next()` is what has happened next, or nothing if there is no more by now.
template <class T>
concept reports_connections =
    std::constructible_from<typename T::monitor, typename T::context&, typename T::socket&> &&
    requires(typename T::monitor& monitor) {
        { monitor.socket() } -> std::same_as<typename T::socket&>;
        { monitor.next() } -> std::same_as<std::optional<connection_report>>;
    };

/// An ability that a frame may have: `F(bytes, release, hint)` refers to bytes of somebody else instead of copying
/// them. `release(data, hint)` is called once, in any thread, by who is the last to let go of them: the frame itself,
/// or what the transport has made of it. If the constructor throws, it is not called.
template <class F>
concept borrows_bytes = std::constructible_from<F, bytes_view, void (*)(void*, void*), void*>;

/// An ability that a socket may have: `receive(frame, limit)` waits for the next part up to `limit`. It says
/// `io::again` after that, and may say so earlier; `io::interrupted` after a signal handler.
template <class S, class F>
concept receives_within = requires(S& socket, F& frame, std::chrono::nanoseconds limit) {
    { socket.receive(frame, limit) } -> std::same_as<io>;
};

/// An ability that a context may have: `wait_roughly` is `wait`, but may say of a socket that has nothing to receive
/// that it has. For loops, which receive until there is nothing left and find out for themselves.
template <class C, class P>
concept waits_roughly = requires(C& context, std::span<P> items, std::chrono::nanoseconds timeout) {
    { context.wait_roughly(items, timeout) } -> std::convertible_to<int>;
};

/// An ability that a transport may have: a context that all of a program share, so that inproc addresses lead from one
/// thread to another. `T::context::of_program()` gives it, from all threads.
template <class T>
concept shares_context = requires {
    { T::context::of_program() } -> std::same_as<typename T::context>;
};

/// A property that a transport may have: its processes are stepped by somebody else in virtual time, so that nothing in
/// them may block. It says so with `static constexpr bool is_stepped = true;`.
template <class T>
concept is_stepped = requires { requires T::is_stepped; };

}  // namespace tenon::transport

// The socket: every pattern of ZeroMQ with safe defaults, owned by one thread.
#pragma once

#include <tenon/detail/concat.hpp>
#include <tenon/detail/owner.hpp>
#include <tenon/detail/vector.hpp>
#include <tenon/transport/zmq/context.hpp>
#include <tenon/transport/zmq/frame.hpp>
#include <tenon/transport/zmq/ipc_claim.hpp>

#include <atomic>
#include <climits>
#include <cstdint>
#include <cstring>
#include <utility>

namespace tenon::transport::libzmq {

/// A ZeroMQ socket.
///
/// It belongs to the thread that uses it first (making it is not a use): from any other thread every call
/// throws `errc::wrong_thread`, where libzmq would abort or corrupt memory. `disown()` hands it over.
/// It may outlive its context, and be destroyed in any order. In a forked child it must not be used;
/// destroying it there does nothing.
/// Errors: set-up throws `tenon::error` with a sentence; sending and receiving return an `io`.
/// Cost: send and receive are the libzmq call, one comparison, and a switch over errno if it failed.
class socket {
public:
    /// Opens a socket. Errors: `errc::transport_error`, if a limit of open files or sockets is reached or an
    /// option is out of range; `errc::terminated`.
    socket(context& owner, tenon::pattern pattern, socket_options const& options = {})
        : socket{owner.reference(), pattern} {
        prefer_ipv6_     = options.prefer_ipv6;
        open_to_network_ = options.open_to_network;
        apply(options);
        apply_for_pattern(options);
    }
    socket(socket&& other) noexcept { swap(other); }
    socket& operator=(socket&& other) noexcept {
        if (this == &other) return *this;
        socket const gone{std::move(*this)};
        swap(other);
        return *this;
    }
    /// Closes it. The thread is not checked here, since a destructor cannot say no: be sure that no other
    /// thread uses the socket any more.
    ~socket() {
        if (handle_ != nullptr) release();
    }

    /// Binds, and returns the address with its real port, path or interface address.
    ///
    /// Errors: `errc::bad_address` if this machine has no such interface, something that is no socket stands
    /// at an ipc path, or a TCP address is open to the network without the explicit word for it;
    /// `errc::address_in_use`. An ipc endpoint that is alive is never taken over.
    address bind(address const& where);

    /// Connects. Returns at once: the connection is made, and made again after a loss, in the background; a
    /// peer that does not exist yet is no error. Over inproc the peer has to be a socket of the same context that was
    /// bound with `bind`. A connection that is lost there is made again when this socket is waited for, receives
    /// nothing or cannot send, whichever comes first; that of a PAIR is not.
    [[gnu::noinline]] void connect(address const& where) {
        own();
        auto const endpoint = where.connect_string();
        set(ZMQ_IPV6, prefer_ipv6_ || where.is_ipv6() ? 1 : 0, "IPv6");
        int failed = 0;
        news_->names = &context_.names();
        do failed = news_->names->connect(handle_, endpoint, pattern_ == pattern::pair ? nullptr : &news_->lost);
        while (interrupted(failed));
        if (failed != 0)
            fail(action("connect", "to", where), errno, where.scheme());
    }

    /// Ends listening at an address that `bind` returned. Errors: `errc::bad_address` if it is not bound.
    void unbind(address const& where);

    /// Ends a connection, unsent messages included. Errors: `errc::bad_address` if there is none.
    [[gnu::noinline]] void disconnect(address const& where) {
        own();
        auto const endpoint = where.connect_string();
        int failed = 0;
        do failed = context_.names().disconnect(context_.handle(), handle_, endpoint);
        while (interrupted(failed));
        if (failed != 0)
            fail(action("disconnect", "from", where), errno, where.scheme(), "it is not connected to it");
    }

    /// SUB and XSUB: receive the messages whose first part starts with `prefix`; an empty one means all.
    void subscribe(bytes_view prefix) { filter(true, prefix); }

    /// SUB and XSUB: takes one `subscribe` of the same prefix back.
    void unsubscribe(bytes_view prefix) { filter(false, prefix); }

    /// Sends the frame as the next part of a message, if that is possible at once.
    /// On `io::done` the frame is empty; otherwise it is untouched. `more` announces further parts.
    /// `io::again` may come a moment too often: libzmq notices only now and then that a peer made room.
    /// Waiting for `POLLOUT` looks in any case.
    [[gnu::always_inline]] io send(frame& part, bool more = false) {
        own();
        int const flags = more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT;
        return outcome([&] { return part.send(handle_, flags); });
    }

    /// Sends a copy of the bytes as the next part of a message, if that is possible at once.
    io send(bytes_view part, bool more = false) {
        own();
        int const flags = more ? ZMQ_DONTWAIT | ZMQ_SNDMORE : ZMQ_DONTWAIT;
        return outcome([&] { return zmq_send(handle_, part.data(), part.size(), flags); });
    }

    /// Receives the next part into the frame, if there is one; `part.more()` says whether others follow.
    /// Otherwise the frame is untouched or empty.
    [[gnu::always_inline]] io receive(frame& part) {
        check_owner();
        io const got = outcome([&] { return part.receive(handle_, ZMQ_DONTWAIT); });
        if (got == io::done) [[likely]] {
            news_->drained  = false;
            news_->received = true;
        } else {
            news_->drained = got == io::again;
        }
        return got;
    }

    /// The same, but waits for it up to `limit`, to the millisecond; `io::again` after that, `io::interrupted` after a
    /// signal handler. Costs one call where waiting first takes several.
    io receive(frame& part, std::chrono::nanoseconds limit) {
        own();
        if (limit != receive_limit_) limit_receiving(limit);
        if (part.receive(handle_, 0) >= 0) [[likely]]
            return io::done;
        io const got = outcome_of(errno);
        news_->look_for_peers(handle_);
        return got;
    }

    /// Lets go of the socket, so that the next thread that uses it becomes its owner. Hand it over with a
    /// synchronisation between the threads (a mutex, a queue, the start of a thread).
    void disown() {
        own();
        owner_.store(nullptr, std::memory_order_release);
    }

    /// Closes it now; unsent messages are still tried for the linger time, in the background.
    void close() {
        if (!is_open()) return;
        if (context_.usable()) own();
        release();
    }

    [[nodiscard]] bool           is_open() const noexcept { return handle_ != nullptr; }
    [[nodiscard]] tenon::pattern pattern() const noexcept { return pattern_; }

    /// libzmq's handle, for options that have no name here. Counts as a use by the calling thread. Ask for it each
    /// time: what is done with a handle that was kept may take news away that a loop waits for.
    [[nodiscard]] void* native_handle() {
        own();
        return handle_;
    }

private:
    friend class poll_item;

    /// What waiting for the socket has to know of its use.
    struct news {
        bool drained  = false;  ///< There is nothing to receive, and ZMQ_FD is sure to tell when there is.
        bool received = false;  ///< Something was received since a poll item has asked.

        std::atomic<bool> lost{false};      ///< An inproc connection is.
        inproc_names*     names = nullptr;  ///< Set before.

        /// True if lost connections were made again: what could not be done before may be possible now.
        bool look_for_peers(void* handle) noexcept {
            if (!lost.load(std::memory_order_acquire)) [[likely]] return false;
            names->reconnect(handle);
            return true;
        }
    };

    socket(context_ref const& reference, tenon::pattern pattern);

    [[gnu::always_inline]] void check_owner() {
        if (owner_.load(std::memory_order_relaxed) != this_thread()) [[unlikely]]
            take();
    }
    [[gnu::always_inline]] void own() {
        check_owner();
        news_->drained = false;  // every use may take the news in that the descriptor has told of
    }
    template <class Call>
    io outcome(Call const& call) {
        if (call() >= 0) [[likely]] return io::done;
        return outcome_of_failed(call);
    }
    // Out of the way, so that the way of a message needs no registers of its own for it.
    template <class Call>
    [[gnu::cold, gnu::noinline]] io outcome_of_failed(Call call) {
        while (errno == EINTR)
            if (call() >= 0) return io::done;
        io const outcome = outcome_of(errno);
        if (news_->look_for_peers(handle_) && call() >= 0) return io::done;
        return outcome;
    }
    [[gnu::cold]] void take();
    void release() noexcept;
    void swap(socket& other) noexcept;
    void apply(socket_options const& options);
    void apply_for_pattern(socket_options const& options);
    void check_exposure(address const& where) const;
    void filter(bool add, bytes_view prefix);
    void limit_receiving(std::chrono::nanoseconds limit);

    [[gnu::noinline]] void set(int option, void const* value, std::size_t size, char const* what) {
        int failed = 0;
        do failed = zmq_setsockopt(handle_, option, value, size);
        while (interrupted(failed));
        if (failed == 0) return;
        auto const reason = zmq_strerror(errno);
        tenon::detail::throw_error(errc::transport_error,
                                   {"cannot set the ", what, " of a ", name_of(pattern_), " socket: ", reason});
    }
    void set(int option, int value, char const* what) { set(option, &value, sizeof value, what); }
    void set(int option, std::chrono::milliseconds value, char const* what) {
        set(option, value.count() < INT_MAX ? static_cast<int>(value.count()) : INT_MAX, what);
    }
    [[gnu::cold]] std::string action(char const* verb, char const* preposition, address const& where) const {
        return tenon::detail::concat(
            {verb, " a ", name_of(pattern_), " socket ", preposition, " '", where.to_string(), "'"});
    }

    void*                            handle_ = nullptr;
    std::atomic<void const*>         owner_{nullptr};
    tenon::pattern                   pattern_         = tenon::pattern::pair;
    bool                             prefer_ipv6_     = false;
    bool                             open_to_network_ = false;
    std::chrono::nanoseconds         receive_limit_   = forever;  ///< What ZMQ_RCVTIMEO says.
    /// Made by the first use; stays where it is when the socket moves, for poll items.
    tenon::detail::owner<news>       news_;
    context_ref                      context_;
    tenon::detail::vector<ipc_claim> claims_;
};

/// The type of zmq_socket(3) for a pattern.
constexpr int socket_type(pattern p) noexcept {
    switch (p) {
        case pattern::req: return ZMQ_REQ;
        case pattern::rep: return ZMQ_REP;
        case pattern::dealer: return ZMQ_DEALER;
        case pattern::router: return ZMQ_ROUTER;
        case pattern::pub: return ZMQ_PUB;
        case pattern::sub: return ZMQ_SUB;
        case pattern::xpub: return ZMQ_XPUB;
        case pattern::xsub: return ZMQ_XSUB;
        case pattern::push: return ZMQ_PUSH;
        case pattern::pull: return ZMQ_PULL;
        case pattern::pair: break;
    }
    return ZMQ_PAIR;
}

inline socket::socket(context_ref const& reference, tenon::pattern pattern)
    : pattern_{pattern}, context_{reference} {
    if (!context_.usable())
        tenon::detail::throw_error(errc::terminated,
                                   {"cannot open a socket: its context was made before a fork, or moved away; make the "
                                    "context in the process that uses it"});
    handle_ = zmq_socket(context_.handle(), socket_type(pattern));
    if (handle_ == nullptr) fail(tenon::detail::concat({"open a ", name_of(pattern), " socket"}), errno);
}

inline void socket::take() {
    void const* nobody = nullptr;
    if (!news_) news_.reset(new news{});
    if (owner_.compare_exchange_strong(nobody, this_thread(), std::memory_order_acquire)) return;
    tenon::detail::throw_error(
        errc::wrong_thread,
        {"a ", name_of(pattern_),
         " socket is used by a thread that does not own it: sockets are not thread-safe. Use it where it was used "
         "first, post to that thread's loop, or call disown() there to hand it over"});
}

inline void socket::release() noexcept {
    if (handle_ != nullptr && context_.usable()) {
        context_.names().leave(handle_);
        zmq_close(handle_);
        for (auto const& claim : claims_) claim.remove_file();
    }
    handle_ = nullptr;
    if (news_) news_->lost.store(false, std::memory_order_relaxed);  // the names may go with the context
    claims_.clear();
    context_ = context_ref{};  // only now, since this may end the context
}

inline void socket::swap(socket& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(pattern_, other.pattern_);
    std::swap(prefer_ipv6_, other.prefer_ipv6_);
    std::swap(open_to_network_, other.open_to_network_);
    std::swap(receive_limit_, other.receive_limit_);
    std::swap(news_, other.news_);
    std::swap(context_, other.context_);
    std::swap(claims_, other.claims_);
    owner_.store(other.owner_.exchange(owner_.load(std::memory_order_relaxed), std::memory_order_relaxed),
                 std::memory_order_relaxed);
}

inline void socket::apply(socket_options const& options) {
    constexpr std::size_t most = INT64_MAX;
    std::size_t const     wish = options.max_message_size;
    auto const            size = static_cast<std::int64_t>(wish < most ? wish : most);
    set(ZMQ_MAXMSGSIZE, &size, sizeof size, "max_message_size");
    set(ZMQ_LINGER, options.linger, "linger");
    set(ZMQ_SNDHWM, options.send_hwm, "send_hwm");
    set(ZMQ_RCVHWM, options.receive_hwm, "receive_hwm");
    set(ZMQ_HANDSHAKE_IVL, options.handshake_interval, "handshake_interval");
    set(ZMQ_RECONNECT_IVL, options.reconnect_interval, "reconnect_interval");
    set(ZMQ_RECONNECT_IVL_MAX, options.reconnect_interval_max, "reconnect_interval_max");
    set(ZMQ_IMMEDIATE, options.immediate ? 1 : 0, "immediate");
    if (!options.identity.empty())
        set(ZMQ_ROUTING_ID, options.identity.data(), options.identity.size(), "identity (1 to 255 bytes)");
    auto const interval = options.heartbeat_interval_for(pattern_);
    if (interval.count() > 0) {
        set(ZMQ_HEARTBEAT_IVL, interval, "heartbeat_interval");
        set(ZMQ_HEARTBEAT_TIMEOUT, options.heartbeat_timeout_for(pattern_), "heartbeat_timeout");
    } else if (options.keepalive_idle.count() > 0) {
        set(ZMQ_TCP_KEEPALIVE, 1, "TCP keepalive");
        set(ZMQ_TCP_KEEPALIVE_IDLE, static_cast<int>(options.keepalive_idle.count()), "keepalive_idle");
        set(ZMQ_TCP_KEEPALIVE_INTVL, 10, "TCP keepalive interval");
        set(ZMQ_TCP_KEEPALIVE_CNT, 3, "TCP keepalive count");
    }
}

inline void socket::apply_for_pattern(socket_options const& options) {
    if (pattern_ == tenon::pattern::router)
        set(ZMQ_ROUTER_MANDATORY, options.router_mandatory ? 1 : 0, "router_mandatory");
    if ((pattern_ == tenon::pattern::pub || pattern_ == tenon::pattern::xpub) && options.publisher_waits)
        set(ZMQ_XPUB_NODROP, 1, "publisher_waits");
    if (pattern_ == tenon::pattern::xpub && options.all_subscriptions)
        set(ZMQ_XPUB_VERBOSER, 1, "all_subscriptions");
    if (pattern_ == tenon::pattern::req && options.request_correlation) {
        set(ZMQ_REQ_CORRELATE, 1, "request_correlation");
        set(ZMQ_REQ_RELAXED, 1, "request_correlation");  // alone it would let reply 1 answer request 2
    }
}

inline void socket::check_exposure(address const& where) const {
    if (open_to_network_ || where.is_loopback()) return;
    tenon::detail::throw_error(
        errc::bad_address,
        {"cannot ", action("bind", "to", where),
         ": the address is open to the network and no security is configured. Bind to 127.0.0.1, or say "
         "tenon::open_to_network (for a bare socket, socket_options::open_to_network) if everybody who reaches the "
         "port may talk to this process"});
}

inline address socket::bind(address const& where) {
    own();
    check_exposure(where);
    if (where.scheme() == scheme::inproc && where.is_wildcard()) return bind(unused_name());
    auto const endpoint = where.bind_string();
    bool const ipc      = where.scheme() == scheme::ipc;
    bool const on_disk  = ipc && !where.is_wildcard() && where.host().front() != '@';
    claims_.reserve(claims_.size() + 1);
    ipc_claim claim = on_disk ? ipc_claim{where.host()} : ipc_claim{};
    set(ZMQ_IPV6, prefer_ipv6_ || where.is_ipv6() ? 1 : 0, "IPv6");
    int failed = 0;
    do failed = context_.names().bind(handle_, endpoint);
    while (interrupted(failed));
    if (failed != 0)
        fail(action("bind", "to", where), errno, where.scheme());
    if (on_disk) claims_.push_back(std::move(claim));
    if (where.scheme() == scheme::inproc) return where;  // its name may be longer than LAST_ENDPOINT gives
    char        actual[512] = {};
    std::size_t size        = sizeof actual;
    do failed = zmq_getsockopt(handle_, ZMQ_LAST_ENDPOINT, actual, &size);
    while (interrupted(failed));
    if (failed != 0)
        fail(action("bind", "to", where), errno, where.scheme());
    return address{actual};
}

inline void socket::unbind(address const& where) {
    own();
    auto const endpoint = where.bind_string();
    int failed = 0;
    do failed = context_.names().unbind(handle_, endpoint);
    while (interrupted(failed));
    if (failed != 0)
        fail(action("unbind", "from", where), errno, where.scheme(), "it is not bound there");
    if (where.scheme() != scheme::ipc) return;
    for (auto& claim : claims_) {
        if (claim.path() != where.host()) continue;
        claim.remove_file();
        std::swap(claim, claims_.back());
        claims_.pop_back();
        return;
    }
}

inline void socket::limit_receiving(std::chrono::nanoseconds limit) {
    set(ZMQ_RCVTIMEO, limit == forever ? -1 : poll_milliseconds(limit), "receive limit");
    receive_limit_ = limit;
}

inline void socket::filter(bool add, bytes_view prefix) {
    own();
    if (pattern_ == tenon::pattern::xsub) {  // zmq_socket(3): a message of 1 or 0 and the prefix
        frame word{prefix.size() + 1};
        word.data()[0] = std::byte{add};
        if (!prefix.empty()) std::memcpy(word.data() + 1, prefix.data(), prefix.size());
        if (send(word) != io::done) fail("subscribe", errno);
        return;
    }
    set(add ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, prefix.data(), prefix.size(), "subscription");
}

}  // namespace tenon::transport::libzmq
